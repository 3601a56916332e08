import type { Comparison, Condition } from "../model/alert.ts";
import type { Judge, Verdict } from "./verdict.ts";

/**
 * Where nobody says at which value an episode ends: this share of the threshold back from it, so that a value which swings
 * around the threshold gives one alert.
 */
const WAY_BACK = 0.05;

const COMPARE = {
  ">": (value: number, threshold: number) => value > threshold,
  ">=": (value: number, threshold: number) => value >= threshold,
  "<": (value: number, threshold: number) => value < threshold,
  "<=": (value: number, threshold: number) => value <= threshold,
} satisfies Record<Comparison, (value: number, threshold: number) => boolean>;

/** Beyond a threshold; over when the value is no longer beyond the clear value. NaN tells nothing. */
export function levelJudge({ comparison, threshold, clear }: Extract<Condition, { kind: "level" }>): Judge {
  const isBeyond = COMPARE[comparison];
  const margin = Math.abs(threshold) * WAY_BACK * (comparison.startsWith(">") ? -1 : 1);
  const end = clear ?? threshold + margin;
  return {
    see: (value) =>
      Number.isNaN(value) ? undefined : { holds: isBeyond(value, threshold), over: !isBeyond(value, end), value },
  };
}

/** Below one bound or above another; over when the value is well between them. */
export function outsideJudge({ low, high }: Extract<Condition, { kind: "outside" }>): Judge {
  const margin = (high - low) * WAY_BACK;
  return {
    see(value) {
      if (Number.isNaN(value)) return undefined;
      return { holds: value < low || value > high, over: value >= low + margin && value <= high - margin, value };
    },
  };
}

/** What a series changes by per second, judged like a value. Two points at one moment have no rate. */
export function rateOf(judge: Judge): Judge {
  let before: { value: number; at: number } | undefined;
  return {
    see(value, at): Verdict | undefined {
      if (!Number.isFinite(value)) return undefined;
      const known = before;
      if (known === undefined || at > known.at) before = { value, at };
      if (known === undefined || at <= known.at) return undefined;
      return judge.see(((value - known.value) / (at - known.at)) * 1000, at);
    },
    skip(milliseconds) {
      if (before !== undefined) before = { ...before, at: before.at + milliseconds };
    },
  };
}
