import type { Comparison, Condition, Severity } from "../model/alert.ts";

/** Metrics whose values end at 100. */
const IN_PERCENT = /_(percent|utilization)$/;

/** What a tenth more is allowed to be off by, because 1.1 is no binary number. */
const ROUNDING = 1e-12;

/**
 * How bad a value is that a condition holds for, where the rule does not say it. Above a threshold t it is critical from
 * 1.1 t, or from 100 for a percentage where that is less; below one from t / 1.1 down. Without a positive threshold there
 * is no such measure, and it is a warning. A loss that is no number is critical.
 */
export function severityOf(metric: string, condition: Condition, value: number | undefined): Severity {
  if (condition.kind === "not finite") return /loss/i.test(metric) ? "critical" : "warning";
  if (value === undefined) return "warning";
  if (condition.kind === "level") return beyond(metric, condition.comparison, condition.threshold, value);
  if (condition.kind !== "outside") return "warning";
  const { low, high } = condition;
  return value > high ? beyond(metric, ">", high, value) : beyond(metric, "<", low, value);
}

function beyond(metric: string, comparison: Comparison, threshold: number, value: number): Severity {
  if (threshold <= 0) return "warning";
  if (comparison.startsWith("<")) return value * 1.1 <= threshold * (1 + ROUNDING) ? "critical" : "warning";
  // 100 is no end of the scale of several cores, where the rule itself is about more.
  const isCapped = IN_PERCENT.test(metric) && threshold <= 100;
  const critical = isCapped ? Math.min(1.1 * threshold, 100) : 1.1 * threshold;
  return value * (1 + ROUNDING) >= critical ? "critical" : "warning";
}
