import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isInstalled } from "../support/installed.ts";
import { until } from "../support/tracelet.ts";
import { openShells } from "./terminal-shell.ts";

/** Repeats what is typed, with the size of the terminal, and speaks when a file bids it. */
const ECHO = `
import os, select, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
print("ready", flush=True)
while True:
    if os.path.exists("say"):
        os.remove("say")
        print("said", flush=True)
    if select.select([0], [], [], 0.02)[0]:
        line = os.read(0, 1000)
        if line == b"": break
        print("got", line.decode().strip(), *os.get_terminal_size(), flush=True)
print("ended")
`;

describe("in a shell with job control,", () => {
  test("Ctrl-Z stops the command, fg and bg bring it back", async () => {
    const shells = await openShells({ "echo.py": ECHO });
    shells.enter("wrap python3 echo.py");
    await shells.show("ready");
    shells.enter("one");
    await shells.show("got one 80 24");

    shells.type("\x1a");
    await shells.show("Stopped");
    await shells.prompt();
    shells.resize(70, 20);
    shells.enter("fg");
    await shells.show(/fg\nwrap/);
    shells.enter("two");
    await shells.show("got two 70 20");

    shells.type("\x1a");
    await shells.show(/Stopped[^]*Stopped/);
    await shells.prompt();
    shells.enter("bg");
    await shells.prompt();
    await shells.put("say");
    await shells.show("said");
    shells.enter("fg");
    await shells.show(/fg\nwrap[^]*fg\nwrap/);
    // No signal tells that we are in front again.
    await shells.taken();
    shells.enter("three");
    await shells.show("got three 70 20");
    shells.type("\x04");
    await shells.show("ended");
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test("a command that was stopped half-way through a line goes on with it", async () => {
    const shells = await openShells({ "echo.py": ECHO });
    shells.enter("wrap python3 -c 'print(ascii(input(\"name? \")))'");
    await shells.show(/^name\?/m);
    shells.type("\x1a");
    await shells.prompt();
    shells.enter("fg");
    await shells.show("fg");
    shells.enter("Zoë");
    await shells.show(String.raw`'Zo\xeb'`);
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test("a command that is started in the background can be had in front, with its terminal in order", async () => {
    const shells = await openShells({ "echo.py": ECHO });
    const withoutNumbers = (text: string) => text.replaceAll(/^\[1\] \d+$/gm, "[1] N");
    shells.enter("wrap sh -c 'stty -a > mode; exec sleep 600' &");
    await Promise.all([shells.plain, shells.wrapped].map((terminal) => terminal.shows(/^\[1\] \d+\nprompt>/m)));
    shells.enter("echo still $((20 + 1))");
    await Promise.all([shells.plain.shows("still 21"), shells.wrapped.shows("still 21")]);
    shells.enter("fg");
    await Promise.all([shells.plain.shows(/fg\nwrap/), shells.wrapped.shows(/fg\nwrap/)]);
    await shells.taken();
    // The shell had the terminal in a mode of its own when this one was made.
    const path = join(shells.folders[1] ?? "", "mode");
    const mode = await until("the mode", async () => (await readFile(path, "utf8").catch(() => "")) || undefined);
    expect(mode).toMatch(/ icanon .* echo /s);
    shells.type("typed ");
    await Promise.all([shells.plain.shows(/^typed/m), shells.wrapped.shows(/^typed/m)]);
    shells.type("\x03");
    await Promise.all([shells.plain, shells.wrapped].map((terminal) => terminal.shows(/\^C\nprompt>/)));
    expect(withoutNumbers(shells.wrapped.text())).toBe(withoutNumbers(shells.plain.text()));
    shells.enter("clear");
    expect(await shells.areSane()).toBe(true);
  });

  test("in a pipeline to tee, Ctrl-Z and fg, then Ctrl-C", async () => {
    const shells = await openShells({ "echo.py": ECHO });
    shells.enter("wrap python3 echo.py | tee copy");
    await shells.show("ready");
    shells.type("\x1a");
    await shells.prompt();
    shells.enter("fg");
    await shells.show(/fg\nwrap/);
    await shells.put("say");
    await shells.show("said");
    shells.type("\x03");
    await shells.show("^C");
    shells.enter("clear; cat copy");
    await shells.show(/^ready\nsaid\nprompt>/);
    expect(await shells.areSane()).toBe(true);
  });

  test("in a pipeline to a pager, every key is the pager's", async () => {
    const pager = `
import os, sys, termios, tty
keyboard = os.open("/dev/tty", os.O_RDWR)
saved = termios.tcgetattr(keyboard)
tty.setcbreak(keyboard)
print(sys.stdin.readline(), end="", flush=True)
keys = b""
while not keys.endswith(b"q"): keys += os.read(keyboard, 1)
termios.tcsetattr(keyboard, termios.TCSADRAIN, saved)
print("keys", keys.decode())
`;
    const shells = await openShells({ "pager.py": pager });
    shells.enter("wrap sh -c 'echo ready; while [ ! -e go ]; do sleep 0.05; done' | python3 pager.py");
    await shells.show(/^ready$/m);
    for (const key of "abcdefghijklmnopq") shells.type(key);
    await shells.show("keys abcdefghijklmnopq");
    await shells.put("go");
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test("a script with a wrapped command in it is stopped as a whole", async () => {
    const script = "echo begin\nwrap python3 echo.py\necho end\n";
    const shells = await openShells({ "echo.py": ECHO, "script.sh": script });
    shells.enter("bash script.sh");
    await shells.show("ready");
    shells.type("\x1a");
    await shells.show("Stopped");
    await shells.prompt();
    shells.enter("fg");
    await shells.show(/fg\nbash/);
    shells.enter("typed");
    await shells.show("got typed");
    shells.type("\x04");
    await shells.show(/^end$/m);
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test("Ctrl-C ends a loop of wrapped commands as it does with bare ones", async () => {
    const shells = await openShells();
    shells.enter("for number in 1 2 3; do echo turn $number; wrap sleep 60; done");
    await shells.show("turn 1");
    await shells.taken();
    shells.type("\x03");
    await shells.prompt();
    expect(shells.wrapped.text()).not.toContain("turn 2\n");
  });

  test("a shell in a shell has its own jobs", async () => {
    const shells = await openShells();
    shells.enter("PS1='inner> ' wrap bash --norc --noprofile -i");
    await shells.show(/^inner>/m);
    shells.enter("sh -c 'echo up; exec sleep 600'");
    await shells.show(/^up$/m);
    shells.type("\x1a");
    await shells.show("Stopped");
    shells.enter("fg");
    await shells.show(/fg\nsh -c/);
    shells.type("\x03");
    await shells.show(/\^C\ninner>/);
    shells.enter("exit");
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test.skipIf(!isInstalled("vim"))("vim is stopped by Ctrl-Z and has its picture again after fg", async () => {
    const shells = await openShells({ text: "a line of text\n" });
    shells.enter("wrap vim -u NONE -i NONE -n text");
    await shells.fullScreen();
    await shells.show("a line of text");
    shells.type("\x1a");
    await shells.show("Stopped");
    await shells.prompt();
    shells.resize(60, 15);
    shells.enter("fg");
    await shells.fullScreen();
    await shells.show("a line of text");
    shells.type(":q\r");
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test.skipIf(!isInstalled("less"))("less is stopped by Ctrl-Z and has its picture again after fg", async () => {
    const shells = await openShells({ text: Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n") });
    shells.enter("wrap less text");
    await shells.fullScreen();
    await shells.show("line 22");
    shells.type("\x1a");
    await shells.show("Stopped");
    await shells.prompt();
    shells.enter("fg");
    await shells.fullScreen();
    await shells.show("line 22");
    shells.type("q");
    await shells.prompt();
    expect(await shells.areSane()).toBe(true);
  });

  test.skipIf(!canTypeBack())(
    "what is typed while a command runs that does not read it is there for the next one",
    async () => {
      const shells = await openShells();
      shells.enter("wrap sh -c 'echo ready; while [ ! -e go ]; do sleep 0.05; done'");
      await shells.show(/^ready$/m);
      await shells.taken();
      shells.type("echo $((20 + 1))\recho half a l");
      await shells.show("half a l");
      await shells.put("go");
      await shells.show(/^21$/m);
      shells.enter("ine");
      await shells.show(/^half a line$/m);
      await shells.prompt();
      expect(await shells.areSane()).toBe(true);
    },
  );
});

/** Whether this kernel lets a program type into its own terminal: where it says nothing about it, it does. */
function canTypeBack(): boolean {
  try {
    if (readFileSync("/proc/sys/dev/tty/legacy_tiocsti", "utf8").trim() !== "0") return true;
  } catch {
    return true; // a kernel from before 6.2
  }
  process.stderr.write("skipped: the test of keys that are given back, which dev.tty.legacy_tiocsti=0 forbids\n");
  return false;
}
