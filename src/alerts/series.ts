import type { AlertRule } from "../model/alert.ts";

/**
 * The values that a rule is about, by series key. NaN is left out, because it says neither that a threshold is crossed
 * nor that it is not.
 */
export function seriesOfRule(
  rule: AlertRule,
  series: Readonly<Record<string, number>>,
): [key: string, value: number][] {
  return Object.entries(series).filter(([key, value]) => isSeriesOf(rule, key) && !Number.isNaN(value));
}

/** Whether a rule is about a series: its own metric, or `gpu_0_utilization`, `gpu_1_utilization` … for `gpu_utilization`. */
export function isSeriesOf(rule: AlertRule, key: string): boolean {
  return key === rule.metric || key.replace(/^gpu_\d+_/, "gpu_") === rule.metric;
}
