import { isKey, keyOf } from "../names/keys.ts";
import { type Cell, cellsOf, isRule } from "./table-cells.ts";
import { type CellValue, cellValue } from "./table-values.ts";

/** A row of a block: a name beside its value, or a section's name alone. */
export interface BlockRow {
  readonly name: string;
  /** `undefined`: the row names a section. */
  readonly value: CellValue | undefined;
  /** The cell of the value. */
  readonly cell: Cell | undefined;
  readonly bars: boolean;
}

/** Not up to a comma, as in `Training: 100% 3/3 [00:10<00:00,  3.48s/it]`. */
const NAME = /^[-*#•]?\s*[\p{L}_#][^=?!"{}|]*(?<!,)$/u;

/** Reads `| name | 0.5 |`, `| section/ | |`, and, where bars are not asked for, `name    0.5`. */
export function blockRowOf(line: string, needsBars: boolean): BlockRow | undefined {
  return plainRow(line) ?? anyRow(line, needsBars);
}

/** `| name | 0.5 |`: what most rows are. */
const PLAIN_ROW = /^ *\| *([A-Za-z_](?:[\w./-]{0,98}\w)?) *\| *(-?\d{1,15}(?:\.\d{1,15})?) *\| *$/;

/** The row of such a line; `undefined` for any other, which may be a row too. */
export function plainRow(line: string): BlockRow | undefined {
  const match = line.length > 200 ? null : PLAIN_ROW.exec(line);
  if (match === null) return undefined;
  const [, name = "", text = ""] = match;
  const start = line.indexOf(text, line.indexOf("|", line.indexOf(name) + name.length));
  const value: CellValue = { kind: "number", value: Number(text), text, multiple: 1 };
  return { name, value, cell: { text, start, end: start + text.length }, bars: true };
}

function anyRow(line: string, needsBars: boolean): BlockRow | undefined {
  const text = line.trimEnd();
  const bars = /^\s*[|\u2502\u2503\u2551]/.test(text) && /[|\u2502\u2503\u2551]$/.test(text);
  if (needsBars && !bars) return undefined;
  if (text.trimStart().length > 200 || isRule(text)) return undefined;
  const cells = cellsOf(text, bars ? "bars" : "gaps");
  const [first, second] = cells;
  if (first === undefined || cells.length > 2 || !NAME.test(first.text) || first.text.split(" ").length > 6)
    return undefined;
  const name = keyOf(first.text.replace(/^[-*#•]\s+/, "").replace(/[:/]$/, ""));
  if (!isKey(name)) return undefined;
  if (second === undefined || second.text === "")
    return bars ? { name, value: undefined, cell: undefined, bars } : undefined;
  const value = cellValue(second.text);
  return !bars && value.kind === "text" ? undefined : { name, value, cell: second, bars };
}
