import type { AlertRule } from "../model/alert.ts";

/**
 * The rules of several sources, the strongest first: all rules of a metric come from the strongest source that has one
 * for it, so that `--alert 'cpu_percent > 50'` replaces the built-in rule for the CPU and leaves the one for the memory.
 */
export function mergeRules(sources: readonly (readonly AlertRule[])[]): AlertRule[] {
  const merged: AlertRule[] = [];
  for (const rules of sources) {
    const taken = new Set(merged.map((rule) => rule.metric));
    merged.push(...rules.filter((rule) => !taken.has(rule.metric)));
  }
  return merged;
}

/** The entries of several sources, the strongest first: each key has the value of the strongest source that has it. */
export function mergeMaps(sources: readonly ReadonlyMap<string, string>[]): Record<string, string> {
  return Object.fromEntries(sources.toReversed().flatMap((map) => [...map]));
}
