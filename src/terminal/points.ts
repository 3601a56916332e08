import { toJournalNumber } from "../model/record.ts";
import type { ExportPoint } from "../model/view.ts";

const FIELDS = ["name", "value", "step", "timestamp", "source"] as const;

/** The first line of a CSV export. */
export function csvHeader(): string {
  return FIELDS.join(",");
}

/** One line of CSV (RFC 4180), without the line end. Numbers that are not finite are NaN, Infinity and -Infinity. */
export function pointToCsv(point: ExportPoint): string {
  return FIELDS.map((field) => csvField(String(point[field]))).join(",");
}

/** One line of JSON, without the line end. Numbers that are not finite are the strings "NaN", "Infinity" and "-Infinity". */
export function pointToJson({ name, value, step, timestamp, source }: ExportPoint): string {
  return JSON.stringify({ name, value: toJournalNumber(Number(value)), step, timestamp, source });
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
