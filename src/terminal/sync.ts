import type { SyncRow } from "../model/view.ts";
import { formatCount } from "./format.ts";
import { printable } from "./printable.ts";

/** What `tracelet sync` did for one run and one backend, in one line. */
export function renderSyncRow(row: SyncRow): string {
  const { id, name, backend, rejected, url, state } = row;
  const label = name === "" ? id : `${printable(name)} (${id})`;
  const refused = rejected === 0 ? "" : `; ${formatCount(rejected, "entry", "entries")} refused for good`;
  const place = url === undefined || state === "failed" ? "" : `  ${printable(url)}`;
  return `${label}  ${backend}: ${outcome(row)}${refused}${place}`;
}

function outcome({ id, state, sent, error }: SyncRow): string {
  const points = formatCount(sent, "point");
  if (state === "unchanged") return "nothing new, everything was there already";
  if (state === "running") return `${points} uploaded, the rest follows when the run ends`;
  if (state === "uploaded") return sent === 0 ? "uploaded" : `${points} uploaded`;
  const reason = error === undefined ? "" : `: ${printable(error)}`;
  return `not uploaded${sent === 0 ? "" : ` after ${points}`}${reason}; to try again, type: tracelet sync ${id}`;
}
