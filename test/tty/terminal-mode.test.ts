import { closeSync } from "node:fs";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { loadTerminalCalls, type TerminalCalls } from "../../src/tty/terminal-calls.ts";
import { endKeyOf, isSameMode, suspendKeyOf, unechoed } from "../../src/tty/terminal-mode.ts";

let calls: TerminalCalls;
beforeAll(async () => {
  calls = await loadTerminalCalls();
});

function openEnds() {
  const ends = calls.openPseudoTerminal();
  onTestFinished(() => {
    closeSync(ends.master);
    closeSync(ends.slave);
  });
  const mode = calls.mode(ends.slave);
  if (mode === undefined) throw new Error("a new terminal has no mode");
  return { ...ends, mode };
}

describe.skipIf(process.platform === "win32")("the mode of a real terminal", () => {
  test("has the keys that suspend and that end the input", () => {
    const { mode } = openEnds();
    expect([suspendKeyOf(mode), endKeyOf(mode)]).toEqual([26, 4]);
  });

  test("has neither while a program reads every key by itself", () => {
    const raw = calls.rawOf(openEnds().mode);
    expect([suspendKeyOf(raw), endKeyOf(raw)]).toEqual([undefined, undefined]);
  });

  test("is another without the echo, and takes effect", () => {
    const { slave, mode } = openEnds();
    const silent = unechoed(mode);
    if (silent === undefined) throw new Error("a new terminal shows nothing");
    expect(isSameMode(mode, silent)).toBe(false);
    expect(calls.setMode(slave, silent)).toBe(true);
    expect(unechoed(calls.mode(slave) ?? mode)).toBeUndefined();
  });

  test("is the same as itself", () => {
    const { slave, mode } = openEnds();
    expect(isSameMode(mode, calls.mode(slave) ?? new Uint8Array())).toBe(true);
  });
});

test("on a system whose layout is not known there are no keys, and nothing is changed", () => {
  const mode = new Uint8Array(128).fill(255);
  expect([suspendKeyOf(mode, "aix"), endKeyOf(mode, "aix"), unechoed(mode, "aix")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("the layout of macOS is another", () => {
  const mode = new Uint8Array(128);
  Buffer.from(mode.buffer).writeUInt32LE(0x80 | 0x100, 24);
  mode[42] = 26;
  mode[32] = 4;
  expect([suspendKeyOf(mode, "darwin"), endKeyOf(mode, "darwin")]).toEqual([26, 4]);
});
