import { crc32 } from "node:zlib";
import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { LOG_HEADER, LogChunks } from "../../src/backends/wandb-log.ts";

const BLOCK = 32_768;

/** The records of a file, taken apart by the rules of the format; throws where one is broken. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = LOG_HEADER.length; at < file.length;) {
    const left = BLOCK - (at % BLOCK);
    if (left < 7) {
      if (file.subarray(at, at + left).some((byte) => byte !== 0)) throw new Error(`no zeros at byte ${at}`);
      at += left;
      continue;
    }
    const [checksum, length, type] = [file.readUInt32LE(at), file.readUInt16LE(at + 4), file[at + 6] ?? 0];
    const bytes = file.subarray(at + 7, at + 7 + length);
    expect(length + 7).toBeLessThanOrEqual(left);
    expect(crc32(Buffer.concat([Buffer.from([type]), bytes]))).toBe(checksum);
    expect(parts.length > 0).toBe(type === 3 || type === 4);
    parts.push(bytes);
    at += 7 + length;
    if (type === 2 || type === 3) continue;
    records.push(Buffer.concat(parts));
    parts = [];
  }
  expect(parts).toEqual([]);
  return records;
}

test("records of any length come back, wherever the file is cut into writes", () => {
  // Around the border of a block, where the last bytes have no room for a chunk.
  const near = integer({ min: BLOCK - 40, max: BLOCK + 10 });
  const length = integer({ min: 0, max: 300 });
  const lengths = array(
    array(
      near.chain((at) => integer({ min: 0, max: at })),
      { maxLength: 4 },
    ),
    { maxLength: 4 },
  );
  assert(
    property(lengths, array(length, { maxLength: 5 }), integer({ min: 0, max: 3 }), (writes, more, times) => {
      let file = Buffer.from(LOG_HEADER);
      const records: Buffer[] = [];
      for (const write of [...writes, more, [BLOCK * times]]) {
        const chunks = new LogChunks(file.length);
        for (const bytes of write) {
          const record = Buffer.alloc(bytes, records.length + 1);
          records.push(record);
          chunks.add(record);
        }
        expect(chunks.position).toBe(file.length + chunks.bytes.length);
        file = Buffer.concat([file, chunks.bytes]);
      }
      expect(recordsOf(file).map((record) => record.toString("hex"))).toEqual(records.map((r) => r.toString("hex")));
    }),
    { numRuns: 60 },
  );
});

test("a chunk fills a block to its last byte, and six bytes or less are left to zeros", () => {
  for (const left of [0, 1, 6, 7, 8]) {
    const first = BLOCK - LOG_HEADER.length - 7 - left;
    const chunks = new LogChunks(LOG_HEADER.length);
    for (const bytes of [first, 5]) chunks.add(Buffer.alloc(bytes, 1));
    const file = Buffer.concat([LOG_HEADER, chunks.bytes]);
    expect(recordsOf(file).map(({ length }) => length)).toEqual([first, 5]);
    const padding = left < 7 ? left : 0;
    // What is left is too little for five bytes and their header: with seven or eight the record begins there all the same.
    expect(file).toHaveLength(BLOCK - left + padding + 12 + (left >= 7 ? 7 : 0));
  }
});
