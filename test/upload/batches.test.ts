import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalEntry } from "../../src/journal/reader.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { batchesOf, type CursorBatch } from "../../src/upload/batches.ts";
import { END, line, sample } from "./run-on-disk.ts";

const limits = { metrics: 5, params: 1, tags: 1 };

test("a batch is full when the next record does not fit, and a record is never cut", async () => {
  const batches = await cut([line(1, ["a", "b"]), line(2, ["a", "b"]), line(3, ["a", "b"])]);
  expect(batches.map(({ points, cursor }) => [points, cursor])).toEqual([
    [4, 2],
    [2, 3],
  ]);
});

test("a record larger than the limit goes alone", async () => {
  const keys = ["a", "b", "c", "d", "e", "f"];
  const batches = await cut([line(1), line(2, keys), line(3)]);
  expect(batches.map(({ points }) => points)).toEqual([1, 6, 1]);
});

test("records without points move the cursor, and a journal without any gives nothing", async () => {
  expect(await cut([END])).toEqual([{ batch: emptyBatch, cursor: 1, points: 0 }]);
  expect(await cut([])).toEqual([]);
});

test("what is no number is sent as such", async () => {
  const [first] = await cut([{ ...line(1), metrics: { loss: "NaN", norm: "-Infinity" } } as JournalRecord]);
  expect(first?.batch.metrics).toMatchObject([{ metrics: { loss: Number.NaN, norm: -Infinity } }]);
});

test("whatever the journal: every point is in one batch, in order, and cursors only grow", async () => {
  const records = fc.array(
    fc.oneof(
      fc.tuple(fc.nat(), fc.uniqueArray(fc.string(), { maxLength: 8 })).map(([step, keys]) => line(step, keys)),
      fc.nat().map(sample),
      fc.constant(END),
    ),
  );
  await fc.assert(
    fc.asyncProperty(records, async (all) => {
      const batches = await cut(all);
      const sent = batches.flatMap(({ batch }) =>
        batch.metrics.flatMap(({ metrics, step }) => Object.keys(metrics).map((key) => [key, step])),
      );
      const written = all.flatMap((record) =>
        record.type === "metrics" ? Object.keys(record.metrics).map((key) => [key, record.step]) : [],
      );
      expect(sent).toEqual(written);
      expect(batches.flatMap(({ batch }) => batch.system.map(({ index }) => index))).toEqual(
        all.flatMap((record) => (record.type === "sample" ? [record.index] : [])),
      );
      const cursors = batches.map(({ cursor }) => cursor);
      expect(cursors).toEqual([...new Set(cursors)].toSorted((one, other) => one - other));
      expect(cursors.at(-1) ?? 0).toBe(all.length);
    }),
  );
});

const emptyBatch = { metrics: [], system: [], params: {}, tags: {} };

/** Batches of records whose cursors are 1, 2, 3, … */
async function cut(records: readonly JournalRecord[]): Promise<CursorBatch[]> {
  // Chunks of three, and their bounds are nothing to a batch.
  async function* chunks(): AsyncGenerator<JournalEntry[]> {
    for (let first = 0; first < records.length; first += 3) {
      yield records.slice(first, first + 3).map((record, index) => ({ record, end: first + index + 1 }));
    }
  }
  const batches: CursorBatch[] = [];
  for await (const batch of batchesOf(chunks(), { limits, from: { cursor: 0 }, thin: false, isWhole: false }))
    batches.push(batch);
  return batches;
}
