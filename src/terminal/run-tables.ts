import type { ChalkInstance } from "chalk";
import type { RunView } from "../model/view.ts";
import { formatNumber, formatQuantity } from "../model/format.ts";
import { type Output, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { sparkline } from "./sparkline.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { unitOf } from "../model/units.ts";

const COURSE_CELLS = 16;
/** Narrower terminals have room for the numbers alone. */
const WIDTH_FOR_COURSE = 100;

const NAME_COLUMN: Column = { head: "METRIC", flexible: true };
const NUMBER_COLUMNS: readonly Column[] = [
  { head: "POINTS", align: "right" },
  { head: "FIRST", align: "right" },
  { head: "LAST", align: "right" },
  { head: "MIN", align: "right" },
  { head: "AT STEP", align: "right" },
  { head: "MAX", align: "right" },
  { head: "AT STEP", align: "right" },
];

const SYSTEM_COLUMNS: readonly Column[] = [
  { head: "SYSTEM", flexible: true },
  ...["LAST", "MEAN", "MIN", "MAX"].map((head): Column => ({ head, align: "right" })),
];

/** The training metrics of a run. */
export function metricTable({ metrics }: RunView, out: Output, style: ChalkInstance, ascii: boolean): string[] {
  const { width = WIDTH_FOR_COURSE } = widthOf(out);
  const hasCourse = width >= WIDTH_FOR_COURSE && Object.values(metrics).some(({ course }) => course !== undefined);
  const rows = Object.entries(metrics).map(([key, metric]): Cell[] => [
    { text: printable(key) },
    ...(hasCourse ? [{ text: sparkline(metric.course ?? [], COURSE_CELLS, ascii) }] : []),
    { text: metric.nan === 0 ? String(metric.count) : `${metric.count} (${metric.nan} nan)` },
    ...[metric.first, metric.last, metric.min].map(numberCell),
    stepCell(metric.minStep),
    numberCell(metric.max),
    stepCell(metric.maxStep),
  ]);
  const columns = [NAME_COLUMN, ...(hasCourse ? [{ head: "COURSE" }] : []), ...NUMBER_COLUMNS];
  return table(columns, rows, out, style);
}

/** The system series of a run. */
export function systemTable({ system }: RunView, out: Output, style: ChalkInstance): string[] {
  const rows = Object.entries(system).map(([key, { last, mean, min, max }]): Cell[] => [
    { text: printable(key) },
    ...[last, mean, min, max].map((value) => ({ text: formatQuantity(value, unitOf(key)) })),
  ]);
  return table(SYSTEM_COLUMNS, rows, out, style);
}

function table(columns: readonly Column[], rows: readonly Cell[][], out: Output, style: ChalkInstance): string[] {
  if (rows.length === 0) return [];
  return ["", renderTable(columns, rows, { ...widthOf(out), paintHead: style.bold, indent: 0 })];
}

function numberCell(value: number | undefined): Cell {
  return { text: value === undefined ? "" : formatNumber(value) };
}

function stepCell(step: number | undefined): Cell {
  return { text: step === undefined ? "" : String(step) };
}
