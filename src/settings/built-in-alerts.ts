import type { AlertRule } from "../model/alert.ts";
import { parseAlertRule } from "./alert-grammar.ts";

const IDLE_GPU = "gpu_utilization < 5 for 15m => warning";

/** Tracelet's own rules, in the grammar that everybody types. docs/alerts.md has a word on each. */
export const BUILT_IN_ALERTS: readonly string[] = [
  "cpu_percent > 90 for 1m",
  "memory_percent > 85",
  "disk_percent > 95",
  "*[Ll]oss* is nan or inf",
  IDLE_GPU,
  "gpu_temperature > 85 for 1m",
  "hang for 15m => warning",
];

/** These rules and tracelet's own, as an engine wants them. */
export function withBuiltIns(rules: readonly AlertRule[]): AlertRule[] {
  const own = BUILT_IN_ALERTS.map((text): AlertRule => {
    const rule = { ...parseAlertRule(text, ""), builtIn: true as const };
    return text === IDLE_GPU ? { ...rule, ofJob: true } : rule;
  });
  return [...rules, ...own];
}
