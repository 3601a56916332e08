/** How long the same work took without and with tracelet, one shortly after the other. */
export interface Pair {
  readonly baseline: number;
  readonly watched: number;
}

/** In percent of the baseline. */
export interface Slowdown {
  readonly percent: number;
  /** Absent for a single pair. */
  readonly ci95?: readonly [low: number, high: number];
}

/** Share of the pairs that is left out at either end. */
const TRIMMED = 0.2;

/**
 * The slowdown that pairs of timings show, with its interval of 95 %.
 *
 * The logarithm of each pair's ratio is taken: what slows a machine for longer than a pair is in both of its timings and
 * cancels, and a pair that was twice as slow weighs as much as one that was twice as fast. Of these the trimmed mean is
 * taken, with Student's t and the winsorized variance (Tukey and McLaughlin 1963): what hit a single run, such as
 * somebody else's job, is left out on either side, and the interval stays honest for few pairs. The bootstrap's does not:
 * of five pairs it is too narrow.
 * @throws RangeError where there is no pair
 */
export function slowdownOf(pairs: readonly Pair[]): Slowdown {
  if (pairs.length === 0) throw new RangeError("there is no pair of timings");
  const ratios = pairs.map(({ baseline, watched }) => Math.log(watched / baseline)).sort((one, other) => one - other);
  const { mean, halfWidth } = trimmedMean(ratios);
  const percent = (ratio: number) => 100 * Math.expm1(ratio);
  if (halfWidth === undefined) return { percent: percent(mean) };
  return { percent: percent(mean), ci95: [percent(mean - halfWidth), percent(mean + halfWidth)] };
}

/** Half of the interval's width in percentage points. */
export function uncertaintyOf({ ci95 }: Slowdown): number | undefined {
  return ci95 === undefined ? undefined : (ci95[1] - ci95[0]) / 2;
}

/** The middle value; of an even number of values the mean of the two. Undefined where there is none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function trimmedMean(sorted: readonly number[]): { mean: number; halfWidth?: number } {
  const count = sorted.length;
  const cut = Math.floor(TRIMMED * count);
  const kept = sorted.slice(cut, count - cut);
  const mean = meanOf(kept);
  const [low = 0, high = 0] = [kept[0], kept.at(-1)];
  const winsorized = sorted.map((value) => Math.min(high, Math.max(low, value)));
  const degrees = kept.length - 1;
  if (degrees < 1) return { mean };
  const center = meanOf(winsorized);
  const squares = winsorized.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1)) / ((1 - (2 * cut) / count) * Math.sqrt(count));
  return { mean, halfWidth: studentQuantile(degrees) * error };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Student's t that 97.5 % are below, for 1, 2, 3 … degrees of freedom. */
const STUDENT = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
];

/** The table, and beyond it three terms of the expansion about the normal distribution, which has four digits right there. */
export function studentQuantile(degrees: number): number {
  const normal = 1.959964;
  const first = (normal ** 3 + normal) / 4;
  const second = (5 * normal ** 5 + 16 * normal ** 3 + 3 * normal) / 96;
  return STUDENT[degrees - 1] ?? normal + first / degrees + second / degrees ** 2;
}
