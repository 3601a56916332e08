import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeScalar } from "../../src/backends/tensorboard-events.ts";
import { EventFile } from "../../src/backends/tensorboard-file.ts";
import { firstRecord, RecordBuffer } from "../../src/backends/tensorboard-records.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tracelet-event-file-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("an event file", () => {
  test("that was cut anywhere keeps its whole records, and goes on behind them", async () => {
    const path = await fileOf([1, 2, 3]);
    const whole = await readFile(path);
    const size = whole.length / 3;
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      const file = await open(path);
      const kept = Math.floor(length / size);
      expect(file?.length).toBe(kept * size);
      await file?.append(recordsOf([9]), [0]);
      expect(await stepsIn(path)).toEqual([...[1, 2, 3].slice(0, kept), 9]);
    }
  });

  test("with a wrong bit anywhere is damaged", async () => {
    const path = await fileOf([1, 2, 3]);
    const whole = await readFile(path);
    for (let place = 0; place < whole.length; place += 1) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ (1 << (place % 8));
      await writeFile(path, damaged);
      expect(await open(path)).toBeUndefined();
    }
  });

  test("has every record once, however often and in whatever parts they come again", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.record({ take: fc.nat(8), again: fc.boolean(), reopen: fc.boolean(), cut: fc.nat(60) }), {
        maxLength: 12,
      }),
      async (moves) => {
        const path = await fileOf([]);
        let file = await open(path);
        // What was acknowledged; behind it, an attempt may have written without anybody's knowledge.
        let acknowledged = 0;
        for (const { take, again, reopen, cut } of moves) {
          const steps = Array.from({ length: take }, (_, index) => acknowledged + index);
          const before = file?.length ?? 0;
          await file?.append(recordsOf(steps), steps.length > 0 ? [0] : []);
          if (again && steps.length > 0) {
            // Killed before or while it was written: only what nobody acknowledged can be cut.
            const after = file?.length ?? 0;
            if (reopen) await truncate(path, Math.max(before, after - cut));
          } else acknowledged += take;
          if (reopen) file = await open(path);
        }
        const rest = [acknowledged, acknowledged + 1];
        await file?.append(recordsOf(rest), [0]);
        const there = await stepsIn(path);
        expect(new Set(there).size).toBe(there.length);
        expect(there).toEqual(expect.arrayContaining(Array.from({ length: acknowledged + 2 }, (_, step) => step)));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("that another has shortened or gone on with is looked at again before the next record", async () => {
    const path = await fileOf([1, 2]);
    const one = await open(path);
    const other = await open(path);
    await one?.append(recordsOf([3]), [0]);
    await other?.append(recordsOf([3, 4]), [0]);
    expect(await stepsIn(path)).toEqual([1, 2, 3, 4]);
    await truncate(path, (await readFile(path)).length - 3);
    await one?.append(recordsOf([5]), [0]);
    expect(await stepsIn(path)).toEqual([1, 2, 3, 5]);
  });

  test("that is gone is not made again", async () => {
    const path = await fileOf([1]);
    const file = await open(path);
    await rm(path);
    await expect(file?.append(recordsOf([2]), [0])).rejects.toMatchObject({ code: "ENOENT" });
    await expect(open(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("of three megabytes is read in pieces, and a record may be longer than one of them", async () => {
    const path = join(folder, "long");
    const records = new RecordBuffer();
    for (const length of [10, 1_500_000, 20, 1_600_000]) {
      records.add((pbf) => pbf.writeBytesField(1, new Uint8Array(length)));
    }
    await writeFile(path, records.bytes());
    const lengths: number[] = [];
    const file = await EventFile.open(path, (record) => lengths.push(record.length));
    expect(lengths).toEqual([12, 1_500_004, 22, 1_600_004]);
    expect(file?.length).toBe(records.bytes().length);
  });
});

test("a step that is negative has ten bytes, as protocol buffers have it, and a point 24 bytes of its own", () => {
  const [positive, negative] = [recordsOf([1]), recordsOf([-1])].map((records) => records.bytes().length);
  expect(positive).toBe(16 + 9 + 2 + 2 + 2 + "loss".length + 2 + 5);
  expect(negative).toBe((positive ?? 0) + 9);
});

function open(path: string): Promise<EventFile | undefined> {
  return EventFile.open(path, () => {});
}

/** Records of one size each, for steps below 128. */
function recordsOf(steps: readonly number[]): RecordBuffer {
  const records = new RecordBuffer(16);
  const tag = Buffer.from("loss");
  for (const step of steps)
    records.add((pbf) => writeScalar(pbf, tag, { timestamp: 1000 + step, step: step || 127 }, 0.5));
  return records;
}

let files = 0;

async function fileOf(steps: readonly number[]): Promise<string> {
  files += 1;
  const path = join(folder, String(files));
  await writeFile(path, recordsOf(steps).bytes());
  return path;
}

/** The steps of a file by the one byte that each has, where there is nothing but whole records. */
async function stepsIn(path: string): Promise<number[]> {
  const steps: number[] = [];
  for (let rest: Uint8Array = await readFile(path); rest.length > 0;) {
    const first = firstRecord(rest);
    if (first.kind !== "whole") throw new Error(`${first.kind} behind ${steps.length} records`);
    steps.push(first.data[10] === 127 ? 0 : Number(first.data[10]));
    rest = rest.subarray(first.size);
  }
  return steps;
}
