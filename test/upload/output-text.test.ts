import { array, assert, integer, nat, property, string } from "fast-check";
import { expect, test } from "vitest";
import type { ReadPiece } from "../../src/journal/output-pieces.ts";
import type { StreamName } from "../../src/model/run.ts";
import { outputText, type Unfinished } from "../../src/upload/output-text.ts";

const piece = (bytes: Uint8Array, stream: StreamName = "stdout"): ReadPiece => ({
  stream,
  timestamp: 1,
  bytes: Buffer.from(bytes),
});

/** Everything that comes of pieces which are handed in so many at a time, by stream. */
function textOf(pieces: readonly ReadPiece[], atOnce: number): { stdout: string; stderr: string; left: Unfinished } {
  const text = { stdout: "", stderr: "" };
  let left: Unfinished = {};
  for (let start = 0; start < pieces.length; start += atOnce) {
    const { output, unfinished } = outputText(pieces.slice(start, start + atOnce), left);
    for (const { stream, text: some } of output) text[stream] += some;
    left = JSON.parse(JSON.stringify(unfinished));
  }
  return { ...text, left };
}

test("characters that are cut apart are put together, in each stream by itself, also over a restart", () => {
  const printed = string({ unit: "binary" });
  const cuts = array(nat(40), { maxLength: 6 });
  assert(
    property(printed, printed, cuts, integer({ min: 1, max: 4 }), (stdout, stderr, at, atOnce) => {
      const parts = [cutUp(stdout, at), cutUp(stderr, at)] as const;
      const pieces = Array.from({ length: at.length + 1 }, (_, index) =>
        parts.flatMap((cut, stream) => cut.slice(index, index + 1).map((b) => piece(b, stream ? "stderr" : "stdout"))),
      );
      expect(textOf(pieces.flat(), atOnce)).toEqual({ stdout, stderr, left: {} });
    }),
  );
});

test("bytes that are no UTF-8 become U+FFFD, and the text goes on behind them", () => {
  const bytes = Buffer.concat([
    Buffer.from("a"),
    Buffer.from([0xff, 0xc3]),
    Buffer.from("b"),
    Buffer.from([0xe2, 0x82]),
  ]);
  expect(textOf([piece(bytes)], 1)).toEqual({ stdout: "a\u{fffd}\u{fffd}b", stderr: "", left: { stdout: "4oI=" } });
  expect(textOf([piece(bytes), piece(Buffer.from("x"))], 1).stdout).toBe("a\u{fffd}\u{fffd}b\u{fffd}x");
});

function cutUp(text: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const ends = [...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length];
  return ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}
