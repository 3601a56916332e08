import type { AlertAction, AlertRule, Condition, Severity, Span } from "../model/alert.ts";
import { goalOf } from "../model/goal.ts";
import { phraseOf, textOf } from "./alert-phrase.ts";
import type { Fail } from "./alert-words.ts";

/** A condition before it is known to make sense: which way an improvement goes may be left to the metric's name. */
export type DraftCondition =
  | Condition
  | (Omit<Extract<Condition, { kind: "not improved" }>, "goal"> & { goal?: never });

/** A rule as somebody has written it. */
export interface RuleDraft {
  readonly metric: string;
  readonly condition: DraftCondition;
  readonly hold?: Span | undefined;
  readonly clear?: number | undefined;
  readonly severity?: Severity | undefined;
  readonly repeat?: number | undefined;
  readonly actions: readonly AlertAction[];
}

// No \p{L} here: V8 compiles that class anew in every process, which costs more than all other settings together.
const METRIC = /^(?![\d.:+/-])[^,;'"`(){}]+$/;

/** Whether a text can be a metric's key, or a glob over keys. */
export function isMetric(text: string): boolean {
  return METRIC.test(text) && text !== "";
}

/** The rule that a draft stands for. Refuses what cannot be meant. */
export function ruleOf(draft: RuleDraft, fail: Fail): AlertRule {
  const { metric, hold, severity, repeat, actions, clear } = draft;
  const condition = withClear(withGoal(draft.condition, metric, fail), clear, metric, fail);
  checkHold(condition, hold, metric, fail);
  if (condition.kind === "outside" && condition.low >= condition.high) {
    const { low, high } = condition;
    throw fail(
      `where ${low} and ${high} are in the wrong order`,
      `${metric} outside ${low === high ? `${low} to ${high + 1}` : `${high} to ${low}`}`,
    );
  }
  const rule = {
    metric,
    condition,
    ...(hold === undefined ? {} : { hold }),
    ...(severity === undefined ? {} : { severity }),
    ...(repeat === undefined ? {} : { repeat }),
  };
  return { ...rule, text: textOf(rule), phrase: phraseOf(condition), actions };
}

/** The wish to have none of tracelet's own rules for a metric. */
export function offRule(metric: string): AlertRule {
  const condition = { kind: "absent", after: 1 } as const;
  return { metric, condition, text: `${metric} off`, phrase: "off", actions: [], off: true };
}

function withGoal(condition: DraftCondition, metric: string, fail: Fail): Condition {
  if (condition.kind !== "not improved" || condition.goal !== undefined) return condition;
  const goal = goalOf(metric);
  if (goal !== undefined) return { ...condition, goal };
  throw fail(
    `but whether ${metric} wants to be small or large does not show in its name`,
    `${metric} not improved (min) for 10 points`,
  );
}

function withClear(condition: Condition, clear: number | undefined, metric: string, fail: Fail): Condition {
  if (clear === undefined) return condition;
  if (condition.kind !== "level") throw fail("where clear has no threshold to clear", `${metric} > 85 clear 80`);
  const { comparison, threshold } = condition;
  const isUpper = comparison.startsWith(">");
  if (isUpper ? clear <= threshold : clear >= threshold) return { ...condition, clear };
  throw fail(
    `where the threshold ${threshold} and the clear value ${clear} are in the wrong order`,
    `${metric} ${comparison} ${clear} clear ${threshold}`,
  );
}

/** These say for how long themselves. */
function checkHold(condition: Condition, hold: Span | undefined, metric: string, fail: Fail): void {
  if (condition.kind === "hang" && (hold === undefined || "points" in hold)) {
    throw fail("where it is not said for how long", "hang for 15m");
  }
  const hasOwnTime = condition.kind === "absent" || condition.kind === "not improved" || condition.kind === "changed";
  if (hasOwnTime && hold !== undefined) {
    throw fail("where it is said twice for how long", `${metric} ${phraseOf(condition)}`);
  }
}
