import { type JournalRecord, toJournalNumber } from "../model/record.ts";

/** One record as its line in the journal, newline included. */
export function encodeRecord(record: JournalRecord): string {
  if (record.type === "sample") return `${encodeSample(record)}\n`;
  // Only an alert has numbers of its own that may be infinite, and the function costs as much as all the rest.
  return `${record.type === "alert" ? JSON.stringify(record, nonFiniteAsText) : JSON.stringify(record)}\n`;
}

/**
 * A number that could not be read is absent: what is not finite never gets into a sample. In JSON it is `null`, and to look
 * for that word costs less than to look at each number.
 */
function encodeSample(sample: Extract<JournalRecord, { type: "sample" }>): string {
  const text = JSON.stringify(sample);
  if (!text.includes("null")) return text;
  const read = Object.entries(sample.metrics).filter(([, value]) => Number.isFinite(value));
  return JSON.stringify({ ...sample, metrics: Object.fromEntries(read) });
}

function nonFiniteAsText(_key: string, value: unknown): unknown {
  return typeof value === "number" ? toJournalNumber(value) : value;
}
