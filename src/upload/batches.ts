import type { JournalEntry } from "../journal/reader.ts";
import type { Batch, BatchLimits, SystemSample } from "../model/backend.ts";
import type { MetricPoint } from "../model/extract.ts";
import { fromJournalNumber, type JournalRecord } from "../model/record.ts";

/** A batch and the cursor behind its last record. */
export interface CursorBatch {
  readonly batch: Batch;
  readonly cursor: number;
  /** Points in it, training and system together. */
  readonly points: number;
}

/**
 * Cuts what a journal holds into batches that a backend takes in one request. A record is never cut: its points share
 * one batch, so that a cursor always stands between records.
 */
export async function* batchesOf(
  entries: AsyncIterable<JournalEntry>,
  limits: BatchLimits,
): AsyncGenerator<CursorBatch> {
  let metrics: MetricPoint[] = [];
  let system: SystemSample[] = [];
  let points = 0;
  let cursor = 0;
  for await (const { record, end } of entries) {
    const size = pointsIn(record);
    if (points > 0 && points + size > limits.metrics) {
      yield { batch: { metrics, system, params: {}, tags: {} }, cursor, points };
      [metrics, system, points] = [[], [], 0];
    }
    if (record.type === "metrics") metrics.push(...pointsOf(record));
    if (record.type === "sample") system.push(sampleOf(record));
    points += size;
    cursor = end;
  }
  if (cursor > 0) yield { batch: { metrics, system, params: {}, tags: {} }, cursor, points };
}

function pointsIn(record: JournalRecord): number {
  return record.type === "metrics" || record.type === "sample" ? Object.keys(record.metrics).length : 0;
}

function pointsOf(record: Extract<JournalRecord, { type: "metrics" }>): MetricPoint[] {
  const { step, timestamp } = record;
  return Object.entries(record.metrics).map(([key, value]) => ({
    key,
    value: fromJournalNumber(value),
    step,
    timestamp,
  }));
}

function sampleOf(record: Extract<JournalRecord, { type: "sample" }>): SystemSample {
  return { index: record.index, timestamp: record.timestamp, metrics: record.metrics };
}
