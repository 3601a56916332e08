import type { AlertAction, AlertRule } from "../model/alert.ts";

/**
 * The rules of several sources, the strongest first. All rules of a metric that ask the same kind of thing come from the
 * strongest source that has one, so that `--alert 'cpu_percent > 50'` replaces what a file says of the CPU's load and
 * leaves the rest. `off` is about all kinds, and stays, because the built-in rules are the weakest source.
 */
export function mergeRules(sources: readonly (readonly AlertRule[])[]): AlertRule[] {
  const merged: AlertRule[] = [];
  for (const rules of sources) {
    const taken = [...merged];
    merged.push(...rules.filter((rule) => !taken.some((stronger) => replaces(stronger, rule))));
  }
  return withoutDoubles(merged);
}

/** A rule that is given twice is one rule that does all that was asked of it. */
function withoutDoubles(rules: readonly AlertRule[]): AlertRule[] {
  const byText = new Map<string, AlertRule>();
  for (const rule of rules) {
    const known = byText.get(rule.text);
    const actions = [...(known?.actions ?? []), ...rule.actions];
    byText.set(rule.text, {
      ...rule,
      actions: actions.filter((one, at) => actions.findIndex((other) => isSame(one, other)) === at),
    });
  }
  return [...byText.values()];
}

function isSame(one: AlertAction, other: AlertAction): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The entries of several sources, the strongest first: each key has the value of the strongest source that has it. */
export function mergeMaps(sources: readonly ReadonlyMap<string, string>[]): Record<string, string> {
  return Object.fromEntries(sources.toReversed().flatMap((map) => [...map]));
}

function replaces(stronger: AlertRule, rule: AlertRule): boolean {
  if (stronger.metric !== rule.metric) return false;
  return stronger.off === true || topicOf(stronger) === topicOf(rule);
}

/** Rules of one topic stand for each other. */
function topicOf({ condition, off }: AlertRule): string {
  if (off === true) return "off";
  return condition.kind === "outside" ? "level" : condition.kind;
}
