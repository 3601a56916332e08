import type { JournalEntry } from "../journal/reader.ts";
import type { Alert } from "../model/alert.ts";
import type { Batch, BatchLimits, SystemSample } from "../model/backend.ts";
import type { MetricPoint } from "../model/extract.ts";
import { fromJournalNumber, type JournalRecord } from "../model/record.ts";
import { Thinner } from "./thin.ts";

/** How far a journal was sent. */
export interface Cursor {
  /** Offset behind the last record that was sent, or needs not to be. */
  readonly cursor: number;
  /**
   * Offset at which the samples begin that are before the cursor and still to be sent, together with some behind it.
   * Absent: there are none.
   */
  readonly samplesFrom?: number;
}

/** A batch and the cursor behind its last record. */
export interface CursorBatch extends Cursor {
  readonly batch: Batch;
  /** Points in it, training and system together. */
  readonly points: number;
}

export interface BatchesOptions {
  readonly limits: BatchLimits;
  /** How far the journal was sent before. `entries` begin at its `samplesFrom`, or else at its `cursor`. */
  readonly from: Cursor;
  /** Whether long system series are thinned. */
  readonly thin: boolean;
  /** No more records come. */
  readonly isWhole: boolean;
}

/**
 * Cuts what a journal holds into batches that a backend takes in one request. A record is never cut: its points share
 * one batch, so that a cursor always stands between records.
 */
export async function* batchesOf(
  entries: AsyncIterable<JournalEntry>,
  { limits, from, thin, isWhole }: BatchesOptions,
): AsyncGenerator<CursorBatch> {
  const thinner = new Thinner();
  const start = from.samplesFrom ?? from.cursor;
  let batch = emptyBatch();
  let at: Cursor = from;
  let behind = start;

  const add = (metrics: readonly MetricPoint[], system: readonly SystemSample[]): CursorBatch | undefined => {
    const size = metrics.length + system.reduce((sum, sample) => sum + pointsIn(sample), 0);
    const full = batch.points > 0 && batch.points + size > limits.metrics ? batch : undefined;
    if (full !== undefined) batch = emptyBatch();
    batch.metrics.push(...metrics);
    batch.system.push(...system);
    batch.points += size;
    return full && cursorBatch(full, at);
  };

  for await (const { record, end } of entries) {
    const isNew = end > from.cursor;
    let system: readonly SystemSample[] = [];
    let samplesFrom = at.samplesFrom;
    if (record.type === "sample") {
      const wasOpen = thinner.isOpen;
      system = thin ? thinner.add(sampleOf(record)) : [sampleOf(record)];
      // What was open may have been closed by a sample that opens the next.
      if (!thinner.isOpen) samplesFrom = undefined;
      else if (!wasOpen || system.length > 0) samplesFrom = behind;
    }
    behind = end;
    if (!isNew) continue;
    const full = add(record.type === "metrics" ? pointsOf(record) : [], system);
    if (full !== undefined) yield full;
    // A param has the value that came first.
    if (record.type === "params") batch.params = { ...record.params, ...batch.params };
    if (record.type === "machine") batch.facts = record.facts;
    if (record.type === "alert" && record.state === "firing" && record.repeated !== true) batch.alerts.push(record);
    at = { cursor: end, ...(samplesFrom === undefined ? {} : { samplesFrom }) };
  }
  if (isWhole && thinner.isOpen) {
    const full = add([], thinner.end());
    if (full !== undefined) yield full;
    at = { cursor: at.cursor };
  }
  if (at.cursor > from.cursor || batch.points > 0) yield cursorBatch(batch, at);
}

interface GrowingBatch {
  readonly metrics: MetricPoint[];
  readonly system: SystemSample[];
  readonly alerts: Alert[];
  params: Readonly<Record<string, string>>;
  facts?: Readonly<Record<string, string | number>>;
  points: number;
}

function emptyBatch(): GrowingBatch {
  return { metrics: [], system: [], alerts: [], params: {}, points: 0 };
}

function cursorBatch({ metrics, system, params, alerts, facts, points }: GrowingBatch, at: Cursor): CursorBatch {
  const events = { ...(alerts.length > 0 ? { alerts } : {}), ...(facts === undefined ? {} : { facts }) };
  return { batch: { metrics, system, params, tags: {}, ...events }, points, ...at };
}

/** Points that a sample becomes: one for each series, and one for its maximum. */
function pointsIn({ metrics, max = {} }: SystemSample): number {
  return Object.keys(metrics).length + Object.keys(max).length;
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
