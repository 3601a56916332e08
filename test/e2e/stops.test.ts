import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  journalSoFar,
  readOnlyJournal,
  runFolders,
  startTracelet,
  temporaryFolder,
  until,
} from "../support/tracelet.ts";

/** Says its pid and ends when it is let go. */
const WAITING = `
import os, time
print("pid", os.getpid(), flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
`;
const INTERVAL_MS = 200;
/** Long enough for several samples, were any taken. */
const STOP_MS = 1500;

describe.runIf(process.platform === "linux")("stopped time", () => {
  test.each(["SIGTSTP", "SIGSTOP"] as const)("%s sent to tracelet stops both, CONT resumes both", async (signal) => {
    const { child, wrapper, pid, finish } = await startWaiting();
    child.kill(signal);
    await until("both are stopped", async () => (await stateOf(wrapper)) === "T" && (await stateOf(pid)) === "T");
    child.kill("SIGCONT");
    await until("both go on", async () => (await stateOf(wrapper)) !== "T" && (await stateOf(pid)) !== "T");
    expect((await finish()).code).toBe(0);
  });

  test("has no samples, is no part of a rate's window, and is journaled", async () => {
    const { child, wrapper, pid, cwd, finish } = await startWaiting();
    child.kill("SIGSTOP");
    await until("both are stopped", async () => (await stateOf(wrapper)) === "T" && (await stateOf(pid)) === "T");
    const stopped = Date.now();
    await wait(STOP_MS);
    const continued = Date.now();
    child.kill("SIGCONT");
    await until("a sample after it", async () => (await samplesOf(cwd)).some((time) => time > continued));
    await finish();
    const samples = await samplesOf(cwd);
    // One may have been under way when the child was stopped.
    expect(samples.filter((time) => time > stopped + INTERVAL_MS / 2 && time < continued)).toEqual([]);
    expect(samples.some((time) => time < stopped)).toBe(true);
    const journal = await readOnlyJournal(cwd);
    expect(journal.filter(({ type }) => type === "gap")).toEqual([
      expect.objectContaining({
        what: "samples",
        reason: expect.stringMatching(/^the run was stopped for \d+\.\d s$/),
      }),
    ]);
  });

  test("ends for the child when a stopped tracelet is killed", async () => {
    const { child, pid, wrapper, cwd } = await startWaiting();
    child.kill("SIGSTOP");
    await until("both are stopped", async () => (await stateOf(wrapper)) === "T" && (await stateOf(pid)) === "T");
    child.kill("SIGKILL");
    await until("the child goes on", async () => (await stateOf(pid)) !== "T");
    await writeFile(join(cwd, "go"), "");
    const [folder] = await runFolders(cwd);
    const end = await until("the run's end", async () =>
      (await journalSoFar(folder)).find(({ type }) => type === "end"),
    );
    expect(end["status"]).toBe("crashed");
  });

  test("with --forward-signals never, STOP sent to tracelet alone stops tracelet alone", async () => {
    const { child, wrapper, pid, cwd, finish } = await startWaiting(["--forward-signals", "never"]);
    child.kill("SIGSTOP");
    await until("tracelet is stopped", async () => (await stateOf(wrapper)) === "T");
    const stopped = Date.now();
    // The watcher looks at least once a second.
    await until("two looks later", () => Date.now() - stopped > 2 * 1000);
    expect(await stateOf(pid)).not.toBe("T");
    child.kill("SIGCONT");
    await until("a sample after it", async () => (await samplesOf(cwd)).some((time) => time > stopped));
    expect((await finish()).code).toBe(0);
  });
});

async function startWaiting(flags: readonly string[] = []) {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "wait.py"), WAITING);
  const interval = String(INTERVAL_MS / 1000);
  const command = ["run", "--quiet", "--interval", interval, ...flags, "--", "python3", "wait.py"];
  const child = startTracelet(command, { cwd });
  let seen = "";
  child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
  const pid = Number(await until("the child's pid", () => /^pid (\d+)$/m.exec(seen)?.[1]));
  await until("two samples", async () => (await samplesOf(cwd)).length >= 2);
  return {
    child,
    wrapper: child.pid ?? 0,
    pid,
    cwd,
    finish: async () => {
      await writeFile(join(cwd, "go"), "");
      return child.ended;
    },
  };
}

/** When the samples in the journal were taken. */
async function samplesOf(cwd: string): Promise<number[]> {
  const [folder] = await runFolders(cwd);
  return (await journalSoFar(folder)).filter(({ type }) => type === "sample").map(({ timestamp }) => Number(timestamp));
}

/** The state letter of a process: `T` is stopped. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}
