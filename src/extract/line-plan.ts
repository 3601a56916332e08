import type { Extracted } from "../model/extract.ts";
import { decimalAt } from "./decimal.ts";
import type { NameBook } from "./name-book.ts";
import { parseNumber } from "./numbers.ts";
import { digitsOf, keepsDigits } from "./outline.ts";
import type { NumberSource, NumberSources, Reading } from "./reading.ts";
import { BAR_COUNTER } from "./step-names.ts";

/** How to read every line of one shape without looking for anything. Empty: such a line gives nothing. */
export type LinePlan = readonly PlannedEntry[];

interface PlannedEntry {
  readonly key: string;
  /** Where the number begins, counted from the line's first byte. */
  readonly at: number;
  readonly length: number;
  readonly multiple: number;
  /** The value, where the number has no digit: `nan`. */
  readonly constant: number | undefined;
}

/** Fills the plan with the numbers of a line. */
export function entriesBy(plan: LinePlan, line: Uint8Array, start: number): Extracted[] {
  return plan.map(({ key, at, length, multiple, constant }) => ({
    key,
    value: constant ?? numberAt(line, start + at, length) * multiple,
  }));
}

function numberAt(line: Uint8Array, at: number, length: number): number {
  return decimalAt(line, at, at + length) ?? parseNumber(textAt(line, at, length)) ?? Number.NaN;
}

function textAt(line: Uint8Array, at: number, length: number): string {
  return Buffer.from(line.buffer, line.byteOffset + at, length).toString("latin1");
}

/** The plan for all lines of this line's shape; `undefined` where their digits decide more than values. */
export function planOf(
  reading: Reading,
  line: Uint8Array,
  start: number,
  end: number,
  names: NameBook,
): LinePlan | undefined {
  const { entries, steady } = reading;
  if (!steady) return undefined;
  if (isBarren(entries, names)) return [];
  const sources = reading.sources?.();
  if (sources === undefined || !entries.every(({ key }) => keepsDigits(key, sources.text))) return undefined;
  const digits = digitsOf(line, start, end);
  const plan = entries.map(({ key, value }, index): PlannedEntry | undefined => {
    const source = sources.numbers[index];
    if (source === undefined) return undefined;
    if (!/\d/.test(source.text)) return { key, at: 0, length: 0, multiple: 1, constant: value };
    const at = placeOf(source, sources, digits);
    // Each digit of the text is one of the line; that the bytes around them are the number's own is checked.
    if (at === undefined || textAt(line, at, source.text.length) !== source.text) return undefined;
    return { key, at: at - start, length: source.text.length, multiple: source.multiple, constant: undefined };
  });
  return plan.every((entry) => entry !== undefined) ? plan : undefined;
}

/** Whether the step tracker passes over these entries whatever their values: there is none, or all but positions are noise. */
function isBarren(entries: readonly Extracted[], names: NameBook): boolean {
  if (entries.length === 0) return true;
  const numbers = entries.filter(({ key }) => key !== BAR_COUNTER && names.rankOf(key) === 0);
  return numbers.length > 0 && numbers.every(({ key }) => names.kindOf(key) === "noise");
}

/** The index of the number's first byte. Digits are counted from the end, since a log prefix was taken off the front. */
function placeOf({ text, at }: NumberSource, sources: NumberSources, digits: readonly number[]): number | undefined {
  const behind = sources.text.slice(at).match(/\d/g)?.length ?? 0;
  const first = digits[digits.length - behind];
  return first === undefined ? undefined : first - text.search(/\d/);
}
