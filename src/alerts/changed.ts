import type { Condition } from "../model/alert.ts";
import { type Judge, verdict } from "./verdict.ts";

/** Into so many parts a window is cut, of each of which only the smallest and the largest value are kept. */
const PARTS = 64;

interface Part {
  /** When its first value came. */
  at: number;
  min: number;
  max: number;
}

/**
 * The largest and the smallest size within a window are more than a factor apart, the newest being one of them. A value
 * that becomes infinite, or changes its sign, has changed by more than any factor; NaN tells nothing. A window is up to
 * a sixty-fourth longer than asked for.
 */
export function changedJudge({ factor, within }: Extract<Condition, { kind: "changed" }>): Judge {
  let parts: Part[] = [];
  return {
    see(value, at) {
      if (Number.isNaN(value)) return undefined;
      parts = parts.filter((part) => at - part.at <= within * (1 + 1 / PARTS));
      const min = Math.min(value, ...parts.map((part) => part.min));
      const max = Math.max(value, ...parts.map((part) => part.max));
      const newest = parts.at(-1);
      if (newest === undefined || at - newest.at >= within / PARTS) parts.push({ at, min: value, max: value });
      else {
        newest.min = Math.min(newest.min, value);
        newest.max = Math.max(newest.max, value);
      }
      return verdict(ratio(value, min) > factor || ratio(value, max) > factor, value);
    },
    skip(milliseconds) {
      for (const part of parts) part.at += milliseconds;
    },
  };
}

/** How many times as large the larger is. */
function ratio(one: number, other: number): number {
  if (one === other) return 1;
  if (Math.sign(one) !== Math.sign(other)) return Number.POSITIVE_INFINITY;
  const [small, large] = [Math.abs(one), Math.abs(other)].sort((left, right) => left - right);
  return (large ?? 0) / (small ?? 1);
}
