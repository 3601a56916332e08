import type { Extracted } from "../../model/extract.ts";
import { decimalAt } from "../tokens/decimal.ts";
import type { NameBook } from "../names/name-book.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { digitsOf, keepsDigits, type Outline } from "./outline.ts";
import { type LineNames, namesOf } from "../relevance.ts";
import type { NumberSource, NumberSources, Reading } from "../reading.ts";
import { BAR_COUNTER } from "../names/step-names.ts";

/** How to read every line of one shape without looking for anything. */
export interface LinePlan {
  /** Empty: such a line gives nothing. */
  readonly entries: readonly PlannedEntry[];
  /** What the names of the entries say. */
  readonly names: LineNames;
}

interface PlannedEntry {
  readonly key: string;
  readonly from: PlannedPlace;
  readonly to: PlannedPlace;
  readonly multiple: number;
  /** The value, where the number has no digit: `nan`. */
  readonly constant: number | undefined;
}

/** A place between two bytes of a line. */
interface PlannedPlace {
  /** The same in the shape. */
  readonly at: number;
  /** How many runs of elastic digits stand in front of it. */
  readonly runs: number;
}

/** Fills the plan with the numbers of a line, whose outline this is. */
export function entriesBy(
  plan: LinePlan["entries"],
  line: Uint8Array,
  start: number,
  outline: Outline,
): readonly Extracted[] {
  const entries: Extracted[] = [];
  for (let index = 0; index < plan.length; index += 1) {
    const { key, from, to, multiple, constant } = plan[index] as PlannedEntry;
    const value = constant ?? numberAt(line, start + offsetOf(from, outline), start + offsetOf(to, outline)) * multiple;
    entries.push({ key, value });
  }
  return entries;
}

function offsetOf({ at, runs }: PlannedPlace, { shifts }: Outline): number {
  return runs === 0 ? at : at + (shifts[runs - 1] as number);
}

function numberAt(line: Uint8Array, from: number, to: number): number {
  return decimalAt(line, from, to) ?? parseNumber(textAt(line, from, to)) ?? Number.NaN;
}

function textAt(line: Uint8Array, from: number, to: number): string {
  return Buffer.from(line.buffer, line.byteOffset + from, to - from).toString("latin1");
}

/** The plan for all lines of this line's shape; `undefined` where their digits decide more than values. */
export function planOf(
  reading: Reading,
  line: Uint8Array,
  start: number,
  end: number,
  outline: Outline,
  names: NameBook,
  inBlock: boolean,
): LinePlan | undefined {
  const { entries, steady } = reading;
  if (!steady) return undefined;
  // Any name that comes again begins another block.
  if (entries.length === 0 || (!inBlock && isBarren(entries, names))) return EMPTY_PLAN;
  const sources = reading.sources?.();
  if (sources === undefined || !entries.every(({ key }) => keepsDigits(key, sources.text))) return undefined;
  const digits = digitsOf(line, start, end);
  const plan = entries.map(({ key, value }, index): PlannedEntry | undefined => {
    const source = sources.numbers[index];
    if (source === undefined) return undefined;
    if (!/\d/.test(source.text)) return { key, from: LINE_START, to: LINE_START, multiple: 1, constant: value };
    const at = placeOf(source, sources, digits);
    // Each digit of the text is one of the line; that the bytes around them are the number's own is checked.
    if (at === undefined || textAt(line, at, at + source.text.length) !== source.text) return undefined;
    const from = plannedPlace(at - start, outline);
    const to = plannedPlace(at - start + source.text.length, outline);
    return from && to && { key, from, to, multiple: source.multiple, constant: undefined };
  });
  if (!plan.every((entry) => entry !== undefined)) return undefined;
  // A number in a notation of its own dialect, such as `1.5D-03`, is read by that.
  const isTrue = entriesBy(plan, line, start, outline).every((entry, at) => Object.is(entry.value, entries[at]?.value));
  return isTrue ? { entries: plan, names: namesOf(entries, names) } : undefined;
}

const EMPTY_PLAN: LinePlan = {
  entries: [],
  names: {
    positions: [],
    counter: -1,
    numbers: [],
    known: [],
    settings: [],
    fixed: [],
    kinds: [],
    hasMetric: false,
    isSetUp: false,
  },
};

const LINE_START: PlannedPlace = { at: 0, runs: 0 };

/** `undefined` for a place within a run. */
function plannedPlace(offset: number, { runs, runEnds, shifts }: Outline): PlannedPlace | undefined {
  let before = 0;
  while (before < runs && (runEnds[before] ?? 0) + (shifts[before] ?? 0) <= offset) before += 1;
  const at = offset - (before === 0 ? 0 : (shifts[before - 1] ?? 0));
  return before < runs && at >= (runEnds[before] ?? 0) ? undefined : { at, runs: before };
}

/** Whether the step tracker passes over these entries whatever their values: all but positions are noise. */
function isBarren(entries: readonly Extracted[], names: NameBook): boolean {
  const numbers = entries.filter(({ key }) => key !== BAR_COUNTER && names.rankOf(key) === 0);
  return numbers.length > 0 && numbers.every(({ key }) => names.kindOf(key) === "noise");
}

/** The index of the number's first byte. Digits are counted from the end, since a log prefix was taken off the front. */
function placeOf({ text, at }: NumberSource, sources: NumberSources, digits: readonly number[]): number | undefined {
  const behind = sources.text.slice(at).match(/\d/g)?.length ?? 0;
  const first = digits[digits.length - behind];
  return first === undefined ? undefined : first - text.search(/\d/);
}
