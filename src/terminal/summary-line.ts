import type { ChalkInstance } from "chalk";
import { ownLine } from "./warnings.ts";
import { clip, padded, textWidth } from "./width.ts";

/** What a terminal has at least. */
export const SUMMARY_WIDTH = 80;
/** As wide as the `tracelet: ` of the first line. */
export const INDENT = " ".repeat(ownLine("").length);
const WIDEST_LABEL = 24;

/** A line of the summary: what it is about, and what there is to say of it. */
export interface Line {
  readonly label: string;
  readonly text: string;
  /** An address, a path or a command: of no use when it is cut. */
  readonly whole?: boolean;
  readonly paint?: (text: string) => string;
}

/** The column that labels take. */
export function labelWidth(labels: readonly string[]): number {
  return Math.max(0, ...labels.map((label) => Math.min(textWidth(label), WIDEST_LABEL)));
}

/** The columns that are left for a text. */
export function textRoom(column: number): number {
  return SUMMARY_WIDTH - INDENT.length - column - 2;
}

export function renderLine({ label, text, whole, paint = String }: Line, column: number, style: ChalkInstance): string {
  const shown = whole === true ? text : clip(text, textRoom(column));
  // What has no name stands where names stand.
  if (label === "") return INDENT + paint(shown);
  return `${INDENT}${style.dim(padded(clip(label, column), column))}  ${paint(shown)}`;
}
