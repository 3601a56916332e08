import { appendFileSync, rmSync, truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { OUTPUT_START, type OutputPlace, readOutputPieces } from "../../src/journal/output-pieces.ts";
import { OutputLog } from "../../src/journal/output-log.ts";
import type { RunDirectory } from "../../src/journal/run-directory.ts";
import { runOnDisk } from "../upload/run-on-disk.ts";

/** All that follows a place, as it comes in reads of at most so many bytes, and where the reader then stands. */
async function readAll(run: RunDirectory, most = 1000, from = OUTPUT_START) {
  const pieces: [string, string][] = [];
  let place: OutputPlace = from;
  for (;;) {
    const read = await readOutputPieces(run, place, most);
    if (read === undefined) return { pieces, place };
    pieces.push(...read.pieces.map(({ stream, bytes }): [string, string] => [stream, bytes.toString()]));
    place = JSON.parse(JSON.stringify(read.place));
  }
}

async function write(run: RunDirectory, limit: number | "none", ...texts: readonly string[]): Promise<void> {
  const log = OutputLog.create(run, { limit, onGrowth: () => {} });
  for (const [at, text] of texts.entries()) {
    log.append(at % 2 === 0 ? "stdout" : "stderr", at, Buffer.from(text));
    await log.flush();
  }
  await log.close();
}

test("a reader that comes back gets what was written since", async () => {
  const run = runOnDisk([]);
  const log = OutputLog.create(run, { limit: "none", onGrowth: () => {} });
  expect(await readOutputPieces(run, OUTPUT_START, 10)).toBeUndefined();
  log.append("stdout", 1, Buffer.from("one\n"));
  log.append("stderr", 2, Buffer.from("two\n"));
  await log.flush();
  const first = await readAll(run, 1);
  expect(first.pieces).toEqual([
    ["stdout", "one\n"],
    ["stderr", "two\n"],
  ]);
  log.append("stdout", 3, Buffer.from("three\n"));
  await log.close();
  expect((await readAll(run, 1, first.place)).pieces).toEqual([["stdout", "three\n"]]);
});

test("segments follow one another, and those that were removed are passed over", async () => {
  const run = runOnDisk([]);
  const texts = Array.from({ length: 40 }, (_, at) => `${at} `.padEnd(1000, "."));
  await write(run, 16_000, ...texts);
  const { pieces } = await readAll(run, 3000);
  const numbers = pieces.map(([, text]) => Number.parseInt(text, 10));
  expect(numbers.at(0)).toBe(0);
  expect(numbers.at(-1)).toBe(39);
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("a log that was cut from outside, a torn line of the index and a log that is gone are no harm", async () => {
  const run = runOnDisk([]);
  await write(run, "none", "first", "second");
  truncateSync(run.outputLog, 8);
  appendFileSync(run.outputSegment(0).index, "nonsense\n17953789635");
  expect((await readAll(run)).pieces).toEqual([
    ["stdout", "first"],
    ["stderr", "sec"],
  ]);
  rmSync(run.outputLog);
  expect((await readAll(run)).pieces).toEqual([]);
});
