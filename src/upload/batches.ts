import type { JournalEntry } from "../journal/reader.ts";
import type { Alert } from "../model/alert.ts";
import type { Batch, BatchLimits, MetricRow, SystemSample } from "../model/backend.ts";
import { fromJournalNumber, type JournalNumber, type JournalRecord } from "../model/record.ts";
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
  /** Told of every record, for what else there is to be learnt in the same pass. */
  readonly onRecord?: (record: JournalRecord) => void;
}

/**
 * Cuts what a journal holds into batches that a backend takes in one request. A record is never cut: its points share
 * one batch, so that a cursor always stands between records.
 * @param chunks the entries, as `readJournalChunks` gives them
 */
export async function* batchesOf(
  chunks: AsyncIterable<Iterable<JournalEntry>>,
  { limits, from, thin, isWhole, onRecord }: BatchesOptions,
): AsyncGenerator<CursorBatch> {
  const thinner = new Thinner();
  const start = from.samplesFrom ?? from.cursor;
  let batch = emptyBatch();
  let at: Cursor = from;
  let behind = start;

  /** The batch up to here, where so many more points do not go into it. */
  const fullFor = (points: number): CursorBatch | undefined => {
    if (batch.points === 0 || batch.points + points <= limits.metrics) return undefined;
    const full = cursorBatch(batch, at);
    batch = emptyBatch();
    return full;
  };

  for await (const entries of chunks) {
    for (const { record, end } of entries) {
      onRecord?.(record);
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
      const points = record.type === "metrics" ? sizeOf(record.metrics) : pointsIn(system);
      const full = fullFor(points);
      if (full !== undefined) yield full;
      batch.points += points;
      addTo(batch, record, system);
      at = samplesFrom === undefined ? { cursor: end } : { cursor: end, samplesFrom };
    }
  }
  if (isWhole && thinner.isOpen) {
    const system = thinner.end();
    const full = fullFor(pointsIn(system));
    if (full !== undefined) yield full;
    batch.points += pointsIn(system);
    batch.system.push(...system);
    at = { cursor: at.cursor };
  }
  if (at.cursor > from.cursor || batch.points > 0) yield cursorBatch(batch, at);
}

interface GrowingBatch {
  readonly metrics: MetricRow[];
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

function addTo(batch: GrowingBatch, record: JournalRecord, system: readonly SystemSample[]): void {
  if (record.type === "metrics" && sizeOf(record.metrics) > 0) batch.metrics.push(rowOf(record));
  batch.system.push(...system);
  // A param has the value that came first.
  if (record.type === "params") batch.params = { ...record.params, ...batch.params };
  if (record.type === "machine") batch.facts = record.facts;
  if (record.type === "alert" && record.state === "firing" && record.repeated !== true) batch.alerts.push(record);
}

/** Of a record without a NaN its own numbers: there are millions of points, and none of them is copied. */
function rowOf({ step, timestamp, metrics }: Extract<JournalRecord, { type: "metrics" }>): MetricRow {
  if (areNumbers(metrics)) return { step, timestamp, metrics };
  const numbers = Object.entries(metrics).map(([key, value]) => [key, fromJournalNumber(value)]);
  return { step, timestamp, metrics: Object.fromEntries(numbers) };
}

function areNumbers(metrics: Readonly<Record<string, JournalNumber>>): metrics is Readonly<Record<string, number>> {
  for (const key in metrics) if (typeof metrics[key] !== "number") return false;
  return true;
}

/** Points that samples become: one for each series, and one for its maximum. */
function pointsIn(samples: readonly SystemSample[]): number {
  return samples.reduce((sum, { metrics, max = {} }) => sum + sizeOf(metrics) + sizeOf(max), 0);
}

/** How many fields there are. There are millions of points, and nothing is made to count them. */
function sizeOf(fields: object): number {
  let size = 0;
  for (const _field in fields) size += 1;
  return size;
}

function sampleOf(record: Extract<JournalRecord, { type: "sample" }>): SystemSample {
  return { index: record.index, timestamp: record.timestamp, metrics: record.metrics };
}
