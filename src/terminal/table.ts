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

/** A table without borders, without a newline at its end. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string {
  const { width, paintHead = String, indent = 0 } = options;
  const widths = fit(columns, rows, width === undefined ? undefined : width - indent);
  const line = (cells: readonly Cell[]) => {
    const shown = cells.map(({ text, paint = String }, index) => {
      const width = widths[index] ?? 0;
      const taken = textWidth(text);
      const cut = taken <= width ? text : clip(text, width);
      const room = " ".repeat(width - (taken <= width ? taken : textWidth(cut)));
      return columns[index]?.align === "right" ? room + paint(cut) : paint(cut) + room;
    });
    return (" ".repeat(indent) + shown.join(" ".repeat(GAP))).trimEnd();
  };
  return [columns.map(({ head }) => ({ text: head, paint: paintHead })), ...rows].map(line).join("\n");
}

/** The width of each column: as wide as its widest cell, with the flexible ones sharing what is too much. */
function fit(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number | undefined): number[] {
  const widths = columns.map(({ head }, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index]?.text ?? "")), Math.max(textWidth(head), 1)),
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
