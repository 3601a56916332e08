import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  EXECUTABLE,
  journalSoFar,
  readJournalLines,
  readOnlyJournal,
  runFolders,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

const LOG = `"${process.execPath}" "${EXECUTABLE}" log`;
const wait = "while [ ! -e go ]; do sleep 0.02; done";

async function said(cwd: string): Promise<unknown[]> {
  return pointsIn(await readOnlyJournal(cwd));
}

function pointsIn(journal: Awaited<ReturnType<typeof readOnlyJournal>>): unknown[] {
  return journal.flatMap(({ type, stream, step, metrics }) => (type === "metrics" ? [[stream, step, metrics]] : []));
}

describe("a command in a run", () => {
  test("appends metrics to a file, or has tracelet log append them", async () => {
    const cwd = await temporaryFolder();
    const script = `
      echo '{"loss": 0.5, "step": 1, "val": {"acc": NaN}}' >> "$TRACELET_METRICS"
      ${LOG} loss=0.3 acc=nan --step 10 --time 1795378530
      ${LOG} b=1
      test "$TRACELET_METRICS" = "$TRACELET_RUN_DIR/metrics.jsonl" && printf '{"b": 2}' >> "$TRACELET_METRICS"`;
    const { code, stdout, errors } = await tracelet(["run", "--", "sh", "-c", script], { cwd });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: "" });
    expect(errors).toMatch(/^ +loss +\S+ +0\.5 → 0\.3 /m);
    expect(await said(cwd)).toEqual([
      ["channel", 1, { loss: 0.5, "val/acc": "NaN" }],
      ["channel", 10, { loss: 0.3, acc: "NaN" }],
      ["channel", 0, { b: 1 }],
      ["channel", 1, { b: 2 }],
    ]);
    const logged = (await readOnlyJournal(cwd)).find(({ step }) => step === 10);
    expect(logged?.["timestamp"]).toBe(1795378530000);
  });

  test("is not held up by what nobody reads, and is told once of lines that say nothing", async () => {
    const cwd = await temporaryFolder();
    const script = `
      head -c 3000000 /dev/urandom >> "$TRACELET_METRICS"
      echo >> "$TRACELET_METRICS"
      echo '{"loss": 1}' >> "$TRACELET_METRICS"`;
    const { code, errors } = await tracelet(["run", "--", "sh", "-c", script], { cwd });
    expect(code).toBe(0);
    expect(errors.match(/lines that count are like/g)).toHaveLength(1);
    expect(await said(cwd)).toEqual([["channel", 0, { loss: 1 }]]);
    const gaps = (await readOnlyJournal(cwd)).filter(({ type }) => type === "gap");
    expect(gaps.at(-1)?.["reason"]).toMatch(/^\d+ lines of metrics\.jsonl give no metrics$/);
  });

  test("has its metrics once, also when the watcher is killed", async () => {
    const cwd = await temporaryFolder();
    const say = (from: number, to: number) =>
      `i=${from}; while [ $i -lt ${to} ]; do echo "{\\"x\\": $i}" >> "$TRACELET_METRICS"; i=$((i+1)); done`;
    const running = startTracelet(["run", "--quiet", "--", "sh", "-c", `${say(0, 50)}; ${wait}; ${say(50, 90)}`], {
      cwd,
    });
    const watcher = await until("the first points", async () => {
      const journal = await journalSoFar((await runFolders(cwd))[0]);
      return pointsIn(journal).length >= 50 && journal.find(({ type }) => type === "watcher")?.["pid"];
    });
    process.kill(Number(watcher), "SIGKILL");
    await writeFile(join(cwd, "go"), "");
    expect((await running.ended).code).toBe(0);
    const journal = await readOnlyJournal(cwd);
    expect(journal.filter(({ type }) => type === "watcher")).toHaveLength(2);
    expect(pointsIn(journal)).toEqual(Array.from({ length: 90 }, (_, x) => ["channel", x, { x }]));
  });

  test("that wraps another has a run of its own for it", async () => {
    const cwd = await temporaryFolder();
    const inner = `${LOG} inner=1`;
    const script = `"${process.execPath}" "${EXECUTABLE}" run --dir inner -- sh -c '${inner}'; ${LOG} outer=1`;
    await tracelet(["run", "--quiet", "--", "sh", "-c", script], { cwd });
    expect(await said(cwd)).toContainEqual(["channel", 0, { outer: 1 }]);
    const [folder = ""] = await runFolders(cwd, "inner");
    expect(pointsIn(await readJournalLines(folder))).toEqual([["channel", 0, { inner: 1 }]]);
  });
});

describe("tracelet log", () => {
  test.each([
    [["loss=1"], {}, 125, /^tracelet: there is no run here to log to \(TRACELET_METRICS is not set\); type /],
    [
      ["loss=1"],
      { TRACELET_METRICS: "/no-such-folder/x" },
      1,
      /cannot be written: no such file or directory \(ENOENT\)/,
    ],
    [[], { TRACELET_METRICS: "x" }, 125, /there is no point to log; type tracelet log loss=0\.3 --step 10/],
    [["loss"], { TRACELET_METRICS: "x" }, 125, /'loss' is not NAME=VALUE/],
    [["=3"], { TRACELET_METRICS: "x" }, 125, /'=3' is not NAME=VALUE/],
    [["loss=x"], { TRACELET_METRICS: "x" }, 125, /the value of loss is 'x', which is no number/],
    [["step=3"], { TRACELET_METRICS: "x" }, 125, /type --step 3/],
    [["loss=3", "--step", "x"], { TRACELET_METRICS: "x" }, 125, /--step is 'x', which is no number; type --step 10/],
    [["loss=3", "--time", "3"], { TRACELET_METRICS: "x" }, 125, /--time is '3', which is neither/],
    [["loss=3", "--stp", "3"], { TRACELET_METRICS: "x" }, 125, /there is no flag|--stp/],
  ] as const)("%j with %j ends with %i", async (words, env, status, message) => {
    const { code, errors } = await tracelet(["log", ...words], { cwd: await temporaryFolder(), env });
    expect(errors).toMatch(message);
    expect(code).toBe(status);
  });
});
