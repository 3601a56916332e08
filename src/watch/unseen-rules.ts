import type { AlertRule } from "../model/alert.ts";
import type { RunView } from "../model/view.ts";
import { nearestWord } from "../settings/spelling.ts";
import { unseenRule } from "../terminal/alert-notes.ts";

/** What there is to say of rules whose metric never came, which mostly is a slip of the fingers. */
export function unseenRules(rules: readonly AlertRule[], { metrics, system }: RunView): string[] {
  // A watcher that took over has not seen what came before it.
  const keys = [...Object.keys(metrics), ...Object.keys(system)];
  const unseen = rules.filter(({ metric }) => !keys.includes(metric));
  return unseen.map((rule) => unseenRule(rule, nearestWord(rule.metric, keys)));
}
