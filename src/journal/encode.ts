import { type JournalRecord, toJournalNumber } from "../model/record.ts";

/** One record as its line in the journal, newline included. */
export function encodeRecord(record: JournalRecord): string {
  if (record.type === "sample") return `${JSON.stringify(onlyRead(record))}\n`;
  // Only an alert has numbers of its own that may be infinite, and the function costs as much as all the rest.
  return `${record.type === "alert" ? JSON.stringify(record, nonFiniteAsText) : JSON.stringify(record)}\n`;
}

/** A number that could not be read is absent: what is not finite never gets into a sample. */
function onlyRead(sample: Extract<JournalRecord, { type: "sample" }>): JournalRecord {
  if (Object.values(sample.metrics).every(Number.isFinite)) return sample;
  const read = Object.entries(sample.metrics).filter(([, value]) => Number.isFinite(value));
  return { ...sample, metrics: Object.fromEntries(read) };
}

function nonFiniteAsText(_key: string, value: unknown): unknown {
  return typeof value === "number" ? toJournalNumber(value) : value;
}
