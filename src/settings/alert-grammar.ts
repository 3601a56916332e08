import type { AlertAction, AlertRule, Comparison, Severity, Span } from "../model/alert.ts";
import { UserError } from "../model/error.ts";
import { type DraftCondition, isMetric, offRule, type RuleDraft, ruleOf } from "./alert-rule.ts";
import { readOutcome } from "./alert-outcomes.ts";
import { type Fail, type Word, Words } from "./alert-words.ts";
import { parseDuration } from "./duration.ts";

const EXAMPLE = "memory_percent > 75";
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ">": ">",
  ">=": ">=",
  "<": "<",
  "<=": "<=",
  above: ">",
  below: "<",
};
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Metrics whose values run from 0 to 100, by the ends of their names. */
const IN_PERCENT = /_(percent|utilization)$/;

/**
 * Reads one alert rule as people type it: docs/alerts.md has the grammar.
 * @param cwd the folder in which a command of the rule runs
 * @param fail makes the error, so that it can name the place the text came from
 */
export function parseAlertRule(
  text: string,
  cwd: string,
  fail: Fail = (problem, instead) => new UserError(`the alert rule is '${text}', ${problem}; type '${instead}'`),
): AlertRule {
  return new RuleParser(new Words(text, fail), cwd, fail).rule();
}

class RuleParser {
  readonly #words: Words;
  readonly #cwd: string;
  readonly #fail: Fail;
  #hold: Span | undefined;
  #clear: number | undefined;
  #repeat: number | undefined;
  /** Where the last number begins that has to fit another. */
  #ordered: number | undefined;

  constructor(words: Words, cwd: string, fail: Fail) {
    this.#words = words;
    this.#cwd = cwd;
    this.#fail = fail;
  }

  rule(): AlertRule {
    const subject = this.#subject();
    if (this.#words.take("off")) {
      this.#end();
      return offRule(subject.metric);
    }
    const condition = subject.condition ?? this.#condition(subject);
    this.#options(subject.metric);
    const draft: RuleDraft = { metric: subject.metric, condition, ...this.#outcomes() };
    this.#end();
    return ruleOf({ ...draft, hold: this.#hold, clear: this.#clear, repeat: this.#repeat }, (problem, instead) =>
      this.#fail(this.#ordered === undefined ? problem : `${problem} (column ${this.#ordered + 1})`, instead),
    );
  }

  #subject(): { metric: string; rate?: true; condition?: DraftCondition } {
    const words = this.#words;
    const [second, third] = [words.peek(1), words.peek(2)];
    if (third?.text === "for" && second !== undefined && words.take("no")) {
      const metric = this.#metric();
      words.take("for");
      return { metric, condition: { kind: "absent", after: this.#duration(`no ${metric} for 15m`) } };
    }
    const isHang = second === undefined || ["for", "off", "=>", "repeat"].includes(second.text);
    if (isHang && words.take("hang")) {
      return words.peek()?.text === "off" ? { metric: "hang" } : { metric: "hang", condition: { kind: "hang" } };
    }
    if (words.take("rate", "(")) {
      const metric = this.#metric();
      if (!words.take(")")) throw words.error(words.peek(), "stands where ) has to", `rate(${metric}) > 75`);
      return { metric, rate: true };
    }
    return { metric: this.#metric() };
  }

  #metric(): string {
    const word = this.#words.word("a metric", EXAMPLE);
    if (!isMetric(word.text) || /^[<>=!]/.test(word.text)) {
      throw this.#words.error(word, "is no name of a metric", EXAMPLE);
    }
    return word.text;
  }

  #condition({ metric, rate }: { metric: string; rate?: true }): DraftCondition {
    const words = this.#words;
    const isRate = rate === true ? ({ rate } as const) : {};
    const subject = rate === true ? `rate(${metric})` : metric;
    const word = words.peek();
    const comparison = word === undefined ? undefined : COMPARISONS[word.text];
    if (word !== undefined && comparison !== undefined) {
      words.take(word.text);
      return { kind: "level", comparison, threshold: this.#number(metric, `${subject} ${word.text} 75`), ...isRate };
    }
    if (words.take("outside"))
      return { kind: "outside", ...this.#range(metric, `${subject} outside 0 to 75`), ...isRate };
    if (rate === true) throw words.error(word, "is no comparison", `${subject} > 75`);
    if (words.take("is")) return this.#notFinite(metric);
    if (words.take("not", "improved")) return this.#notImproved(metric);
    if (words.take("changed")) return this.#changed(metric);
    if (words.take("absent")) {
      words.take("for");
      return { kind: "absent", after: this.#duration(`no ${metric} for 15m`) };
    }
    if (word !== undefined && /^[<>=!]+$/.test(word.text)) {
      throw words.error(word, "is none of > >= < <=", `${metric} > 75`);
    }
    const what = word === undefined ? "is the end of the rule, and a condition is missing" : "is no condition";
    throw words.error(word, `${what}, such as > 75 (in quotes, or the shell takes > for itself)`, `${metric} > 75`);
  }

  #notFinite(metric: string): DraftCondition {
    const found = { nan: false, inf: false };
    do {
      const word = this.#words.word("nan or inf", `${metric} is nan`);
      const name = word.text.toLowerCase();
      if (name !== "nan" && name !== "inf") throw this.#words.error(word, "is neither nan nor inf", `${metric} is nan`);
      found[name] = true;
    } while (this.#words.take("or"));
    return { kind: "not finite", ...found };
  }

  #notImproved(metric: string): DraftCondition {
    const words = this.#words;
    const instead = `${metric} not improved for 10 points`;
    const goal = words.take("(", "min", ")") ? "min" : words.take("(", "max", ")") ? "max" : undefined;
    if (!words.take("for")) throw words.error(words.peek(), "stands where 'for' has to", instead);
    const span = this.#span(instead);
    return goal === undefined ? { kind: "not improved", span } : { kind: "not improved", span, goal };
  }

  #changed(metric: string): DraftCondition {
    const words = this.#words;
    const instead = `${metric} changed by 10x within 5m`;
    words.take("by");
    const word = words.word("a factor", instead);
    const factor = Number(word.text.replace(/x$/i, ""));
    if (!NUMBER.test(word.text.replace(/x$/i, "")) || !(factor > 1)) {
      throw words.error(word, "is no factor above 1", instead);
    }
    if (!words.take("within")) throw words.error(words.peek(), "stands where 'within' has to", instead);
    return { kind: "changed", factor, within: this.#duration(instead) };
  }

  #range(metric: string, instead: string): { low: number; high: number } {
    const words = this.#words;
    this.#ordered = words.peek()?.at;
    const low = this.#number(metric, instead, /^\[/);
    if (!words.take("to") && !words.take(",")) throw words.error(words.peek(), "stands where 'to' has to", instead);
    return { low, high: this.#number(metric, instead, /\]$/) };
  }

  #options(metric: string): void {
    const words = this.#words;
    for (;;) {
      if (words.take("for")) this.#hold = this.#span(`${metric} > 75 for 30s`);
      else if (words.take("clear")) {
        this.#ordered = words.peek()?.at;
        this.#clear = this.#number(metric, `${metric} > 75 clear 70`);
      } else if (words.take("repeat")) this.#repeat = this.#duration(`${metric} > 75 repeat 30m`);
      else return;
    }
  }

  #outcomes(): { severity?: Severity; actions: AlertAction[] } {
    const words = this.#words;
    const actions: AlertAction[] = [];
    let severity: Severity | undefined;
    if (!words.take("=>")) return { actions };
    do {
      const word = words.word("what to do", "loss is nan => stop");
      const rest = word.text === "signal" || word.text === "command" ? this.#rest(word) : undefined;
      const outcome = readOutcome(word.text, rest, this.#cwd);
      if ("problem" in outcome) throw words.error(word, outcome.problem, "loss is nan => critical, stop");
      if ("action" in outcome) actions.push(outcome.action);
      else severity = outcome.severity;
    } while (words.take(",") || words.take("and"));
    return { actions, ...(severity === undefined ? {} : { severity }) };
  }

  /** The text behind `signal` or `command`. */
  #rest({ text }: Word): string | undefined {
    const next = this.#words.peek();
    if (next === undefined || (!next.quoted && /^[,<>=!]/.test(next.text))) return undefined;
    return this.#words.word("", `loss is nan => ${text}`).text;
  }

  #end(): void {
    const word = this.#words.peek();
    if (word !== undefined) throw this.#words.error(word, "is one word too many", EXAMPLE);
  }

  /** A number with or without a percent sign. @param bracket what may stand around it */
  #number(metric: string, instead: string, bracket?: RegExp): number {
    const word = this.#words.word("a number", instead);
    const bare = bracket === undefined ? word.text : word.text.replace(bracket, "");
    const isPercent = bare.endsWith("%") || this.#words.take("%");
    const text = bare.replace(/%$/, "");
    const value = Number(text);
    if (!NUMBER.test(text) || !Number.isFinite(value)) throw this.#words.error(word, "is no number", instead);
    if (isPercent && !IN_PERCENT.test(metric)) {
      throw this.#fail(`but ${metric} is not measured in percent, so leave the % out`, instead.replace(/75/, text));
    }
    return value;
  }

  #duration(instead: string): number {
    const { word, text, milliseconds } = this.#measure(instead);
    if (milliseconds === undefined) throw this.#noDuration(word, text, instead);
    return milliseconds;
  }

  #span(instead: string): Span {
    const { word, text, points, milliseconds } = this.#measure(instead);
    if (points !== undefined) return { points };
    if (milliseconds === undefined) throw this.#noDuration(word, text, instead);
    return { milliseconds };
  }

  #noDuration(word: Word, text: string, instead: string): UserError {
    const problem = NUMBER.test(text) ? "has no unit, such as s, m, h or d" : "is no duration";
    return this.#words.error(word, problem, instead);
  }

  /** `30s`, `30 s`, `1h 30m`, `10 points`. */
  #measure(instead: string): { word: Word; text: string; points?: number; milliseconds?: number } {
    const words = this.#words;
    const word = words.word("a duration", instead);
    const next = words.peek();
    if (next !== undefined && /^(points?|samples?)$/.test(next.text) && /^\d+$/.test(word.text)) {
      words.take(next.text);
      return Number(word.text) > 0 ? { word, text: word.text, points: Number(word.text) } : { word, text: word.text };
    }
    let text = word.text;
    while (isMoreOf(text, words.peek()?.text)) text += ` ${words.word("", instead).text}`;
    const milliseconds = parseDuration(text);
    return { word, text, ...(milliseconds === undefined ? {} : { milliseconds }) };
  }
}

/** Whether a word goes on with a duration: a unit behind its number, or another number with a unit. */
function isMoreOf(text: string, next: string | undefined): boolean {
  if (next === undefined) return false;
  if (NUMBER.test(text.split(" ").at(-1) ?? "")) return parseDuration(`1${next}`) !== undefined;
  return /^\d/.test(next) && parseDuration(next) !== undefined;
}
