import type { SyncProgress, SyncRow } from "../model/view.ts";
import { formatCount } from "../model/format.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { type Cell, type Column, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { head: "RUN" },
  { head: "NAME", flexible: true },
  { head: "BACKEND" },
  { head: "STATE" },
  { head: "POINTS", align: "right" },
  { head: "REFUSED", align: "right" },
  { head: "WHERE", flexible: true },
];

const COLORS = {
  uploaded: "green",
  unchanged: "dim",
  running: "cyan",
  missing: "yellow",
  failed: "red",
} as const satisfies Record<SyncRow["state"], string>;

const BAR_WIDTH = 24;

/** What `tracelet sync` did for one run and one backend, in one line. */
export function renderSyncRow(row: SyncRow): string {
  const { id, name, backend, rejected, url, state } = row;
  const label = name === "" ? id : `${printable(name)} (${id})`;
  const refused = rejected === 0 ? "" : `; ${formatCount(rejected, "entry", "entries")} refused for good`;
  const place = url === undefined || state === "failed" ? "" : `  ${printable(url)}`;
  return `${label}  ${backend}: ${outcome(row)}${refused}${place}`;
}

/** What it did for all of them. */
export function renderSyncTable(rows: readonly SyncRow[], out: Output, around: Surroundings): string {
  const style = styleFor(out, around);
  const cells = rows.map(({ id, name, backend, state, sent, rejected, url, error }): Cell[] => [
    { text: id },
    { text: printable(name) },
    { text: backend },
    { text: state, paint: style[COLORS[state]] },
    { text: String(sent) },
    { text: rejected === 0 ? "" : String(rejected) },
    { text: printable(state === "failed" ? (error ?? "") : (url ?? "")) },
  ]);
  return renderTable(COLUMNS, cells, { ...widthOf(out), paintHead: style.bold });
}

/** How far it is, as a line that the next one replaces. */
export function renderSyncProgress({ fraction, ended, runs }: SyncProgress, out: Output, around: Surroundings): string {
  const percent = Math.floor(fraction * 100);
  const style = styleFor(out, around);
  // Not the bar of a load, whose colours warn of much.
  const filled = Math.round(fraction * BAR_WIDTH);
  const drawn = style.green("█".repeat(filled)) + style.dim("░".repeat(BAR_WIDTH - filled));
  return `${drawn} ${percent} %  ${ended} of ${formatCount(runs, "run")}`;
}

function outcome({ id, state, sent, error }: SyncRow): string {
  const points = formatCount(sent, "point");
  if (state === "unchanged") return "nothing new, everything was there already";
  if (state === "running") return `${points} uploaded, the rest follows when the run ends`;
  if (state === "missing") return sent === 0 ? "its end and its files are missing" : `${points} missing`;
  if (state === "uploaded") return sent === 0 ? "uploaded" : `${points} uploaded`;
  const reason = error === undefined ? "" : `: ${printable(error)}`;
  return `not uploaded${sent === 0 ? "" : ` after ${points}`}${reason}; to try again, type: tracelet sync ${id}`;
}
