import type { IntervalCost, Overhead } from "../model/overhead.ts";

/** Above so many percent the classic rule samples seldom. */
const CLASSIC_LIMIT = 5;
const CLASSIC_SECONDS = { over: 30, within: 5 };

/** Which interval to use: ours by the budget, and the classic rule's beside it. Seconds. */
export function recommend(
  intervals: readonly IntervalCost[],
  budget: number,
): Pick<Overhead, "recommended_interval" | "classic_interval"> {
  const shortestFirst = intervals.toSorted((one, other) => one.interval - other.interval);
  const within = shortestFirst.find(({ ci95 }) => ci95 !== undefined && ci95[1] <= budget);
  const isOver = (shortestFirst[0]?.slowdown_percent ?? 0) > CLASSIC_LIMIT;
  return {
    ...(within === undefined ? {} : { recommended_interval: within.interval }),
    classic_interval: isOver ? CLASSIC_SECONDS.over : CLASSIC_SECONDS.within,
  };
}
