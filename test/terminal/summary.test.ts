import { describe, expect, test } from "vitest";
import type { RunView } from "../../src/model/view.ts";
import { renderSummary } from "../../src/terminal/summary.ts";
import { textWidth } from "../../src/terminal/width.ts";
import { FALLING, FULL_RUN, PLAIN_RUN } from "./literals.ts";

const plain = (view: RunView) => renderSummary(view, { isTTY: false, env: {} });

describe("the summary", () => {
  test("of a run that printed nothing says how it ended and where it is", () => {
    expect(plain(PLAIN_RUN)).toBe(
      [
        "tracelet: finished after 12.3 s · brave-otter (20261122-201530-k3f9)",
        "          kept in  .tracelet/runs/20261122-201530-k3f9",
      ].join("\n"),
    );
  });

  test("has the metrics, the machine, what went wrong and how to upload the rest", () => {
    expect(plain(FULL_RUN)).toBe(
      [
        "tracelet: failed with exit status 3 after 1 h 2 min · brave-otter (20261122-201530-k3f9)",
        "          loss      2.31 → 0.12 (best 0.11 at step 90)",
        "          accuracy  0.1 → 0.9701 (best 0.9708 at step 97)",
        "          CPU       average 83 %, peak 100 %",
        "          memory    average 41 %, peak 44 %",
        "          alerts    2, worst critical: cpu_percent 100 > 90",
        "          gaps      1, 3 MiB (output: the disk is full)",
        "          damage    1 place of the journal cannot be read",
        "          mlflow    not uploaded; type: tracelet sync 20261122-201530-k3f9 (http://127.0.0.1:5000 d…",
        "          kept in   .tracelet/runs/20261122-201530-k3f9",
      ].join("\n"),
    );
  });

  test("names the signal, and does not guess how a run ended that tracelet did not see end", () => {
    expect(plain({ ...PLAIN_RUN, status: "killed", end: { status: "killed", ended: 0, signal: "SIGINT" } })).toContain(
      "tracelet: killed by SIGINT after",
    );
    const { end: _end, ...endless } = PLAIN_RUN;
    expect(plain({ ...endless, status: "crashed" })).toContain("tracelet: crashed after 12.3 s");
  });

  test("gives the address of an upload whole, and the count where there is no address", () => {
    const url = `http://127.0.0.1:5000/#/experiments/1/runs/${"0123456789abcdef".repeat(6)}`;
    expect(plain({ ...PLAIN_RUN, uploads: [{ backend: "mlflow", state: "done", url, uploaded: 9 }] })).toContain(url);
    expect(plain({ ...PLAIN_RUN, uploads: [{ backend: "null", state: "done", uploaded: 9 }] })).toContain("9 points");
    expect(plain({ ...PLAIN_RUN, uploads: [{ backend: "mlflow", state: "done", url, rejected: 2 }] })).toContain(
      `2 entries refused, ${url}`,
    );
  });

  test("says that a backend which was never reached has nothing", () => {
    const header = { ...PLAIN_RUN.header, backends: ["mlflow"] };
    expect(plain({ ...PLAIN_RUN, header })).toContain(
      "mlflow   not uploaded; type: tracelet sync 20261122-201530-k3f9",
    );
  });

  test("stops after twelve metrics and says where the others are", () => {
    const metrics = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`m${index}`, FALLING]));
    const text = plain({ ...PLAIN_RUN, metrics });
    expect(text).toContain("m11");
    expect(text).not.toContain("m12");
    expect(text).toContain("and 3 more: tracelet show 20261122-201530-k3f9");
  });

  test("shows one value for one point, and how many were nan", () => {
    const metrics = {
      once: { ...FALLING, count: 1, first: 5, last: 5 },
      loss: { ...FALLING, nan: 3, last: NaN },
      gone: { count: 2, nan: 2, first: NaN, firstStep: 0, last: NaN, lastStep: 1 },
    };
    const text = plain({ ...PLAIN_RUN, metrics });
    expect(text).toMatch(/once +5\n/);
    expect(text).toMatch(/loss +2\.31 → nan \(best 0\.11 at step 90\) \(3 of 100 nan\)/);
    expect(text).toMatch(/gone +nan → nan \(2 of 2 nan\)/);
  });

  test("leaves out what was not read", () => {
    expect(plain({ ...FULL_RUN, system: {} })).not.toMatch(/CPU|memory {2}/);
  });

  test("is no wider than 100 columns and cannot be taken for the command's output", () => {
    const long = "x".repeat(150);
    const view: RunView = {
      ...FULL_RUN,
      header: { ...FULL_RUN.header, name: long },
      metrics: { [long]: FALLING, "a\nb": FALLING },
      gaps: [{ timestamp: 0, what: "output", reason: long }],
      uploads: [{ backend: "mlflow", state: "pending", error: `${long}\u001b[2J` }],
    };
    const lines = plain(view).split("\n");
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(100);
    expect(lines.slice(1).every((line) => /^ {10}\S/.test(line))).toBe(true);
    expect(plain(view)).not.toContain("\u001b");
  });

  test("has the same words in colours, and none with NO_COLOR", () => {
    const coloured = renderSummary(FULL_RUN, { isTTY: true, env: {} });
    // oxlint-disable-next-line no-control-regex -- the escape codes are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(plain(FULL_RUN));
    expect(coloured).not.toBe(plain(FULL_RUN));
    expect(renderSummary(FULL_RUN, { isTTY: true, env: { NO_COLOR: "1" } })).toBe(plain(FULL_RUN));
  });
});
