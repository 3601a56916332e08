import { describe, expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";

/** A line that is kept whole; of a longer one only the beginning is. */
const LARGE = 60 * 1024;
/** Quadratic work would make it four. */
const MOST_GROWTH = 3;
/** A busy machine makes single measurements long, never short. */
const MOST_TRIES = 24;

/** What makes a careless reader slow, again and again: beginnings that never end, and what may be read two ways. */
const PIECES = [
  "loss=1 ",
  "a=1,",
  "a: 1 | ",
  "w (",
  "[1/",
  "[ 1 ",
  "1/2 ",
  "1:1",
  "1.",
  "1-",
  "1,2",
  "1%|",
  "{",
  '{"a": ',
  '{"a": 1}',
  "{'a': 1, ",
  '"',
  "\"'",
  "'a': ",
  "a b ",
  "a.b/",
  " ",
  "  a",
  "| a ",
  "| 1 ",
  "a  1  ",
  "epoch ",
  "epoch 1 ",
  "nan ",
  "=",
  ":",
  "((",
  ")",
  "tensor(1",
  "config ",
  "new best ",
  "Error: ",
  " ....",
  "-----",
  "-  ",
  "─  ",
  "|---",
  "損失 1 ",
  "█",
  "é1",
  "\u001b[31m1",
  "\u001b[",
  "\u001b]0;",
  "1\b",
  "a\r1",
  "\r",
  "v1.",
  "http://",
  "/a",
  "1e",
  "2026-01-02 ",
  "10:11:12 ",
  "INFO ",
  "[a:1] ",
];

/** CPU time of one reading, in microseconds. */
function cost(bytes: Uint8Array): number {
  const before = process.cpuUsage();
  const extractor = createExtractor();
  extractor.push("stdout", bytes, 0, 0);
  extractor.end();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function lineOf(piece: string, length: number): Uint8Array {
  return Buffer.from(`1 ${piece.repeat(Math.ceil(length / piece.length))}`.slice(0, length));
}

describe("the time for a line", () => {
  test.each(PIECES)("grows with its length when it is %j again and again", (piece) => {
    const [small, large] = [lineOf(piece, LARGE / 2), lineOf(piece, LARGE)];
    let [least, most] = [cost(small), cost(large)];
    for (let tries = 1; most > MOST_GROWTH * least && tries < MOST_TRIES; tries += 1) {
      least = Math.min(least, cost(small));
      most = Math.min(most, cost(large));
    }
    // Next to nothing is measured as nothing.
    expect(most).toBeLessThanOrEqual(MOST_GROWTH * Math.max(least, 500));
  });
});
