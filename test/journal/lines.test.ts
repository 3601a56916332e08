import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileLine, readLineChunks } from "../../src/journal/lines.ts";
import { temporaryFolder } from "./support.ts";

const LONGEST = 200_000;

describe("the lines of a file", () => {
  test("are those that its bytes have, over the bounds of chunks too", async () => {
    const path = join(temporaryFolder(), "file");
    const piece = fc.oneof(
      fc.constantFrom("\n", "a line\n", "\r\n", "größe\n", "🦊\n", "torn").map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(300_000).map((length) => Buffer.from(`${"x".repeat(length)}\n`)),
      fc.nat(70_000).map((length) => Buffer.from("short\n".repeat(length / 6))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.nat(), async (pieces, cursor) => {
        const bytes = Buffer.concat(pieces);
        const from = bytes.length === 0 ? 0 : bytes.subarray(0, cursor % bytes.length).lastIndexOf(10) + 1;
        writeFileSync(path, bytes);
        expect(await linesOf(path, from)).toEqual(expected(bytes, from));
      }),
      { numRuns: 100 },
    );
  });
});

async function linesOf(path: string, from: number): Promise<FileLine[]> {
  const lines: FileLine[] = [];
  for await (const chunk of readLineChunks(path, from, LONGEST)) lines.push(...chunk);
  return lines;
}

function expected(bytes: Buffer, from: number): FileLine[] {
  const lines: FileLine[] = [];
  for (let start = from; ;) {
    const newline = bytes.indexOf(10, start);
    if (newline === -1) return lines;
    const text = newline - start > LONGEST ? undefined : bytes.toString("utf8", start, newline);
    lines.push({ text, start, end: newline + 1 });
    start = newline + 1;
  }
}
