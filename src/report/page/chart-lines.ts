import { quantity } from "../units.ts";
import type { ChartLayout } from "../page-data.ts";
import { visible } from "../visible.ts";
import type { Series } from "./decode.ts";
import { nearestIndex } from "./nearest.ts";

/** A line of a chart, and whether the reader has it on. */
export interface ChartLine {
  readonly label: string;
  readonly key: string;
  readonly series: Series;
  readonly last: string | undefined;
  isShown: boolean;
}

/** What a line has at a time. */
export interface LineReading {
  readonly line: ChartLine;
  readonly index: number;
  /** With the range that it stands for and its step. */
  readonly text: string;
  /** The value alone, with its unit. */
  readonly short: string;
}

export function chartLines(layout: ChartLayout, series: readonly Series[]): ChartLine[] {
  return layout.lines.flatMap(({ label, key, series: number, last }) => {
    const own = series[number];
    return own === undefined ? [] : [{ label: visible(label), key, series: own, last, isShown: true }];
  });
}

/** What each line has nearest to a time, with its unit, the range that it stands for and its step. */
export function readingsAt(lines: readonly ChartLine[], time: number, unit: ChartLayout["unit"]): LineReading[] {
  return lines.flatMap((line, index) => {
    const reading = line.isShown ? readingOf(line.series, time, unit) : undefined;
    return reading === undefined ? [] : [{ line, index, ...reading }];
  });
}

function readingOf(
  series: Series,
  time: number,
  unit: ChartLayout["unit"],
): Pick<LineReading, "text" | "short"> | undefined {
  const { times, steps, mean, min, max, odd } = series;
  const at = nearestIndex(times, time);
  const distance = at === undefined ? Number.POSITIVE_INFINITY : Math.abs(times[at]! - time);
  const lost = odd.find(([milliseconds]) => Math.abs(milliseconds / 1000 - time) < distance);
  if (lost !== undefined)
    return { text: `${lost[2]}${steps === undefined ? "" : ` at step ${lost[1]}`}`, short: lost[2] };
  if (at === undefined) return undefined;
  const value = quantity(mean[at]!, unit);
  const [low, high] = [quantity(min[at]!, unit), quantity(max[at]!, unit)];
  const range = low === high ? "" : ` (${low} to ${high})`;
  const step = steps === undefined ? "" : ` at step ${stepText(steps[at]!)}`;
  return { text: `${value}${range}${step}`, short: value };
}

/** A step is a count: it is not rounded. */
function stepText(step: number): string {
  return String(Number(step.toPrecision(12)));
}
