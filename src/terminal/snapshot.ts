import type { ChalkInstance } from "chalk";
import type { ProcessEntry } from "../model/probe.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { bar } from "./bar.ts";
import { formatBytes, formatLocalTime, formatPercent } from "./format.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { groupLines, type GroupLine } from "./snapshot-groups.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { unavailableLines } from "./unavailable.ts";
import { padded, textWidth } from "./width.ts";

const BAR = 20;
const WIDEST_PERCENT = "100 %".length;

const PROCESS_COLUMNS: readonly Column[] = [
  { head: "PID", align: "right" },
  { head: "NAME", flexible: true },
  { head: "STATUS" },
  { head: "CPU (of a core)", align: "right" },
  { head: "MEMORY", align: "right" },
  { head: "", align: "right" },
];

/** One reading of this machine for people. */
export function renderSnapshot(snapshot: Snapshot, out: Output, around: Surroundings = {}): string {
  const style = styleFor(out, around);
  const groups = groupLines(snapshot.metrics, snapshot.gpu);
  const column = Math.max(0, ...groups.map(({ label }) => textWidth(label)));
  return [
    style.dim(`${formatLocalTime(snapshot.timestamp)}: percentages are over one second, totals since boot`),
    "",
    ...(groups.length === 0 ? ["nothing of this machine could be read"] : []),
    ...groups.map((line) => groupLine(line, column, style)),
    ...processTable(snapshot.processes, out, style),
    ...unavailableLines(snapshot.unavailable, style),
  ].join("\n");
}

function groupLine({ label, percent, text }: GroupLine, column: number, style: ChalkInstance): string {
  const gauge =
    percent === undefined ? "" : `${bar(percent, BAR, style)} ${formatPercent(percent).padStart(WIDEST_PERCENT)}  `;
  return `${style.bold(padded(label, column))}  ${gauge}${text}`.trimEnd();
}

function processTable(processes: readonly ProcessEntry[] | undefined, out: Output, style: ChalkInstance): string[] {
  if (processes === undefined || processes.length === 0) return [];
  const rows = processes.map((entry): Cell[] => [
    { text: String(entry.pid) },
    { text: printable(entry.name) },
    { text: entry.status },
    { text: entry.cpu_percent === undefined ? "" : formatPercent(entry.cpu_percent) },
    { text: formatBytes(entry.memory_rss) },
    { text: formatPercent(entry.memory_percent) },
  ]);
  return ["", renderTable(PROCESS_COLUMNS, rows, { ...widthOf(out), paintHead: style.dim })];
}
