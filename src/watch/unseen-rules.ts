import type { AlertRule } from "../model/alert.ts";
import type { RunView } from "../model/view.ts";
import { allMetrics } from "../probes/index.ts";
import { nearestWord } from "../settings/spelling.ts";
import { unmeasuredRule, unseenRule } from "../terminal/alert-notes.ts";

/** What there is to say of rules whose metric never came, which mostly is a slip of the fingers. */
export function unseenRules(rules: readonly AlertRule[], { metrics, system }: RunView): string[] {
  if (rules.length === 0) return [];
  // A watcher that took over has not seen what came before it.
  const keys = [...Object.keys(metrics), ...Object.keys(system)];
  const known = new Set(allMetrics().map(({ key }) => key.replace("gpu_<i>_", "gpu_")));
  return rules
    .filter(({ metric }) => !keys.includes(metric))
    .map((rule) => {
      const isKnown = known.has(rule.metric.replace(/^gpu_\d+_(mig_\d+_)?/, "gpu_"));
      return isKnown ? unmeasuredRule(rule) : unseenRule(rule, nearestWord(rule.metric, keys));
    });
}
