import type { AlertRule } from "../model/alert.ts";
import { parseAlertRule } from "./alert-grammar.ts";

/** Tracelet's own rules, in the grammar that everybody types. docs/alerts.md has a word on each. */
export const BUILT_IN_ALERTS: readonly string[] = [
  "cpu_percent > 90 for 1m",
  "memory_percent > 85",
  "disk_percent > 95",
  "*[Ll]oss* is nan or inf",
  "gpu_utilization < 5 for 15m => warning",
  "gpu_temperature > 85 for 1m",
  "gpu_throttled_thermal_percent > 10 for 2m clear 2 => warning",
  "gpu_throttled_hardware_percent > 10 for 2m clear 2 => warning",
  "gpu_lost > 0 => critical",
  "hang for 15m => warning",
];

/** These rules and tracelet's own, as an engine wants them. */
export function withBuiltIns(rules: readonly AlertRule[]): AlertRule[] {
  const own = BUILT_IN_ALERTS.map((text): AlertRule => {
    const rule = { ...parseAlertRule(text, ""), builtIn: true as const };
    return rule.metric.startsWith("gpu_") ? { ...rule, ofJob: true } : rule;
  });
  return [...rules, ...own];
}
