import Table from "cli-table3";
import { clip, textWidth } from "./width.ts";

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
  /** May be cut when the terminal is too narrow: a name, not a number. */
  readonly flexible?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; without it nothing is cut. */
  readonly width?: number;
  readonly paintHead?: (text: string) => string;
  readonly indent?: number;
}

const GAP = 2;
const NARROWEST = 8;
const BORDERS =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle";
const NO_BORDERS = Object.fromEntries(BORDERS.split(" ").map((name) => [name, ""]));

/** A table without borders, without a newline at its end. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string {
  const { width, paintHead = String, indent = 0 } = options;
  const widths = fit(columns, rows, width === undefined ? undefined : width - indent);
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
    colAligns: columns.map(({ align }) => align ?? "left"),
    colWidths: widths.map((columnWidth, index) => columnWidth + (index === widths.length - 1 ? 0 : GAP)),
    truncate: "",
  });
  const line = (cells: readonly Cell[]) =>
    cells.map(({ text, paint = String }, index) => {
      const shown = paint(clip(text, widths[index] ?? 0));
      // The gap belongs to the left-hand cell, also where that one is aligned to the right.
      return index === cells.length - 1 ? shown : shown + (columns[index]?.align === "right" ? " ".repeat(GAP) : "");
    });
  table.push(line(columns.map(({ head }) => ({ text: head, paint: paintHead }))), ...rows.map(line));
  return table
    .toString()
    .split("\n")
    .map((text) => " ".repeat(indent) + text.trimEnd())
    .join("\n");
}

/** The width of each column: as wide as its widest cell, with the flexible ones sharing what is too much. */
function fit(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number | undefined): number[] {
  const widths = columns.map(({ head }, index) =>
    Math.max(textWidth(head), 1, ...rows.map((row) => textWidth(row[index]?.text ?? ""))),
  );
  if (width === undefined) return widths;
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP * (widths.length - 1) - width;
  while (excess > 0) {
    const widest = widestFlexible(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widestFlexible(columns: readonly Column[], widths: readonly number[]): number | undefined {
  const candidates = columns.flatMap(({ flexible }, index) =>
    flexible === true && (widths[index] ?? 0) > NARROWEST ? [index] : [],
  );
  return candidates.sort((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0))[0];
}
