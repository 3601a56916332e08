import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPair } from "./terminal-pair.ts";

/** Puts a Python program where the pair's commands run. */
function python(program: string) {
  return { prepare: (cwd: string) => writeFile(join(cwd, "program.py"), program) };
}

const RUN = ["python3", "program.py"];

describe("what is typed, wrapped and unwrapped:", () => {
  test("a line that is asked for, corrected, and with characters of any width", async () => {
    const pair = await openPair(RUN, python(`print("got", ascii(input("name? ")))`));
    await pair.show("name?");
    pair.type("wrong\x15ab\x7f ü 漢 😀x\x7f");
    await pair.show("a ü 漢 😀");
    pair.type("\r");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
    expect(pair.wrapped.text()).toContain("got 'a \\xfc \\u6f22 \\U0001f600'");
  });

  test("a password, which is not shown", async () => {
    const pair = await openPair(RUN, python(`import getpass; print(len(getpass.getpass()))`));
    await pair.show("Password:");
    pair.type("secret\r");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
    expect(pair.wrapped.text()).toBe("Password: \n6");
  });

  test("the end of the input, by Ctrl-D", async () => {
    const pair = await openPair(RUN, python(`import sys; print("ready"); print("read", repr(sys.stdin.read()))`));
    await pair.show("ready");
    pair.type("one\rtwo\r");
    await pair.show("two");
    pair.type("\x04");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
    expect(pair.wrapped.text()).toContain(String.raw`read 'one\ntwo\n'`);
  });

  test("lines, half a line and Ctrl-D that were typed before the command had started", async () => {
    const pair = await openPair(RUN, python(`import sys; print(repr(sys.stdin.read())); print(repr(input()))`));
    pair.type("one\rtwo\r\x04thr");
    await pair.show(String.raw`'one\ntwo\n'`);
    pair.type("ee\r");
    await pair.show("'three'");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test("one key at a time, as a program in raw mode reads it", async () => {
    const program = `
import os, termios, tty
saved = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"keys? ")
while (key := os.read(0, 1)) != b"q":
    os.write(1, b"%d " % key[0])
termios.tcsetattr(0, termios.TCSADRAIN, saved)
`;
    const pair = await openPair(RUN, python(program));
    await pair.show("keys?");
    pair.type("\x03\x1a\x1c\x04\x13\x11\r\n\x7f\x1b[A");
    await pair.show("3 26 28 4 19 17 13 10 127 27 91 65");
    pair.type("q");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test("Ctrl-C, which the command may catch", async () => {
    const program = `
import time
for attempt in range(2):
    try:
        print("working", attempt, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("caught", attempt, flush=True)
`;
    const pair = await openPair(RUN, python(program));
    await pair.show("working 0");
    pair.type("\x03");
    await pair.show(/caught 0\nworking 1/);
    pair.type("\x03");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test.each([
    ["Ctrl-C", "\x03", { code: null, signal: "SIGINT" }],
    ["Ctrl-\\", "\x1c", { code: 131, signal: null }],
  ])("%s, which ends the command", async (_, key, end) => {
    const pair = await openPair(["sh", "-c", "ulimit -c 0; echo ready; exec sleep 60"]);
    await pair.show("ready");
    pair.type(key);
    const [plain, wrapped] = await Promise.all([pair.plain.finish(), pair.wrapped.finish()]);
    // What Node cannot die of is 128 + n, in this test's unwrapped command too.
    expect(wrapped).toEqual(end);
    expect(plain.signal ?? "SIGQUIT").toBe(key === "\x03" ? "SIGINT" : "SIGQUIT");
    expect(pair.wrapped.text()).toBe(pair.plain.text());
  });

  test("Ctrl-S and Ctrl-Q, which hold the output", async () => {
    const pair = await openPair(["sh", "-c", "echo first; read line; echo second"]);
    await pair.show("first");
    pair.type("\x13");
    pair.type("\r");
    const held = pair.wrapped.until("output that is held", () => pair.wrapped.text().includes("second"), 0.5);
    await expect(held).rejects.toThrow("output that is held");
    pair.type("\x11");
    await pair.show("second");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test("100 kB that are pasted at once", async () => {
    const lines = Array.from({ length: 2000 }, (_, number) => `${number}`.padStart(50, "pasted ")).join("\n");
    const program = `
import hashlib, sys, termios
mode = termios.tcgetattr(0); mode[3] &= ~termios.ECHO; termios.tcsetattr(0, termios.TCSANOW, mode)
print("paste", flush=True)
print(hashlib.sha256(sys.stdin.buffer.read(${lines.length})).hexdigest())
mode[3] |= termios.ECHO; termios.tcsetattr(0, termios.TCSANOW, mode)
`;
    const pair = await openPair(RUN, python(program));
    await pair.show("paste");
    pair.type(lines + "\n");
    await pair.wrapped.shows(createHash("sha256").update(lines).digest("hex"));
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test("100 kB that are pasted into a program that reads every key by itself and is slow", async () => {
    const program = `
import hashlib, os, time, tty, termios
saved = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"paste ")
text = b""
while len(text) < 100_000:
    text += os.read(0, 1000)
    if len(text) % 7 == 0: time.sleep(0.001)
os.write(1, hashlib.sha256(text).hexdigest().encode())
termios.tcsetattr(0, termios.TCSADRAIN, saved)
`;
    const pair = await openPair(RUN, python(program));
    await pair.show("paste");
    const text = Buffer.from(Array.from({ length: 100_000 }, (_, index) => 0x20 + ((index * 7919) % 0x5f)));
    pair.type(text);
    await pair.wrapped.shows(createHash("sha256").update(text).digest("hex").slice(0, 40));
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });
});

describe("what the terminal itself answers, wrapped and unwrapped:", () => {
  test("questions for the cursor's place, its colours and its kind", async () => {
    const program = `
import os, sys, termios, tty
saved = termios.tcgetattr(0)
tty.setraw(0)
def ask(question, last):
    os.write(1, question)
    answer = b""
    while not answer.endswith(last): answer += os.read(0, 1)
    return answer
answers = [ask(b"abc\\x1b[6n", b"R"), ask(b"\\x1b]11;?\\x1b\\\\", b"\\x1b\\\\"), ask(b"\\x1b[c", b"c")]
termios.tcsetattr(0, termios.TCSADRAIN, saved)
print("\\n", answers)
`;
    const pair = await openPair(RUN, python(program));
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
    expect(pair.wrapped.text()).toContain(String.raw`b'\x1b[1;4R', b'\x1b]11;rgb:0000/0000/0000\x1b\\'`);
  });

  test("pastes in brackets, and the mouse", async () => {
    const program = `
import os, termios, tty
saved = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"\\x1b[?2004h\\x1b[?1000h\\x1b[?1006hready ")
text = b""
while not text.endswith(b"q"): text += os.read(0, 100)
os.write(1, repr(text).encode() + b"\\x1b[?2004l\\x1b[?1000l\\x1b[?1006l\\r\\n")
termios.tcsetattr(0, termios.TCSADRAIN, saved)
`;
    const pair = await openPair(RUN, python(program));
    await pair.show("ready");
    expect(pair.wrapped.look().modes).toMatchObject({ bracketedPasteMode: true, mouseTrackingMode: "vt200" });
    pair.type("\x1b[200~two\nlines\x1b[201~\x1b[<0;3;4M\x1b[<0;3;4mq");
    await pair.show(String.raw`b'\x1b[200~two\nlines\x1b[201~\x1b[<0;3;4M\x1b[<0;3;4mq'`);
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });
});
