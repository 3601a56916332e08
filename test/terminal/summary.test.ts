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
        "tracelet: failed with exit status 3 after 1 h 2 min · brave-otter",
        "          loss      2.31 → 0.12   best 0.11 at step 90",
        "          accuracy  0.1 → 0.9701  best 0.9708 at step 97",
        "          CPU       average 83 %, peak 100 %",
        "          memory    average 41 %, peak 44 %",
        "          alerts    2, worst critical: cpu_percent 100 > 90",
        "          gaps      1, 3 MiB (output: the disk is full)",
        "          damage    1 place of the journal cannot be read",
        "          mlflow    not uploaded; type: tracelet sync 20261122-201530-k3f9",
        "                    http://127.0.0.1:5000 does not answer",
        "          kept in   .tracelet/runs/20261122-201530-k3f9",
      ].join("\n"),
    );
  });

  test("has what the GPUs came to, where there were some", () => {
    const gpu = { count: 2, hours: 0.5, joules: 350 };
    expect(plain({ ...PLAIN_RUN, gpu })).toContain("\n          GPU-hours  0.5, 350 J\n");
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
    const files = { backend: "wandb", state: "done", url: "/runs/1", command: ["wandb", "sync", "/runs/1"] };
    expect(plain({ ...PLAIN_RUN, uploads: [files] })).toMatch(/wandb +\/runs\/1\n +type: wandb sync \/runs\/1\n/);
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

  test("stops after ten metrics, the losses among them, and says where the others are", () => {
    const names = [...Array.from({ length: 14 }, (_, index) => `m${index}`), "val_loss"];
    const text = plain({ ...PLAIN_RUN, metrics: Object.fromEntries(names.map((name) => [name, FALLING])) });
    expect(text.match(/^ +(m\d+|val_loss) /gm)).toHaveLength(10);
    expect(text).toMatch(/ m8 .*\n +val_loss .*\n +\+ 5 more: tracelet show 20261122-201530-k3f9/);
  });

  test("draws the course of each metric, with gaps where it was no number", () => {
    const course = [3, 2, 1.5, undefined, 1.1, 1];
    const view = { ...PLAIN_RUN, metrics: { loss: { ...FALLING, course } } };
    expect(plain(view)).toContain("loss     █▅▃×▁▁");
    expect(renderSummary(view, { isTTY: false, env: { LANG: "C" } })).toContain("loss     #=:x__ ");
  });

  test("is all ASCII where the locale has no UTF-8", () => {
    const view = { ...FULL_RUN, metrics: { loss: { ...FALLING, course: [3, 2, 1] } } };
    expect(renderSummary(view, { isTTY: false, env: { LC_ALL: "POSIX", LANG: "de_DE.UTF-8" } })).not.toMatch(
      /[^\n -~]/,
    );
    expect(renderSummary(view, { isTTY: false, env: { LANG: "de_DE.utf8" } })).toContain("→");
    expect(renderSummary(view, { isTTY: false, env: {} })).toContain("→");
  });

  test("has averages and peaks against what the run may use", () => {
    const GIB = 1024 ** 3;
    const level = (mean: number, max: number) => ({ count: 9, last: max, mean, min: 0, max, seconds: 80 });
    const fixed = (value: number) => level(value, value);
    const gpu = (index: number, mean: number, processes: number) => ({
      [`gpu_${index}_utilization`]: level(mean, 100),
      [`gpu_${index}_memory_percent`]: level(50, 80 + index),
      [`gpu_${index}_memory_total`]: fixed(80 * GIB),
      [`gpu_${index}_power`]: level(300, 350),
      [`gpu_${index}_power_limit`]: fixed(400),
      [`gpu_${index}_workload_processes`]: fixed(processes),
    });
    const system = {
      cpu_percent: level(20, 30),
      cpu_count_logical: fixed(64),
      container_cpu_percent: level(83.2, 100),
      container_cpu_limit: fixed(2),
      memory_percent: level(10, 12),
      memory_total: fixed(256 * GIB),
      container_memory_percent: level(40.6, 44),
      container_memory_limit: fixed(24 * GIB),
      ...gpu(0, 90, 1),
      ...gpu(1, 80, 1),
      ...gpu(2, 0, 0),
      disk_read_bytes_per_second: level(12 * 1024 ** 2, 80 * 1024 ** 2),
      disk_write_bytes_per_second: level(0, 0),
      network_bytes_recv_per_second: level(10, 1000),
      tracelet_cpu_percent: level(0.42, 3),
      tracelet_memory_rss: level(1, 82 * 1024 ** 2),
    };
    expect(
      plain({ ...PLAIN_RUN, system })
        .split("\n")
        .slice(1, -1),
    ).toEqual([
      "          CPU         average 83 %, peak 100 % of the container's 2 cores",
      "          memory      average 41 %, peak 44 % of the container's 24 GiB",
      "          GPU         average 85 %, peak 100 %, 300 of 400 W each",
      "          GPU memory  average 50 %, peak 81 % of 80 GiB each",
      "          disk        read 12 (peak 80), written 0 (peak 0) MiB/s",
      "          tracelet    0.4 % of a core, 82 MiB of memory",
    ]);
    const short = { tracelet_cpu_percent: { ...level(50, 50), seconds: 0.5 } };
    expect(plain({ ...PLAIN_RUN, system: short })).toMatch(/ tracelet +0\.25 s of CPU time\n/);
    const { container_cpu_limit: _cores, container_memory_limit: _bytes, ...machine } = system;
    expect(plain({ ...PLAIN_RUN, system: machine })).toMatch(
      /CPU +average 20 %, peak 30 % of 64 cores\n +memory +average 10 %, peak 12 % of 256 GiB\n/,
    );
  });

  test("has the verdict with what to do, and nothing to say only of a run that was long enough", () => {
    const findings = [
      {
        id: "cpu-throttled",
        sentence: `CPU throttled in 34 % of the periods ${"(and so on) ".repeat(6)}`,
        advice: "ask for more cores",
      },
    ];
    expect(plain({ ...PLAIN_RUN, findings })).toMatch(
      / verdict  CPU throttled in 34 % .*\n {19}\(?and.*\n {19}→ ask for more cores\n {10}kept in/,
    );
    expect(plain({ ...PLAIN_RUN, findings: [] })).not.toContain("verdict");
    const end = { status: "finished", ended: PLAIN_RUN.header.started + 600_000, exitCode: 0 } as const;
    expect(plain({ ...PLAIN_RUN, end, samples: 60, findings: [] })).toContain("verdict  nothing to say");
  });

  test("shows one value for one point, and how many were nan", () => {
    const metrics = {
      once: { ...FALLING, count: 1, first: 5, last: 5 },
      loss: { ...FALLING, nan: 3, last: NaN },
      gone: { count: 2, nan: 2, first: NaN, firstStep: 0, last: NaN, lastStep: 1 },
    };
    const text = plain({ ...PLAIN_RUN, metrics });
    expect(text).toMatch(/once +5\n/);
    expect(text).toMatch(/loss +2\.31 → nan +best 0\.11 at step 90, 3 nan/);
    expect(text).toMatch(/gone +nan → nan +2 nan/);
  });

  test("leaves out what was not read", () => {
    expect(plain({ ...FULL_RUN, system: {} })).not.toMatch(/CPU|memory {2}/);
  });

  test("is no wider than 80 columns and cannot be taken for the command's output", () => {
    const long = "x".repeat(150);
    const view: RunView = {
      ...FULL_RUN,
      header: { ...FULL_RUN.header, name: long },
      metrics: { [long]: FALLING, "a\nb": FALLING },
      gaps: [{ timestamp: 0, what: "output", reason: long }],
      uploads: [{ backend: "mlflow", state: "pending", error: `${long}\u001b[2J` }],
    };
    const lines = plain(view).split("\n");
    // A command that is cut cannot be typed.
    for (const line of lines.filter((text) => !text.includes("type: ")))
      expect(textWidth(line)).toBeLessThanOrEqual(80);
    expect(lines.slice(1).every((line) => /^ {10,}\S/.test(line))).toBe(true);
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
