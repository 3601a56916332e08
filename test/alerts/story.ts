import { type AlertEngine, createAlertEngine, type EngineOptions } from "../../src/alerts/engine.ts";
import type { Alert, AlertRule } from "../../src/model/alert.ts";
import { parseAlertRule } from "../../src/settings/alert-grammar.ts";

/** When these runs began, on the clock of people. */
export const STARTED = 1_795_000_000_000;

export function ruleOf(text: string, more: Partial<AlertRule> = {}): AlertRule {
  return { ...parseAlertRule(text, "/"), ...more };
}

export function engineOf(rules: readonly AlertRule[], options: Partial<EngineOptions> = {}): AlertEngine {
  return createAlertEngine({ rules, start: at(0), ...options });
}

/** A moment so many seconds after the start, on both clocks. */
export function at(seconds: number): { timestamp: number; at: number } {
  return { timestamp: STARTED + seconds * 1000, at: seconds * 1000 };
}

/** An alert in short: `warning 91`, `resolved 80`, `pending 3`. */
export function word({ state, severity, value }: Alert): string {
  return `${state === "firing" ? severity : state}${value === undefined ? "" : ` ${value}`}`;
}

/** What an engine says to values of one metric that come a second apart; `undefined` is a sample without it. */
export function storyOf(rule: string | AlertRule, values: readonly (number | undefined)[]): string[] {
  const one = typeof rule === "string" ? ruleOf(rule) : rule;
  const engine = engineOf([one]);
  return values.map((value, index) =>
    engine
      .sample(value === undefined ? {} : { [one.metric]: value }, at(index))
      .map(word)
      .join(),
  );
}
