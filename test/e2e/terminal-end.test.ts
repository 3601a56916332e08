import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal, type TestTerminal, WRAPPED } from "../support/terminal.ts";
import { EXECUTABLE, journalSoFar, runFolders, temporaryFolder, until } from "../support/tracelet.ts";

const FULL_SCREEN = `
import os, signal, sys, time, tty
tty.setraw(0)
os.write(1, b"\\x1b[?1049h\\x1b[?25l\\x1b[?1000h\\x1b[Hfull screen")
open("pid", "w").write(str(os.getpid()))
while not os.path.exists("go"): time.sleep(0.02)
os.write(1, b"\\x1b[?1000l\\x1b[?25h\\x1b[?1049l")
sys.exit(7)
`;

/** A wrapped program that has taken the whole screen, the keys and the mouse. */
async function openFullScreen() {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "full.py"), FULL_SCREEN);
  const terminal = await openTerminal([...WRAPPED, "python3", "full.py"], { cwd });
  await terminal.shows("full screen");
  const child = Number(await until("the child's number", () => readPid(cwd)));
  const [folder = ""] = await runFolders(cwd);
  await until("the watcher", async () => (await journalSoFar(folder)).length > 0);
  return { cwd, terminal, child, folder };
}

async function readPid(cwd: string): Promise<string | undefined> {
  const text = await readFile(join(cwd, "pid"), "utf8").catch(() => "");
  return text === "" ? undefined : text;
}

/** Who has the journal; absent while nobody has. */
async function watcherOf(folder: string): Promise<number | undefined> {
  const lease = await readFile(join(folder, "journal.lease"), "utf8").catch(() => "");
  return lease === "" ? undefined : (JSON.parse(lease) as { pid?: number }).pid;
}

function expectSane(terminal: TestTerminal): void {
  expect(terminal.mode()).toEqual(terminal.firstMode);
  expect(terminal.look()).toMatchObject({
    buffer: "normal",
    isCursorHidden: false,
    modes: { mouseTrackingMode: "none" },
  });
}

describe("the user's terminal is in order again when", () => {
  test("the command ends by itself", async () => {
    const { cwd, terminal } = await openFullScreen();
    expect(terminal.mode()).not.toEqual(terminal.firstMode);
    await writeFile(join(cwd, "go"), "");
    expect(await terminal.finish()).toEqual({ code: 7, signal: null });
    expectSane(terminal);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("the command is ended by %s", async (signal) => {
    const { terminal, child } = await openFullScreen();
    process.kill(child, signal);
    expect(await terminal.finish()).toEqual({ code: null, signal });
    expectSane(terminal);
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("tracelet is sent %s", async (signal) => {
    const { terminal } = await openFullScreen();
    process.kill(terminal.pid, signal);
    const { code, signal: by } = await terminal.finish();
    // Python makes an exception of INT.
    expect([code, by]).toContain(signal);
    expectSane(terminal);
  });

  test("tracelet is sent SIGQUIT", async () => {
    const { terminal } = await openFullScreen();
    process.kill(terminal.pid, "SIGQUIT");
    expect((await terminal.finish()).code).toBe(131);
    expectSane(terminal);
  });

  test("tracelet is killed, and the command goes on", async () => {
    const { cwd, terminal, child, folder } = await openFullScreen();
    process.kill(terminal.pid, "SIGKILL");
    await terminal.until("the mode as it was", () => Buffer.compare(terminal.mode(), terminal.firstMode) === 0);
    await terminal.until("the screen as it was", () => terminal.look().buffer === "normal");
    expectSane(terminal);
    process.kill(child, 0);
    await writeFile(join(cwd, "go"), "");
    const ended = await until("the end of the run", async () =>
      (await journalSoFar(folder)).find(({ type }) => type === "end"),
    );
    expect(ended).toMatchObject({ status: "crashed" });
  });

  test("the watcher has been replaced, and tracelet is killed", async () => {
    const { terminal, folder } = await openFullScreen();
    const first = await until("the watcher", () => watcherOf(folder));
    process.kill(first, "SIGKILL");
    await until("another one", async () => {
      const pid = await watcherOf(folder);
      return pid !== first && pid;
    });
    process.kill(terminal.pid, "SIGKILL");
    await terminal.until("the mode as it was", () => Buffer.compare(terminal.mode(), terminal.firstMode) === 0);
    await terminal.until("the screen as it was", () => terminal.look().buffer === "normal");
    expect(terminal.look().isCursorHidden).toBe(false);
  });
});

const WAITING = `
import os, signal, sys, time
signal.signal(signal.SIGHUP, lambda *_: (open("hup", "a").write("hup\\n"), os._exit(0)))
print("ready", flush=True)
while not os.path.exists("go"): time.sleep(0.02)
`;

describe("when the terminal is closed,", () => {
  test.each([
    ["unwrapped", ["python3", "wait.py"]],
    ["wrapped", [...WRAPPED, "python3", "wait.py"]],
  ])("the command is told: %s", async (_, command) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "wait.py"), WAITING);
    const terminal = await openTerminal(command, { cwd });
    await terminal.shows("ready");
    terminal.hangUp();
    await until("the command has been told", () => existsSync(join(cwd, "hup")));
    await terminal.ended;
    expect(await readFile(join(cwd, "hup"), "utf8")).toBe("hup\n");
  });

  test("so are the others of its job, as by a shell", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "wait.py"), WAITING);
    const terminal = await openTerminal([...WRAPPED, "sh", "-c", "trap '' HUP; python3 wait.py & wait; :"], { cwd });
    await terminal.shows("ready");
    terminal.hangUp();
    const told = await until("the other one has been told", () => existsSync(join(cwd, "hup")));
    expect(told).toBe(true);
  });

  test("with --ignore-hup it goes on, ends as it would, and its output is kept", async () => {
    const cwd = await temporaryFolder();
    const run = [process.execPath, EXECUTABLE, "run", "--ignore-hup", "--"];
    const script = "echo before; while [ ! -e go ]; do sleep 0.05; done; echo after; echo end > end; exit 5";
    const terminal = await openTerminal([...run, "sh", "-c", script], { cwd });
    await terminal.shows("before");
    const [folder = ""] = await runFolders(cwd);
    terminal.hangUp();
    await writeFile(join(cwd, "go"), "");
    expect(await terminal.ended).toEqual({ code: 5, signal: null });
    expect(existsSync(join(cwd, "end"))).toBe(true);
    expect(await readFile(join(folder, "output.log"), "utf8")).toBe("before\r\nafter\r\n");
    const journal = await journalSoFar(folder);
    expect(journal.at(-1)).toMatchObject({ type: "end", exitCode: 5 });
  });
});

test("a run in the background leaves the terminal alone when it ends", async () => {
  const cwd = await temporaryFolder();
  const env = { NODE: process.execPath, TRACELET: EXECUTABLE };
  // The program in front has the terminal in a mode of its own by then.
  await writeFile(
    join(cwd, "front.sh"),
    `set -m
     "$NODE" "$TRACELET" run --quiet -- sh -c 'echo > started; while [ ! -e go ]; do sleep 0.05; done' &
     while [ ! -e started ]; do sleep 0.05; done
     stty -echo -icanon; echo front; wait; echo over; read line`,
  );
  const terminal = await openTerminal(["bash", "front.sh"], { cwd, env });
  await terminal.shows("front");
  const mode = terminal.mode();
  await until("the run", async () => (await journalSoFar((await runFolders(cwd))[0])).length > 0);
  await writeFile(join(cwd, "go"), "");
  await terminal.shows("over");
  expect(terminal.mode()).toEqual(mode);
  terminal.type("\n");
});
