import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { beginFault, canMakeFaults, endFault, EROFS, type Fault, faultEnvironment } from "../support/faults.ts";
import { canBeNobody, folderOfNobody, traceletOfNobody } from "../support/nobody.ts";
import {
  type Ended,
  EXECUTABLE,
  journalSoFar,
  readOnlyJournal,
  runFolders,
  start,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";
import { type KeepingMlflow, keepingMlflow } from "./keeping-mlflow.ts";

/** Prints three steps, waits, prints three more, and ends with a status of its own. */
const COMMAND = `
for i in 1 2 3; do echo step $i loss=$i; sleep 0.1; done
while [ ! -e go ]; do sleep 0.05; done
for i in 4 5 6; do echo step $i loss=$i; sleep 0.1; done
exit 3`;
const OUTPUT = [1, 2, 3, 4, 5, 6].map((step) => `step ${step} loss=${step}\n`).join("");
const FLAGS = ["--interval", "0.2", "--no-track-gpu", "--backend", "mlflow"];

if (!canMakeFaults) process.stderr.write("skipped: the tests of a faulty disk and clock, which need gcc\n");

describe.skipIf(!canMakeFaults)("a disk", { timeout: 60_000 }, () => {
  test("that becomes read-only costs one warning, and what it had gets to the tracker with the end", async () => {
    const { cwd, ended, mlflow } = await runWithFault((folder) => ({ folder, errno: EROFS }));
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([
      "the run directory cannot be read or written: read-only file system (EROFS); what cannot be kept by the end will be missing from the run",
    ]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3]);
    expect([...mlflow.runs.values()]).toMatchObject([{ status: "FAILED", ends: 1 }]);
    expect(ended.errors).toMatch(/^ +mlflow +http:/m);
    await endFault(cwd);
    const again = await tracelet(["sync"], { cwd, env: { MLFLOW_TRACKING_URI: mlflow.url } });
    expect(again.code).toBe(0);
    expect(mlflow.runs.size).toBe(1);
  });

  test("that takes a fifth of a second for each change holds up neither the command nor its output", async () => {
    const cwd = await temporaryFolder();
    const mlflow = await keepingMlflow();
    await beginFault(cwd);
    const stamps = `import time\nfor step in range(20):\n  print("step", step, "loss=1 at", time.time(), flush=True); time.sleep(0.05)`;
    const env = {
      ...faultEnvironment(cwd, { folder: join(cwd, ".tracelet"), delay: 200 }),
      MLFLOW_TRACKING_URI: mlflow.url,
    };
    const running = startTracelet(["run", ...FLAGS, "--", "python3", "-c", stamps], { cwd, env });
    const late: number[] = [];
    running.stdout?.on("data", (bytes: Buffer) => {
      const [, printed] = /loss=1 at ([\d.]+)/.exec(bytes.toString()) ?? [];
      if (printed !== undefined) late.push(Date.now() / 1000 - Number(printed));
    });
    const ended = await running.ended;
    expect([ended.code, warningsOf(ended)]).toEqual([0, []]);
    // Had they waited for one change of the disk only, it would be more. A busy machine may hold up some of them.
    expect(late.toSorted((one, other) => one - other)[Math.floor(late.length / 2)]).toBeLessThan(0.15);
    expect(stepsAt(mlflow)).toEqual(Array.from({ length: 20 }, (_, step) => step));
    expect([...mlflow.runs.values()]).toMatchObject([{ status: "FINISHED" }]);
  });
});

test("a current folder that is removed costs nothing, also when a watcher takes over", async () => {
  const [cwd, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  const env = { MLFLOW_TRACKING_URI: (await keepingMlflow()).url };
  const script = `cd "$2" && rm -r "$1"; while [ ! -e go ]; do sleep 0.05; done; echo loss=1; exit 3`;
  const flags = ["--dir", join(elsewhere, ".tracelet"), "--backend", "mlflow"];
  const running = startTracelet(["run", ...flags, "--", "sh", "-c", script, "sh", cwd, elsewhere], { cwd, env });
  const watchers = async () => {
    const journal = await journalSoFar((await runFolders(elsewhere))[0]);
    return journal.filter(({ type }) => type === "watcher");
  };
  await until("the folder is gone", () => !existsSync(cwd));
  const [first] = await until("a watcher", async () => (await watchers()).length === 1 && watchers());
  process.kill(Number(first?.["pid"]), "SIGKILL");
  await until("another watcher", async () => (await watchers()).length === 2);
  await writeFile(join(elsewhere, "go"), "");
  const ended = await running.ended;
  expect([ended.code, ended.stdout.toString()]).toEqual([3, "loss=1\n"]);
  const [warning, summary, ...more] = ended.errors.split("\n").filter((line) => line.startsWith("tracelet: "));
  expect(warning).toMatch(/^tracelet: the watcher ended unexpectedly and was started again/);
  expect(summary).toMatch(/^tracelet: failed with exit status 3 /);
  expect(more).toEqual([]);
  const [run = ""] = await runFolders(elsewhere);
  expect(await readdir(run)).toEqual(expect.arrayContaining(["report.html", "analysis"]));
});

test("a run directory that is removed costs one warning, and nothing of the command", async () => {
  const { ended } = await runWithFault(undefined, (cwd) => rm(join(cwd, ".tracelet"), { recursive: true }));
  expectWhole(ended);
  expect(warningsOf(ended)).toEqual([
    expect.stringMatching(/^the run directory \S+ was removed while the command ran: /),
  ]);
});

describe.skipIf(!canMakeFaults)("a wall clock that is set", { timeout: 60_000 }, () => {
  test.each([
    ["an hour back", -3600],
    ["a year forward", 365 * 86_400],
  ])("%s changes no order, no duration, no rate and no alert", async (_, clock) => {
    const rule = "memory_percent > 0.01 for 1s";
    const begun = performance.now();
    const { ended, cwd, mlflow } = await runWithFault(() => ({ clock }), untilAlert, ["--alert", rule]);
    const most = performance.now() - begun;
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([
      expect.stringMatching(/^alert .*: memory_percent .* > 0\.01 for [12][\d.]* s$/),
    ]);
    const journal = await readOnlyJournal(cwd);
    const timesOf = (type: string) =>
      journal.filter((one) => one.type === type).map(({ timestamp }) => Number(timestamp));
    for (const type of ["sample", "metrics"])
      expect(timesOf(type)).toEqual(timesOf(type).toSorted((one, other) => one - other));
    const samples = timesOf("sample");
    const gaps = samples.slice(1).map((time, index) => time - (samples[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(most);
    const [{ started, ended: over }] = JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd })));
    const duration = Date.parse(over) - Date.parse(started);
    expect(duration).toBeGreaterThan(500);
    expect(duration).toBeLessThan(most);
    const metrics = journal.flatMap((record) => Object.entries((record["metrics"] ?? {}) as Record<string, number>));
    const rates = metrics.filter(([key]) => /^cpu_percent$|_per_second$/.test(key));
    expect(rates.length).toBeGreaterThan(0);
    expect(rates.filter(([key, value]) => value < 0 || (key === "cpu_percent" && value > 100))).toEqual([]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("a machine that lacks", () => {
  const hideProc = 'mount -t tmpfs none /proc && exec "$@"';
  const writeHereOnly = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro / && cd "$PWD" && exec "$@"';
  const canMount = [hideProc, writeHereOnly].every(
    (script) => outputBelow(["-rm", "sh", "-c", script, "sh", "true"]) === "",
  );
  if (!canMount) process.stderr.write("skipped: the tests with other mounts, which need unshare -rm\n");
  // The first process of a namespace, which knows itself as 1.
  const self = outputBelow(["-rpf", "readlink", "/proc/self"]);
  const canBeForeign = self !== undefined && self !== "1\n";
  if (!canBeForeign) process.stderr.write("skipped: the test with another's /proc, which needs unshare -rpf\n");

  test("HOME: nothing is different", async () => {
    const { ended, mlflow } = await runWithFault(undefined, undefined, [], { HOME: undefined });
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  const homes = [undefined, "/proc/nowhere"];
  test.runIf(canBeNobody).each(homes)("a name for its user, with HOME %s: nothing is different", async (home) => {
    const cwd = folderOfNobody();
    const mlflow = await keepingMlflow();
    await writeFile(join(cwd, "go"), "");
    const env = { HOME: home, MLFLOW_TRACKING_URI: mlflow.url };
    const ended = await traceletOfNobody(["run", ...FLAGS, "--", "sh", "-c", COMMAND], { cwd, env });
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
    const [header] = await readOnlyJournal(cwd);
    expect(header).not.toHaveProperty("user");
  });

  test("file descriptors: one warning at most, and what it could record", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "go"), "");
    const words = ["-c", 'ulimit -n 48 && exec "$@"', "sh", process.execPath, EXECUTABLE, "run", "--no-track-gpu"];
    const ended = await start("sh", [...words, "--", "sh", "-c", COMMAND], { cwd }).ended;
    expectWhole(ended);
    // Later versions of Node may need some more of them, or fewer.
    expect(warningsOf(ended).slice(1)).toEqual([]);
    expect(warningsOf(ended).join()).toMatch(/^(the run directory cannot be read or written: .*\(EMFILE\); .*)?$/);
    expect((await readOnlyJournal(cwd)).at(-1)).toMatchObject({ type: "end", status: "failed" });
  });

  test.skipIf(!canMount)("/proc: one warning, and the rest of the run", async () => {
    const { cwd, ended, mlflow } = await runUnshared(["-rm", "sh", "-c", hideProc, "sh"]);
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([
      "missing critical metrics: [cpu_percent, memory_percent] (/proc/stat is not there)",
    ]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await readOnlyJournal(cwd)).some(({ type }) => type === "sample")).toBe(true);
  });

  test.skipIf(!canMount)("a disk to write to, but for the folder of its store: nothing is different", async () => {
    const { cwd, ended, mlflow } = await runUnshared(["-rm", "sh", "-c", writeHereOnly, "sh"]);
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await readOnlyJournal(cwd)).at(-1)).toMatchObject({ type: "end", exitCode: 3 });
  });

  test.skipIf(!canBeForeign)("a /proc with the numbers of its processes: none is taken for another", async () => {
    const { cwd, ended, mlflow } = await runUnshared(["-rpf"]);
    expectWhole(ended);
    expect(warningsOf(ended)).toEqual([]);
    expect(stepsAt(mlflow)).toEqual([1, 2, 3, 4, 5, 6]);
    const journal = await readOnlyJournal(cwd);
    const reasons = journal.flatMap((record) => (record.type === "unavailable" ? [record["reason"]] : []));
    expect(reasons).toContainEqual(
      expect.stringMatching(/^\/proc is that of another PID namespace: this process is \d+ in it, /),
    );
    const keys = journal.flatMap((record) => Object.keys(record["metrics"] ?? {}));
    expect(keys).toContain("cpu_percent");
    expect(keys.filter((key) => /^(workload|tracelet)_/.test(key))).toEqual([]);
  });
});

/** What a program below `unshare WORDS…` writes; `undefined` where that cannot be done here. */
function outputBelow(words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("unshare", words, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

/** A whole run below `unshare WORDS…`. */
async function runUnshared(words: readonly string[]): Promise<{ cwd: string; ended: Ended; mlflow: KeepingMlflow }> {
  const cwd = await temporaryFolder();
  const mlflow = await keepingMlflow();
  await writeFile(join(cwd, "go"), "");
  const env = { MLFLOW_TRACKING_URI: mlflow.url };
  const command = [process.execPath, EXECUTABLE, "run", ...FLAGS, "--", "sh", "-c", COMMAND];
  return { cwd, ended: await start("unshare", [...words, ...command], { cwd, env }).ended, mlflow };
}

/** A run with a fault that begins when three steps and a sample are in the journal; the command goes on then. */
async function runWithFault(
  fault: ((folder: string) => Fault) | undefined,
  act: (cwd: string) => Promise<void> = beginFault,
  flags: readonly string[] = [],
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<{ cwd: string; ended: Ended; mlflow: KeepingMlflow }> {
  const cwd = await temporaryFolder();
  const mlflow = await keepingMlflow();
  const faulty = fault === undefined ? {} : faultEnvironment(cwd, fault(join(cwd, ".tracelet")));
  const env = { ...faulty, MLFLOW_TRACKING_URI: mlflow.url, ...changes };
  const running = startTracelet(["run", ...FLAGS, ...flags, "--", "sh", "-c", COMMAND], { cwd, env });
  await until("three steps and a sample", async () => {
    const [folder] = await runFolders(cwd);
    const journal = await journalSoFar(folder);
    return (
      journal.filter(({ type }) => type === "metrics").length === 3 && journal.some(({ type }) => type === "sample")
    );
  });
  await act(cwd);
  await writeFile(join(cwd, "go"), "");
  return { cwd, ended: await running.ended, mlflow };
}

/** Begins a fault and waits until an alert fires. */
async function untilAlert(cwd: string): Promise<void> {
  await beginFault(cwd);
  await until("the alert", async () => {
    const [folder] = await runFolders(cwd);
    return (await journalSoFar(folder)).some(({ type, state }) => type === "alert" && state === "firing");
  });
}

/** The command did not notice. */
function expectWhole(ended: Ended): void {
  expect([ended.code, ended.signal, ended.stdout.toString()]).toEqual([3, null, OUTPUT]);
}

/** What tracelet said, but for the summary. */
function warningsOf(ended: Ended): string[] {
  const own = ended.errors.split("\n").flatMap((line) => /^tracelet: (.*)/.exec(line)?.[1] ?? []);
  return own.filter((line) => !/^(failed with exit status 3|finished) after /.test(line));
}

/** The steps of the loss at the tracker, each as often as it was sent. */
function stepsAt({ runs }: KeepingMlflow): number[] {
  const points = [...runs.values()].flatMap((run) => run.points.filter(({ key }) => key === "loss"));
  return points.map(({ step }) => step);
}
