import { multipleOf, parseNumber, unitKind } from "../tokens/numbers.ts";

/** What stands in a cell below a header. */
export type CellValue =
  | {
      readonly kind: "number";
      readonly value: number;
      /** The number as it is printed, and what it is multiplied by. */
      readonly text: string;
      readonly multiple: number;
    }
  /** Nothing, or a sign for it: `-`, `N/A`. */
  | { readonly kind: "blank" }
  /** A duration, a clock or a size: a number of its own kind that is no metric. */
  | { readonly kind: "other" }
  | { readonly kind: "text" };

// 12 · 1,234.5 · 1.2e-3 · nan · 1.19G · 0.17s · 91.2% · 0.5 ± 0.1 · 0.5 (0.6) · [0.5, 0.6] · [ 0.5 12. ] · 3/10 · 0.25 *
const NUMBER = String.raw`[-+]?(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d*)?|\d{1,40}(?:\.\d*)?|\.\d+)(?:[eEdD][-+]?\d{1,4})?|[-+]?(?:nan|inf(?:inity)?)(?![a-z])`;
const CELL = new RegExp(
  String.raw`^[[(]? ?(${NUMBER}) ?([\p{L}%µ°][\p{L}\d%µ°/]{0,12})? ?(?:\/ ?\d{1,18})?(?: ?(?:±|\+\/?-|\(|,|;|<|>|\]|\)|\*|\+|[\u2190-\u2bff]).{0,80}|:)?$`,
  "iu",
);
// The first of several that blanks part: [  0.5 120.   ]
const VECTOR = new RegExp(String.raw`^\[ *(${NUMBER})(?: +[-+.\de]+)+ *\]$`, "i");
const CLOCK =
  /^\d{4}-\d\d-\d\d(?:[ T][\d:.,]+)?$|^(?:\d+ days?,? )?\d+(?::\d\d)+(?:\.\d+)?$|^(?:\d+ ?(?:h|hr|m|min|s|ms|d)\s*)+$/i;
const BLANK = /^(?:|-{1,12}|–|—|n\/a|na|none|null|\*|\?|\.{1,3})$/i;

/** Reads the text of a cell. */
export function cellValue(text: string): CellValue {
  if (BLANK.test(text)) return { kind: "blank" };
  if (CLOCK.test(text)) return { kind: "other" };
  const match = text.length > 200 ? null : (CELL.exec(text) ?? VECTOR.exec(text));
  if (match === null) return { kind: "text" };
  const [, number = "", unit = ""] = match;
  const multiple = multipleOf(unit);
  const kind = unit === "" || multiple !== undefined ? "plain" : unitKind(unit);
  if (kind === "time" || kind === "size") return { kind: "other" };
  if (kind === "unknown" && unit.length > 4) return { kind: "text" };
  const value = (parseNumber(number.replace(/[dD]/, "e")) ?? Number.NaN) * (multiple ?? 1);
  return { kind: "number", value, text: number, multiple: multiple ?? 1 };
}
