import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, runFolders, start, startTracelet, temporaryFolder, until } from "../support/tracelet.ts";

/** Says its pid, counts what it gets, and ends when it is let go. */
const COUNTING = `
import os, signal, sys, time
for name in ("INT", "TERM", "HUP", "USR1", "USR2", "CONT"):
    if not (name == "HUP" and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN):
        signal.signal(getattr(signal, "SIG" + name), lambda number, frame, name=name: print("got", name, flush=True))
print("pid", os.getpid(), flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
`;

async function startCounting(flags: readonly string[]) {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "count.py"), COUNTING);
  const child = startTracelet(["run", "--quiet", ...flags, "--", "python3", "count.py"], { cwd });
  let seen = "";
  child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
  const pid = Number(await until("the child's pid", () => /^pid (\d+)$/m.exec(seen)?.[1]));
  return {
    child,
    pid,
    output: () => seen,
    finish: async () => {
      await writeFile(join(cwd, "go"), "");
      return child.ended;
    },
  };
}

/** The state letter of a process: `T` is stopped. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}

describe("TSTP sent to tracelet", () => {
  test("stops both, and CONT resumes both", async () => {
    const { child, pid, output, finish } = await startCounting([]);
    const wrapper = child.pid ?? 0;
    child.kill("SIGTSTP");
    await until("both are stopped", async () => (await stateOf(wrapper)) === "T" && (await stateOf(pid)) === "T");
    child.kill("SIGCONT");
    await until("the child goes on", () => output().includes("got CONT"));
    expect(await stateOf(wrapper)).not.toBe("T");
    expect((await finish()).code).toBe(0);
  });
});

describe("--forward-signals", () => {
  test("never leaves the signals to whoever signals the whole group", async () => {
    const { child, output, finish } = await startCounting(["--forward-signals", "never"]);
    child.kill("SIGUSR1");
    child.kill("SIGTERM");
    const { code } = await finish();
    expect([code, output()]).toEqual([0, expect.not.stringContaining("got")]);
  });

  test("always passes on each signal", async () => {
    const { child, output, finish } = await startCounting(["--forward-signals", "always"]);
    child.kill("SIGINT");
    await until("the child's word", () => output().includes("got INT"));
    expect((await finish()).code).toBe(0);
  });
});

describe("a hang-up", () => {
  test("reaches the child as any signal does", async () => {
    const { child, output, finish } = await startCounting([]);
    child.kill("SIGHUP");
    await until("the child's word", () => output().includes("got HUP"));
    expect((await finish()).code).toBe(0);
  });

  test("is nothing to both with --ignore-hup", async () => {
    const { child, pid, output, finish } = await startCounting(["--ignore-hup"]);
    child.kill("SIGHUP");
    process.kill(pid, "SIGHUP");
    child.kill("SIGUSR1");
    await until("a later signal", () => output().includes("got USR1"));
    expect((await finish()).code).toBe(0);
    expect(output()).not.toContain("HUP");
  });

  test("is nothing to both under nohup, from a terminal", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "count.py"), COUNTING);
    // nohup looks for a terminal on stdin: python's pty gives it one.
    const shell = `nohup ${process.execPath} ${EXECUTABLE} run --quiet -- python3 count.py > out 2>&1`;
    const terminal = start("python3", ["-c", "import pty, sys; pty.spawn(sys.argv[1:])", "sh", "-c", shell], { cwd });
    const out = () => readFile(join(cwd, "out"), "utf8").catch(() => "");
    const pid = Number(await until("the child's pid", async () => /^pid (\d+)$/m.exec(await out())?.[1]));
    const [folder = ""] = await runFolders(cwd);
    const lease = await until("the wrapper's lease", () =>
      readFile(join(folder, "wrapper.lease"), "utf8").catch(() => ""),
    );
    process.kill((JSON.parse(lease) as { pid: number }).pid, "SIGHUP");
    process.kill(pid, "SIGHUP");
    process.kill(pid, "SIGUSR1");
    await until("a later signal", async () => (await out()).includes("got USR1"));
    await writeFile(join(cwd, "go"), "");
    await terminal.ended;
    expect(await out()).not.toContain("HUP");
  });
});
