import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalEntry } from "../../src/journal/reader.ts";
import type { SystemSample } from "../../src/model/backend.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { batchesOf, type CursorBatch } from "../../src/upload/batches.ts";
import { Thinner, windowSize } from "../../src/upload/thin.ts";
import { END, line } from "./run-on-disk.ts";

test("the first 2,000 samples stand for themselves, and each doubling of a run adds 1,000 points", () => {
  const at = [0, 1999, 2000, 3999, 4000, 7999, 8000, 15_999, 16_000];
  expect(at.map(windowSize)).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16]);
  expect(thinned(samples(0, 2000))).toEqual(samples(0, 2000));
  expect(thinned(samples(0, 4000))).toHaveLength(3000);
  expect(thinned(samples(0, 8000))).toHaveLength(4000);
});

test("a window has the mean and the maximum of each series, at the step and time of its first sample", () => {
  const thin = thinned([sampleAt(4000, { a: 1, b: 5 }), sampleAt(4001, { a: 3 }), sampleAt(4002, { a: 2, b: 7 })]);
  expect(thin).toEqual([{ index: 4000, timestamp: 4000, metrics: { a: 2, b: 6 }, max: { a: 3, b: 7 } }]);
});

test("where samples are missing, a window ends with the last that is there", () => {
  const thin = thinned([sampleAt(4001, { a: 1 }), sampleAt(4007, { a: 2 }), sampleAt(4008, { a: 3 })]);
  expect(thin.map(({ index }) => index)).toEqual([4001, 4007, 4008]);
});

test("training metrics are never thinned, and wherever a session stops, the next comes to the same points", async () => {
  const first = fc.integer({ min: 1990, max: 2020 });
  const kinds = fc.array(fc.constantFrom("sample", "gap", "line", "end"), { maxLength: 60 });
  const stops = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(first, kinds, stops, async (start, all, cuts) => {
      const records = recordsOf(start * 2, all);
      const whole = await send(records, []);
      expect(whole.metrics).toEqual(records.flatMap((record) => (record.type === "metrics" ? [record.step] : [])));
      const inPieces = await send(records, cuts);
      expect(inPieces).toEqual(whole);
    }),
  );
});

/** What arrives when sessions end behind these records; what is sent twice counts once, as in a tracker. */
async function send(records: readonly JournalRecord[], stops: readonly number[]) {
  const metrics = new Map<number, number>();
  const system = new Map<number, SystemSample>();
  let at: Pick<CursorBatch, "cursor" | "samplesFrom"> = { cursor: 0 };
  const ends = [...stops.toSorted((one, other) => one - other), records.length];
  for (const [session, end] of ends.entries()) {
    const isWhole = session === ends.length - 1;
    const from = at.samplesFrom ?? at.cursor;
    const options = { limits: { metrics: 5, params: 1, tags: 1 }, from: at, thin: true, isWhole };
    for await (const { batch, cursor, samplesFrom } of batchesOf(entries(records, from, end), options)) {
      for (const {
        step,
        metrics: { loss = 0 },
      } of batch.metrics)
        metrics.set(step, loss);
      for (const sample of batch.system) {
        expect(system.get(sample.index) ?? sample).toEqual(sample);
        system.set(sample.index, sample);
      }
      at = { cursor, ...(samplesFrom === undefined ? {} : { samplesFrom }) };
    }
  }
  return { metrics: [...metrics.keys()], system: [...system.values()] };
}

async function* entries(records: readonly JournalRecord[], from: number, to: number): AsyncGenerator<JournalEntry[]> {
  for (const [index, record] of records.slice(0, to).entries()) if (index >= from) yield [{ record, end: index + 1 }];
}

function recordsOf(start: number, kinds: readonly string[]): JournalRecord[] {
  let index = start;
  return kinds.flatMap((kind, at): JournalRecord[] => {
    if (kind === "line") return [line(at)];
    if (kind === "end") return [END];
    index += kind === "gap" ? 3 : 1;
    return kind === "gap" ? [] : [{ type: "sample", ...sampleAt(index, { a: (index * 7) % 13 }) }];
  });
}

function thinned(all: readonly SystemSample[]): SystemSample[] {
  const thinner = new Thinner();
  return [...all.flatMap((sample) => thinner.add(sample)), ...thinner.end()];
}

function samples(first: number, count: number): SystemSample[] {
  return Array.from({ length: count }, (_, at) => sampleAt(first + at, { a: at }));
}

function sampleAt(index: number, metrics: Record<string, number>): SystemSample {
  return { index, timestamp: index, metrics };
}
