import type { Extracted } from "../model/extract.ts";
import type { NameBook } from "./names/name-book.ts";
import { BAR_COUNTER } from "./names/step-names.ts";

/** What is known of the position of a line's numbers. */
export type Position =
  /** The line itself says it. */
  | "on line"
  /** A header says it, or a bar. */
  | "above"
  /** A line of metrics said one before. */
  | "begun"
  | "unknown";

/** What the names of one line say, whatever the numbers beside them are. Entries by their index. */
export interface LineNames {
  /** The positions, the one that counts before the others first. */
  readonly positions: readonly NamedPosition[];
  /** The counter of a bar; -1 when there is none. */
  readonly counter: number;
  /** All entries but positions and counters. */
  readonly numbers: readonly number[];
  /** The same without noise. */
  readonly known: readonly number[];
  /** Of those, what counts where training has begun even when it is a whole number. */
  readonly settings: readonly number[];
  /** Of those, what is set once, and not changed as a learning rate is: on lines of their own they are no metrics. */
  readonly fixed: readonly number[];
  /** Of the noise, what counts where it is a fraction: `class: 0.25` is a loss, `class: 3` says which. */
  readonly kinds: readonly number[];
  /** Whether one is known to be plotted. */
  readonly hasMetric: boolean;
  /** Whether one says how the training is set up: `epochs=10`. */
  readonly isSetUp: boolean;
}

export interface NamedPosition {
  readonly index: number;
  readonly rank: number;
}

/** What is 1 on the average may be anything in between; a count is a count. */
const IS_MEAN = /(?:^|[_/])(?:mean|avg|average)(?:$|[_/])/i;

/** What changes while it trains. The betas of an optimizer do not. */
const RATE = /(?:^|[_/])(?:lr|learning[_ ]?rate|epsilon|temperature|beta(?![\ds])|kl|ratio)|rate$/i;

/** Whether a name is of a setting that is set once. */
export function isFixed(name: string, names: NameBook): boolean {
  return names.kindOf(name) === "setting" && !RATE.test(name);
}

const RANK_OF_STEP = 3;

/** What a run has one of, and says before it begins: in `epochs=10, batch=32, lr=0.01` there is no position. */
const OF_RUN = /(?:^|_)(?:epochs|(?:max|num|total)_?epoch|batch_?size|seed)$/i;

export function namesOf(entries: readonly Extracted[], names: NameBook): LineNames {
  const found = emptyNames();
  for (let index = 0; index < entries.length; index += 1) {
    const { key, isMetric } = entries[index] as Extracted;
    if (isMetric === true) found.hasMetric = true;
    if (key !== BAR_COUNTER) noteName(found, key, index, names);
    else if (found.counter === -1) found.counter = index;
  }
  return found;
}

/** What tells examples apart, and what a loss or a probability may be of. */
const OF_KIND = /^(?:class|label)$/i;

/** The names of a line as they are found. */
export type GrowingNames = { -readonly [Part in keyof LineNames]: LineNames[Part] };

export function emptyNames(): GrowingNames {
  return {
    positions: NONE,
    counter: -1,
    numbers: NONE,
    known: NONE,
    settings: NONE,
    fixed: NONE,
    kinds: NONE,
    hasMetric: false,
    isSetUp: false,
  };
}

/** Adds the name of the next entry, which is no counter. */
export function noteName(found: GrowingNames, key: string, index: number, names: NameBook): void {
  if (names.tellsNothing(key)) return noteUnknown(found, index);
  const rank = names.rankOf(key);
  if (rank > 0) {
    // Of two with the same rank, the first stays in front.
    found.positions = [...found.positions, { index, rank }].sort((one, other) => other.rank - one.rank);
    return;
  }
  const kind = names.kindOf(key);
  if (kind === "metric") found.hasMetric = true;
  if (kind === "setting" || IS_MEAN.test(key)) found.settings = withIndex(found.settings, index);
  if (isFixed(key, names)) found.fixed = withIndex(found.fixed, index);
  if (kind !== "noise") return noteUnknown(found, index);
  if (OF_RUN.test(key)) found.isSetUp = true;
  if (OF_KIND.test(key)) found.kinds = withIndex(found.kinds, index);
  // One list for both is one less to make for each line.
  if (found.known === found.numbers) found.known = [...found.numbers];
  found.numbers = withIndex(found.numbers, index);
}

/** The same for a name of words that tell nothing. */
export function noteUnknown(found: GrowingNames, index: number): void {
  const isOne = found.known === found.numbers;
  found.numbers = withIndex(found.numbers, index);
  found.known = isOne ? found.numbers : withIndex(found.known, index);
}

/** The list with one more index: the same one, unless it is that of all that are empty. */
function withIndex(list: readonly number[], index: number): readonly number[] {
  if (list === NONE) return [index];
  (list as number[]).push(index);
  return list;
}

/**
 * Which of a line's numbers are metrics. A position on the line vouches for every name that is no noise, unless the line
 * says how the training is set up. Without one, a
 * name must be known to be plotted and then vouches for the others on its line; a learning rate or another name alone is
 * a setting until training has begun, and a weight decay behind it too.
 */
export function metricsAmong(
  entries: readonly Extracted[],
  { positions, known, settings, fixed, kinds, hasMetric, isSetUp }: LineNames,
  position: Position,
): readonly number[] {
  if (hasMetric && kinds.length > 0) return withMeasured(entries, known, kinds);
  // A step is one all the same: `iteration 5 | global batch size: 32 | throughput: 0.5`.
  const isSettings = isSetUp && (positions[0]?.rank ?? 0) < RANK_OF_STEP;
  if (hasMetric || (position === "on line" && !isSettings)) return known;
  if (position === "unknown" || isSettings) return NONE;
  const counted = position === "begun" && fixed.length > 0 ? known.filter((index) => !fixed.includes(index)) : known;
  // `G: 1.5 | D: 0.21 | GP: 0.00`: what reaches zero beside fractions is measured as they are, not counted.
  const isZeroMeasured = counted.filter((index) => isFraction(entries[index])).length > 1;
  return counted.filter((index) => {
    const value = entries[index]?.value;
    return settings.includes(index) || !Number.isInteger(value) || (value === 0 && isZeroMeasured);
  });
}

/** With the kinds that are fractions; not a number is none that something is counted by. */
function withMeasured(
  entries: readonly Extracted[],
  known: readonly number[],
  kinds: readonly number[],
): readonly number[] {
  const measured = kinds.filter((index) => !Number.isInteger(entries[index]?.value));
  return [...known, ...measured].sort((one, other) => one - other);
}

function isFraction(entry: Extracted | undefined): boolean {
  return Number.isFinite(entry?.value) && !Number.isInteger(entry?.value);
}

const NONE: readonly never[] = [];
