import type { Aggregate, Requirement } from "../model/requirement.ts";
import { isMetric } from "./alert-rule.ts";
import { Words } from "./alert-words.ts";
import { mistake } from "./origin.ts";
import { nearestWord } from "./spelling.ts";
import type { SettingSpec } from "./table.ts";
import { type Given, readList } from "./values.ts";

const AGGREGATES = ["last", "first", "min", "max", "mean", "count"] as const satisfies readonly Aggregate[];
const COMPARISONS = [">=", ">", "<=", "<", "==", "!="] as const satisfies readonly Requirement["comparison"][];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** What the run has to fulfil: `val_acc >= 0.97`, `max(memory_percent) < 90`. */
export function readRequirements(given: Given, spec: SettingSpec): Requirement[] {
  return readList(given, spec).map((text) => readRequirement(text, given, spec));
}

function readRequirement(text: string, { origin }: Given, { example }: SettingSpec): Requirement {
  const words = new Words(text, (problem, instead) => mistake(origin, text, problem, instead));
  const first = words.word("a metric", example);
  let metric = first;
  let aggregate: Aggregate = "last";
  if (words.take("(")) {
    const found = AGGREGATES.find((name) => name === first.text);
    if (found === undefined) {
      const near = nearestWord(first.text, AGGREGATES) ?? "max";
      throw words.error(first, `is none of ${AGGREGATES.join(", ")}`, `${near}(memory_percent) < 90`);
    }
    aggregate = found;
    metric = words.word("a metric", example);
    if (!words.take(")")) throw words.error(words.peek(), "stands where ) has to", `${found}(${metric.text}) < 90`);
  }
  if (!isMetric(metric.text) || /^[<>=!]/.test(metric.text))
    throw words.error(metric, "is no name of a metric", example);
  const sign = words.word("a comparison", `${metric.text} >= 0.97`);
  const comparison = COMPARISONS.find((known) => known === sign.text);
  if (comparison === undefined)
    throw words.error(sign, `is none of ${COMPARISONS.join(" ")}`, `${metric.text} >= 0.97`);
  const number = words.word("a number", `${metric.text} ${comparison} 0.97`);
  const digits = number.text.replace(/%$/, "");
  if (!NUMBER.test(digits)) throw words.error(number, "is no number", `${metric.text} ${comparison} 0.97`);
  words.take("%");
  const rest = words.peek();
  if (rest !== undefined) throw words.error(rest, "is one word too many", example);
  return { text: text.trim(), aggregate, metric: metric.text, comparison, value: Number(digits) };
}
