import type { AlertRule } from "../model/alert.ts";

/**
 * The values that a rule is about, by series key. NaN is left out, because it says neither that a threshold is crossed
 * nor that it is not.
 */
export function seriesOfRule(
  rule: AlertRule,
  series: Readonly<Record<string, number>>,
): [key: string, value: number][] {
  return keysOfRule(rule, series).flatMap((key) => {
    const value = series[key];
    return value === undefined || Number.isNaN(value) ? [] : [[key, value]];
  });
}

/** Only a rule for any GPU has to look through all keys, which costs more than all else that a sample is judged by. */
function keysOfRule(rule: AlertRule, series: Readonly<Record<string, number>>): string[] {
  if (rule.metric.startsWith("gpu_")) return Object.keys(series).filter((key) => isSeriesOf(rule, key));
  return Object.hasOwn(series, rule.metric) ? [rule.metric] : [];
}

/** Whether a rule is about a series: its own metric, or `gpu_0_utilization`, `gpu_1_utilization` … for `gpu_utilization`. */
export function isSeriesOf(rule: AlertRule, key: string): boolean {
  return key === rule.metric || (key.startsWith("gpu_") && key.replace(/^gpu_\d+_/, "gpu_") === rule.metric);
}
