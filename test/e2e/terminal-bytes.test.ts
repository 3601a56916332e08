import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { loadTerminalCalls, type TerminalCalls } from "../../src/tty/terminal-calls.ts";
import { WRAPPED } from "../support/terminal.ts";
import { cleanEnvironment, temporaryFolder } from "../support/tracelet.ts";

const SIZE = 50_000_000;
const RUNS = 20;
const LANES = 2;

let calls: TerminalCalls;
beforeAll(async () => {
  calls = await loadTerminalCalls();
});

test(`no byte of the end is lost: ${RUNS} runs of 50 MB to a terminal`, { timeout: 240_000 }, async () => {
  const cwd = await temporaryFolder();
  // Letters in lines: nothing in them is to be looked at for metrics.
  const megabyte = randomBytes(1_000_000).map((byte, index) => (index % 80 === 0 ? 0x0a : 0x61 + (byte % 26)));
  const bytes = Buffer.concat(Array.from({ length: SIZE / megabyte.length }, () => megabyte));
  await writeFile(join(cwd, "bytes"), bytes);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const digests: string[] = [];
  const lane = async () => {
    for (let run = 0; run < RUNS / LANES; run += 1) digests.push(await digestOfTerminal(cwd));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(digests).toEqual(Array.from({ length: RUNS }, () => digest));
});

/** Of all that a wrapped `cat bytes` prints to a terminal that passes bytes on as they are. A program reads it, as quick as any emulator. */
async function digestOfTerminal(cwd: string): Promise<string> {
  const { master, slave, path } = calls.openPseudoTerminal();
  // EIO is how the end of a terminal's output shows; `cat` complains of it.
  const reader = spawn("sh", ["-c", "cat 2> reader-errors | sha256sum"], {
    cwd,
    stdio: [master, "pipe", "inherit"],
  }) as ChildProcessByStdio<null, Readable, null>;
  const script = `: < "$0"; stty -opost; exec "$@"`;
  const command = [...WRAPPED.slice(0, -1), "--no-track-system", "--", "cat", "bytes"];
  const writer = spawn("sh", ["-c", script, path, ...command], {
    cwd,
    env: cleanEnvironment(),
    detached: true,
    stdio: [slave, slave, slave],
  });
  closeSync(master);
  closeSync(slave);
  let told = "";
  reader.stdout.on("data", (text: Buffer) => (told += text.toString()));
  const [code] = await Promise.all([
    new Promise((resolve) => {
      writer.once("exit", resolve);
    }),
    new Promise((resolve) => {
      reader.once("close", resolve);
    }),
  ]);
  expect(code).toBe(0);
  return told.split(" ")[0] ?? "";
}
