import type { ChalkInstance } from "chalk";
import type { RunSummaryRow } from "../model/view.ts";
import { formatDuration, formatLocalTime } from "../model/format.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { describeStatus, paintStatus } from "./status.ts";
import { type Cell, type Column, renderTable } from "./table.ts";

interface RunColumn extends Column {
  readonly cell: (row: RunSummaryRow, style: ChalkInstance, now: number | undefined) => Cell;
}

/** Below this many columns the list does without what the id and the folder tell as well. */
const WIDE = 100;
const DAY_AND_MINUTE = ["yyyy-".length, "yyyy-mm-dd hh:mm".length] as const;

const STARTED: RunColumn = { head: "STARTED", cell: ({ started }) => ({ text: formatLocalTime(started) }) };
const STARTED_SHORT: RunColumn = {
  head: "STARTED",
  cell: ({ started }) => ({ text: formatLocalTime(started).slice(...DAY_AND_MINUTE) }),
};
const NAME: RunColumn = {
  head: "NAME",
  flexible: true,
  cell: ({ name }, style) => ({ text: printable(name), paint: style.bold }),
};
const PROJECT: RunColumn = { head: "PROJECT", flexible: true, cell: ({ project }) => ({ text: printable(project) }) };
const OTHERS: readonly RunColumn[] = [
  {
    head: "STATUS",
    cell: ({ status, child_pid }, style) => ({
      text: describeStatus(status, undefined, child_pid),
      paint: (text) => paintStatus(style, status, text),
    }),
  },
  {
    head: "EXIT",
    align: "right",
    cell: ({ exit_code, signal }) => ({ text: exit_code === undefined ? (signal ?? "") : String(exit_code) }),
  },
  { head: "DURATION", align: "right", cell: (row, _style, now) => ({ text: durationOf(row, now) }) },
  { head: "ID", cell: ({ id }, style) => ({ text: id, paint: style.dim }) },
];

/** The list of runs for people: times are local. */
export function renderRuns(rows: readonly RunSummaryRow[], out: Output, around: Surroundings = {}): string {
  if (rows.length === 0) return "there are no runs here yet; start one with: tracelet run -- COMMAND";
  const style = styleFor(out, around);
  const { width = WIDE } = widthOf(out);
  const columns = width < WIDE ? [STARTED_SHORT, NAME, ...OTHERS] : [STARTED, NAME, PROJECT, ...OTHERS];
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row, style, around.now)));
  return renderTable(columns, cells, { ...widthOf(out), paintHead: style.dim });
}

function durationOf({ status, started, ended }: RunSummaryRow, now: number | undefined): string {
  const end = ended ?? (status === "running" || status === "orphaned" ? now : undefined);
  return end === undefined ? "" : formatDuration(end - started);
}
