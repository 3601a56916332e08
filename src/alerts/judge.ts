import type { Condition } from "../model/alert.ts";
import { changedJudge } from "./changed.ts";
import { levelJudge, outsideJudge, rateOf } from "./level.ts";
import { notImprovedJudge } from "./not-improved.ts";
import { type Judge, verdict } from "./verdict.ts";

/**
 * A judge at the beginning of a series.
 * @param at when that is
 * @param best the best value before it, for an engine that takes over
 */
export function judgeOf(condition: Condition, at: number, best?: number): Judge {
  switch (condition.kind) {
    case "level":
      return condition.rate === true ? rateOf(levelJudge(condition)) : levelJudge(condition);
    case "outside":
      return condition.rate === true ? rateOf(outsideJudge(condition)) : outsideJudge(condition);
    case "not finite":
      return { see: (value) => verdict(isNotFinite(condition, value), value) };
    case "not improved":
      return notImprovedJudge(condition, at, best);
    case "changed":
      return changedJudge(condition);
    case "absent":
      return absentJudge(condition.after, at);
    case "hang":
      break;
  }
  // 1: nothing stirs.
  return { see: (quiet) => ({ holds: quiet === 1, over: quiet !== 1 }) };
}

function isNotFinite({ nan, inf }: Extract<Condition, { kind: "not finite" }>, value: number): boolean {
  return Number.isNaN(value) ? nan : inf && !Number.isFinite(value);
}

function absentJudge(after: number, start: number): Judge {
  let last = start;
  return {
    see(_value, at) {
      last = Math.max(last, at);
      return { holds: false, over: true };
    },
    // Only a point ends it: an engine that has just taken over knows of none.
    tick: (at) => ({ holds: at - last >= after, over: false }),
    skip: (milliseconds) => {
      last += milliseconds;
    },
  };
}
