import type { AlertRule, Severity } from "../model/alert.ts";

const COMPARE = {
  ">": (value: number, threshold: number) => value > threshold,
  ">=": (value: number, threshold: number) => value >= threshold,
  "<": (value: number, threshold: number) => value < threshold,
  "<=": (value: number, threshold: number) => value <= threshold,
} satisfies Record<AlertRule["comparison"], (value: number, threshold: number) => boolean>;

/** Whether a value is beyond the threshold of a rule. */
export function isCrossed({ comparison, threshold }: AlertRule, value: number): boolean {
  return COMPARE[comparison](value, threshold);
}

/** How bad a value is that has crossed the threshold: critical from a tenth beyond it. */
export function severityOf(rule: AlertRule, value: number): Severity {
  const critical = criticalFrom(rule);
  const isCritical = isUpperBound(rule) ? value >= critical : value <= critical;
  return isCritical ? "critical" : "warning";
}

/**
 * A tenth of the threshold beyond it: 1.1 × an upper bound and 0.9 × a lower one, mirrored for negative thresholds. A
 * percentage (`…_percent`) is critical from 100 at the latest, unless the rule itself is about more than 100: then 100
 * is no end of that scale, as with several cores.
 */
function criticalFrom(rule: AlertRule): number {
  const { metric, threshold } = rule;
  const margin = Math.abs(threshold) / 10;
  if (!isUpperBound(rule)) return threshold - margin;
  const beyond = threshold + margin;
  return metric.endsWith("_percent") && threshold <= 100 ? Math.min(beyond, 100) : beyond;
}

function isUpperBound({ comparison }: AlertRule): boolean {
  return comparison === ">" || comparison === ">=";
}
