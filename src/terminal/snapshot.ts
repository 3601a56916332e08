import type { ChalkInstance } from "chalk";
import type { ProcessEntry } from "../model/probe.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { bar } from "./bar.ts";
import { formatBytes, formatLocalTime, formatPercent } from "../model/format.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import type { GroupLine } from "./group-line.ts";
import { groupLines } from "./snapshot-groups.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { unavailableLines } from "./unavailable.ts";
import { padded, textWidth, wrapped } from "./width.ts";

const BAR = 20;
/** In a terminal narrower than this many columns a bar is half as long. */
const NARROW = 72;
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
  const { width } = widthOf(out);
  const groups = groupLines(snapshot.metrics, snapshot.gpu);
  const column = Math.max(0, ...groups.map(({ label }) => textWidth(label))) + 2;
  return [
    style.dim(`${formatLocalTime(snapshot.timestamp)}: rates and percentages of time are over one second`),
    "",
    ...(groups.length === 0 ? ["nothing of this machine could be read"] : []),
    ...groups.flatMap((line) => groupRows(line, { column, width, style })),
    ...processTable(snapshot.processes, out, style),
    ...unavailableLines(snapshot.unavailable, style, width),
  ].join("\n");
}

interface Layout {
  /** Where what stands behind the label begins. */
  readonly column: number;
  readonly width: number | undefined;
  readonly style: ChalkInstance;
}

function groupRows({ label, percent, parts }: GroupLine, { column, width, style }: Layout): string[] {
  const barWidth = width !== undefined && width < NARROW ? BAR / 2 : BAR;
  const gauge =
    percent === undefined
      ? ""
      : `${bar(percent, barWidth, style)} ${formatPercent(percent).padStart(WIDEST_PERCENT)}  `;
  const indent = column + (percent === undefined ? 0 : barWidth + 1 + WIDEST_PERCENT + 2);
  const [first = "", ...more] = wrapped(parts, ", ", width === undefined ? undefined : width - indent);
  const head = `${style.bold(padded(label, column))}${gauge}${first}`.trimEnd();
  return [head, ...more.map((row) => " ".repeat(indent) + row)];
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
