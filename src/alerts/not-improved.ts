import type { Condition } from "../model/alert.ts";
import type { Judge, Verdict } from "./verdict.ts";

/** No value better than the best so far, over so many points or so long. NaN is no improvement. */
export function notImprovedJudge(
  { goal, span }: Extract<Condition, { kind: "not improved" }>,
  start: number,
  bestBefore?: number,
): Judge {
  let best = bestBefore;
  let bestAt = bestBefore === undefined ? undefined : start;
  let points = 0;
  let last: number | undefined;
  const judged = (at: number, over: boolean): Verdict => {
    const holds = "points" in span ? points >= span.points : at - (bestAt ?? at) >= span.milliseconds;
    return { holds: holds && !over, over, ...(last === undefined ? {} : { value: last }) };
  };
  return {
    see(value, at) {
      last = value;
      bestAt ??= at;
      const isBetter = !Number.isNaN(value) && (best === undefined || (goal === "min" ? value < best : value > best));
      const over = isBetter && best !== undefined;
      if (isBetter) {
        best = value;
        bestAt = at;
        points = 0;
      } else {
        points += 1;
      }
      return judged(at, over);
    },
    ...("points" in span ? {} : { tick: (at: number) => judged(at, false) }),
    skip(milliseconds) {
      if (bestAt !== undefined) bestAt += milliseconds;
    },
  };
}
