import type { Overhead } from "../model/overhead.ts";

/** Whether every interval has been timed often enough for an interval of confidence. */
export function isTold({ intervals }: Pick<Overhead, "intervals">): boolean {
  return intervals.every(({ ci95 }) => ci95 !== undefined);
}

/** Whether the slowdown at one of the intervals is above so many percent, noise considered. */
export function isSurelyOver({ intervals }: Pick<Overhead, "intervals">, percent: number): boolean {
  return intervals.some(({ ci95 }) => ci95 !== undefined && ci95[0] > percent);
}
