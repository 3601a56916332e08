import type { Series } from "./decode.ts";
import { firstAtLeast } from "./nearest.ts";

/** A missing reading is a hole only where it is much longer than what is between the others. */
const HOLE_FACTOR = 5;
const SHORTEST_HOLE_SECONDS = 3;

type Values = (number | null | undefined)[];

/** The lines of a chart on one axis of time. `null` is a hole; `undefined` is where only other lines have a point. */
export interface Aligned {
  readonly times: number[];
  readonly values: readonly Values[];
}

/** Brings lines to one axis of time. */
export function aligned(
  lines: readonly { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> }[],
  withHoles: boolean,
): Aligned {
  const parts = lines.map((line) =>
    withHoles ? holed(line) : { times: Array.from(line.times), values: Array.from(line.values) as Values },
  );
  const times = [...new Set(parts.flatMap((part) => part.times))].sort((one, other) => one - other);
  return {
    times,
    values: parts.map((part) => (part.times.length === times.length ? part.values : spread(part, times))),
  };
}

function spread(part: { times: readonly number[]; values: Values }, times: readonly number[]): Values {
  const values: Values = Array.from({ length: times.length }, () => undefined);
  let at = 0;
  for (const [index, time] of part.times.entries()) {
    while (times[at] !== time) at += 1;
    values[at] = part.values[index];
  }
  return values;
}

/** The line with a null in the middle of each hole. */
function holed({ times, values }: { times: ArrayLike<number>; values: ArrayLike<number> }): {
  times: number[];
  values: Values;
} {
  const steps = Array.from({ length: Math.max(0, times.length - 1) }, (_, index) => times[index + 1]! - times[index]!);
  const median = steps.toSorted((one, other) => one - other)[steps.length >> 1] ?? 0;
  const longest = Math.max(SHORTEST_HOLE_SECONDS, HOLE_FACTOR * median);
  const result: { times: number[]; values: Values } = { times: [], values: [] };
  for (let index = 0; index < times.length; index += 1) {
    if (index > 0 && times[index]! - times[index - 1]! > longest) {
      result.times.push((times[index]! + times[index - 1]!) / 2);
      result.values.push(null);
    }
    result.times.push(times[index]!);
    result.values.push(values[index]);
  }
  return result;
}

/** An exponential moving average that is right from the first point on. */
export function smoothed(values: Float32Array, weight: number): Float32Array {
  if (weight <= 0) return values;
  const result = new Float32Array(values.length);
  let sum = 0;
  let weights = 0;
  for (const [index, value] of values.entries()) {
    sum = sum * weight + value * (1 - weight);
    weights = weights * weight + (1 - weight);
    result[index] = sum / weights;
  }
  return result;
}

/** The least and the greatest that series have in a span of time; undefined where they have nothing there. */
export function extremesOf(
  series: readonly Series[],
  from: number,
  to: number,
  onlyPositive: boolean,
): { min: number; max: number } | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { times, min: minima, max: maxima } of series) {
    // A line that comes from outside is seen as well.
    const first = Math.max(0, firstAtLeast(times, from) - 1);
    const last = Math.min(times.length - 1, firstAtLeast(times, to));
    for (let index = first; index <= last; index += 1) {
      if (!onlyPositive || minima[index]! > 0) min = Math.min(min, minima[index]!);
      if (!onlyPositive || maxima[index]! > 0) max = Math.max(max, maxima[index]!);
    }
  }
  return min <= max ? { min, max } : undefined;
}
