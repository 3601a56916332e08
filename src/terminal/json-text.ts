import { toJournalNumber } from "../model/record.ts";

/** JSON for people and programs: two spaces, and the three numbers that JSON does not have as strings, never as null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, finiteOrText, 2);
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, finiteOrText);
}

function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === "number" ? toJournalNumber(value) : value;
}
