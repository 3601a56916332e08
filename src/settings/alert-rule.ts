import { UserError } from "../model/error.ts";
import type { AlertRule } from "../model/alert.ts";

const EXAMPLE = "memory_percent > 75";
const COMPARISONS = new Set<string>([">", ">=", "<", "<="]);

/** `memory_percent > 75`, `gpu_0_temperature >= 85`, `val/loss < 1e-3`, `cpu_percent > 90 %`. */
const RULE = /^\s*(?<metric>[^\s<>=!%]+)\s*(?<comparison>[<>=!]+)\s*(?<threshold>[^\s%]+)\s*(?<percent>%?)\s*$/;
// No \p{L} here: V8 compiles that class anew in every process, which costs more than all other settings together.
const METRIC = /^(?![\d.:+/-])[^,;'"`()[\]{}]+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Metrics whose values run from 0 to 100, by the ends of their names. */
const IN_PERCENT = /_(percent|utilization)$/;

/**
 * Reads one alert rule as people type it. `fail` makes the error, so that it can name the place the text came from;
 * it gets what is wrong with the text and a rule that works.
 */
export function parseAlertRule(
  text: string,
  fail: (problem: string, instead: string) => UserError = (problem, instead) =>
    new UserError(`the alert rule is '${text}', ${problem}; type '${instead}'`),
): AlertRule {
  const { metric, comparison, threshold, percent } = RULE.exec(text)?.groups ?? {};
  if (metric === undefined || comparison === undefined || threshold === undefined) {
    throw fail(
      "which is not a metric, a comparison and a number (in quotes, or the shell takes > for itself)",
      EXAMPLE,
    );
  }
  if (!METRIC.test(metric)) throw fail(`where '${metric}' is no name of a metric`, EXAMPLE);
  if (!isComparison(comparison)) {
    throw fail(`where '${comparison}' is none of > >= < <=`, `${metric} > 75`);
  }
  const value = Number(threshold);
  if (!NUMBER.test(threshold) || !Number.isFinite(value)) {
    throw fail(`where '${threshold}' is no number`, `${metric} ${comparison} 75`);
  }
  if (percent === "%" && !IN_PERCENT.test(metric)) {
    throw fail(`but ${metric} is not measured in percent, so leave the % out`, `${metric} ${comparison} ${threshold}`);
  }
  return { metric, comparison, threshold: value };
}

function isComparison(text: string): text is AlertRule["comparison"] {
  return COMPARISONS.has(text);
}
