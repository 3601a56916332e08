import { goalOf } from "../model/goal.ts";
import type { MetricSummary } from "../model/view.ts";

export interface Best {
  readonly value: number;
  readonly step: number;
}

/** The best point of a metric, where its name leaves no doubt about which one that is. */
export function bestOf(key: string, metric: MetricSummary): Best | undefined {
  const goal = goalOf(key);
  if (goal === undefined) return undefined;
  const [value, step] = goal === "min" ? [metric.min, metric.minStep] : [metric.max, metric.maxStep];
  return value === undefined || step === undefined || !Number.isFinite(value) ? undefined : { value, step };
}
