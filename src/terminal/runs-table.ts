import type { RunSummaryRow } from "../model/view.ts";
import { formatDuration, formatLocalTime } from "./format.ts";
import { type Output, styleFor, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { paintStatus } from "./status.ts";
import { type Cell, type Column, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { head: "STARTED" },
  { head: "NAME", flexible: true },
  { head: "PROJECT", flexible: true },
  { head: "STATUS" },
  { head: "EXIT", align: "right" },
  { head: "DURATION", align: "right" },
  { head: "ID" },
];

/** The list of runs for people: times are local. `now` is for the duration of a run that is going on. */
export function renderRuns(
  rows: readonly RunSummaryRow[],
  out: Output,
  { env, now }: { env: NodeJS.ProcessEnv; now: number } = { env: process.env, now: Date.now() },
): string {
  if (rows.length === 0) return "there are no runs here yet; start one with: tracelet run -- COMMAND";
  const style = styleFor(out, env);
  const cells = rows.map((row): Cell[] => [
    { text: formatLocalTime(row.started) },
    { text: printable(row.name), paint: style.bold },
    { text: printable(row.project) },
    { text: row.status, paint: (text) => paintStatus(style, row.status, text) },
    { text: row.exit_code === undefined ? (row.signal ?? "") : String(row.exit_code) },
    { text: durationOf(row, now) },
    { text: row.id, paint: style.dim },
  ]);
  return renderTable(COLUMNS, cells, { ...widthOf(out), paintHead: style.dim });
}

function durationOf({ status, started, ended }: RunSummaryRow, now: number): string {
  const end = ended ?? (status === "running" ? now : undefined);
  return end === undefined ? "" : formatDuration(end - started);
}
