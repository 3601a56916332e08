import type { Alert, AlertRule, Severity } from "../model/alert.ts";
import { isSeriesOf, seriesOfRule } from "./series.ts";
import { isCrossed, severityOf } from "./severity.ts";

/** Alert rules with what they remember between samples. No clock and no output: numbers in, alerts out. */
export interface AlertEngine {
  /**
   * Looks at the values of one moment, by series key, and gives what changed. `timestamp` is milliseconds since the
   * epoch. A key that is absent, or NaN, tells nothing: its state stays as it is.
   */
  observe(series: Readonly<Record<string, number>>, timestamp: number): Alert[];
}

/**
 * An episode begins with one alert in state `firing` when a threshold is crossed and ends with one in state `resolved`
 * when it no longer is. Between the two there is at most one more: `firing` again with severity `critical`, when an
 * episode that began as a warning gets there. An episode never falls back to a warning, and its `resolved` has the
 * highest severity it had. Episodes are told apart by metric, comparison and threshold; `metric` is the series
 * that crossed it, so that a rule for any GPU has an episode for each.
 * `earlier` is what an engine with these rules said before, for a watcher that takes over: episodes that are open
 * stay open and are not announced again.
 */
export function createAlertEngine(rules: readonly AlertRule[], earlier: Iterable<Alert> = []): AlertEngine {
  const watches = new Map(rules.map((rule) => [keyOf(rule), { rule, firing: new Map<string, Severity>() }]));
  for (const alert of earlier) {
    for (const { rule, firing } of watches.values()) if (isAbout(alert, rule)) remember(firing, alert);
  }
  return {
    observe: (series, timestamp) =>
      [...watches.values()].flatMap(({ rule, firing }) =>
        seriesOfRule(rule, series).flatMap(([metric, value]) => {
          const alert = step(rule, firing.get(metric), { metric, value, timestamp });
          if (alert === undefined) return [];
          remember(firing, alert);
          return alert;
        }),
      ),
  };
}

/** A rule that is given twice is one rule. */
function keyOf({ metric, comparison, threshold }: AlertRule): string {
  return JSON.stringify([metric, comparison, threshold]);
}

function isAbout(alert: Alert, rule: AlertRule): boolean {
  const isSameThreshold = alert.comparison === rule.comparison && alert.threshold === rule.threshold;
  return isSameThreshold && isSeriesOf(rule, alert.metric);
}

function remember(firing: Map<string, Severity>, alert: Alert): void {
  if (alert.state === "firing") firing.set(alert.metric, alert.severity);
  else firing.delete(alert.metric);
}

/** What one value changes, given the severity of the episode that is open. */
function step(
  rule: AlertRule,
  open: Severity | undefined,
  seen: Pick<Alert, "metric" | "value" | "timestamp">,
): Alert | undefined {
  const { comparison, threshold } = rule;
  const told = { ...seen, comparison, threshold };
  if (!isCrossed(rule, seen.value))
    return open === undefined ? undefined : { ...told, severity: open, state: "resolved" };
  const severity = severityOf({ ...rule, metric: seen.metric }, seen.value);
  if (open === "critical" || open === severity) return undefined;
  return { ...told, severity, state: "firing" };
}
