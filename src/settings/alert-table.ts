import type { AlertAction, AlertRule, Severity, Span } from "../model/alert.ts";
import { UserError } from "../model/error.ts";
import { COMMAND_TIMEOUT, readOutcome, severityNamed, shellAction, signalNamed } from "./alert-outcomes.ts";
import { type DraftCondition, isMetric, offRule, ruleOf } from "./alert-rule.ts";
import { parseDuration } from "./duration.ts";
import { nearestWord } from "./spelling.ts";

/** The keys that say what is asked of the metric; there is one of them in a table. */
const CONDITIONS = ["above", "below", "outside", "is", "not_improved", "changed", "absent"] as const;
const KEYS =
  "metric above below outside is not_improved goal changed within absent rate for clear severity repeat actions signal command timeout off".split(
    " ",
  );
const EXAMPLE = '[[alert]] with metric = "memory_percent" and above = 85';

/** Where a table was written. */
export interface TablePlace {
  /** How messages name the table: `[[alert]] number 2 in tracelet.toml`. */
  readonly label: string;
  /** The folder in which its command runs. */
  readonly folder: string;
}

/**
 * The rule of one `[[alert]]` table of a settings file: the same rules as docs/alerts.md has, with a key for each part.
 * @throws UserError for anything in it that is no good
 */
export function readAlertTable(raw: object, place: TablePlace): AlertRule {
  return new TableReader({ ...raw }, place).rule();
}

class TableReader {
  readonly #table: Readonly<Record<string, unknown>>;
  readonly #place: TablePlace;

  constructor(table: Readonly<Record<string, unknown>>, place: TablePlace) {
    this.#table = table;
    this.#place = place;
  }

  rule(): AlertRule {
    const unknown = Object.keys(this.#table).find((key) => !KEYS.includes(key));
    if (unknown !== undefined) {
      throw new UserError(
        `${this.#place.label} has the unknown key '${unknown}'; type ${nearestWord(unknown, KEYS) ?? KEYS.join(", ")}`,
      );
    }
    const metric = this.#text("metric", 'metric = "memory_percent"');
    if (metric === undefined || !isMetric(metric))
      throw this.#error("metric", "which is no name of a metric", 'metric = "memory_percent"');
    if (this.#flag("off")) return offRule(metric);
    return ruleOf(
      {
        metric,
        condition: this.#condition(metric),
        hold: this.#span("for", 'for = "30s"'),
        clear: this.#number("clear", "clear = 80"),
        severity: this.#severity(),
        repeat: this.#duration("repeat", 'repeat = "30m"'),
        actions: this.#actions(),
      },
      (problem, instead) => new UserError(`${this.#place.label} is a rule, ${problem}; type '${instead}' as a table`),
    );
  }

  #condition(metric: string): DraftCondition {
    const given = CONDITIONS.filter((key) => this.#table[key] !== undefined);
    const [key, second] = given;
    if (key === undefined && metric === "hang") return { kind: "hang" };
    if (key === undefined) {
      throw new UserError(
        `${this.#place.label} says nothing of ${metric}: it has none of ${CONDITIONS.join(", ")}; type ${EXAMPLE}`,
      );
    }
    if (second !== undefined) {
      throw new UserError(
        `${this.#place.label} has both ${key} and ${second}; make two tables of them, as in: ${EXAMPLE}`,
      );
    }
    const rate = this.#flag("rate") ? ({ rate: true } as const) : {};
    switch (key) {
      case "above":
      case "below":
        return {
          kind: "level",
          comparison: key === "above" ? ">" : "<",
          threshold: this.#number(key, `${key} = 85`) ?? 0,
          ...rate,
        };
      case "outside":
        return { kind: "outside", ...this.#range(), ...rate };
      case "is":
        return this.#notFinite();
      case "not_improved": {
        const span = this.#span(key, 'not_improved = "10 points"') ?? { points: 0 };
        const goal = this.#goal();
        return goal === undefined ? { kind: "not improved", span } : { kind: "not improved", span, goal };
      }
      case "changed":
        return this.#changed();
      case "absent":
        break;
    }
    return { kind: "absent", after: this.#duration(key, 'absent = "15m"') ?? 0 };
  }

  #range(): { low: number; high: number } {
    const range = this.#table["outside"];
    const [low, high, more] = Array.isArray(range) ? range.map(numberOf) : [];
    if (low === undefined || high === undefined || more !== undefined) {
      throw this.#error("outside", "which is no pair of numbers", "outside = [0.1, 0.9]");
    }
    return { low, high };
  }

  #notFinite(): DraftCondition {
    const words = (this.#text("is", 'is = "nan"') ?? "").toLowerCase().split(/\s+or\s+/);
    const wrong = words.find((word) => word !== "nan" && word !== "inf");
    if (wrong !== undefined) throw this.#error("is", 'which is neither "nan" nor "inf"', 'is = "nan or inf"');
    return { kind: "not finite", nan: words.includes("nan"), inf: words.includes("inf") };
  }

  #goal(): "min" | "max" | undefined {
    const goal = this.#table["goal"];
    if (goal === undefined || goal === "min" || goal === "max") return goal;
    throw this.#error("goal", 'which is neither "min" nor "max"', 'goal = "min"');
  }

  #changed(): DraftCondition {
    const factor = this.#number("changed", "changed = 10") ?? 0;
    if (factor <= 1) throw this.#error("changed", "which is no factor above 1", "changed = 10");
    const within = this.#duration("within", 'within = "5m"');
    if (within === undefined) throw this.#error("within", "but changed needs a window", 'within = "5m"');
    return { kind: "changed", factor, within };
  }

  #severity(): Severity | undefined {
    const given = this.#table["severity"];
    const severity = severityNamed(given);
    if (given === undefined || severity !== undefined) return severity;
    throw this.#error("severity", "which is none of info, warning, critical", 'severity = "critical"');
  }

  /** `"signal USR1"` and `"command ./save.sh"` in the list, or those words with a key of that name beside it. */
  #actions(): AlertAction[] {
    const given = this.#table["actions"] ?? [];
    const instead = 'actions = ["notify", "webhook"]';
    if (!Array.isArray(given) || !given.every((item) => typeof item === "string")) {
      throw this.#error("actions", "which is no list of texts", instead);
    }
    const named = this.#named();
    const listed = given.flatMap((item): AlertAction[] => {
      const [word = "", ...rest] = item.trim().split(/\s+/);
      const isNamed = rest.length === 0 && named.some(({ kind }) => kind === word);
      if (isNamed) return [];
      const outcome = readOutcome(
        word,
        rest.length === 0 ? undefined : item.trim().slice(word.length).trim(),
        this.#place.folder,
      );
      if ("action" in outcome) return [outcome.action];
      const problem = "problem" in outcome ? outcome.problem : "is a severity and no action";
      throw this.#error("actions", `where '${word}' ${problem}`, instead);
    });
    return [...listed, ...named];
  }

  #named(): AlertAction[] {
    const { signal, command } = this.#table;
    const timeout = this.#duration("timeout", 'timeout = "30s"') ?? COMMAND_TIMEOUT;
    const actions: AlertAction[] = [];
    if (signal !== undefined) {
      const name = typeof signal === "string" ? signalNamed(signal) : undefined;
      if (name === undefined) throw this.#error("signal", "which is no signal", 'signal = "USR1"');
      actions.push({ kind: "signal", signal: name });
    }
    if (command !== undefined) actions.push(this.#command(command, timeout));
    return actions;
  }

  /** Text is for the shell; a list is a program and its arguments. */
  #command(command: unknown, timeout: number): AlertAction {
    const { folder } = this.#place;
    if (typeof command === "string" && command.trim() !== "") return shellAction(command, folder, timeout);
    if (Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === "string")) {
      return { kind: "command", command, cwd: folder, timeout };
    }
    throw this.#error("command", "which is neither text nor a list of texts", 'command = "./save.sh"');
  }

  #text(key: string, instead: string): string | undefined {
    const value = this.#table[key];
    if (value === undefined || typeof value === "string") return value;
    throw this.#error(key, "which is no text", instead);
  }

  #flag(key: string): boolean {
    const value = this.#table[key];
    if (value === undefined || typeof value === "boolean") return value === true;
    throw this.#error(key, "which is neither true nor false", `${key} = true`);
  }

  #number(key: string, instead: string): number | undefined {
    const value = this.#table[key];
    const number = numberOf(value);
    if (value === undefined || number !== undefined) return number;
    throw this.#error(key, "which is no number", instead);
  }

  #duration(key: string, instead: string): number | undefined {
    const value = this.#table[key];
    if (value === undefined) return undefined;
    const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
    if (milliseconds === undefined) throw this.#noDuration(key, instead);
    return milliseconds;
  }

  #span(key: string, instead: string): Span | undefined {
    const value = this.#table[key];
    const points = typeof value === "string" ? /^\s*([1-9]\d*)\s*(points?|samples?)\s*$/.exec(value)?.[1] : undefined;
    if (points !== undefined) return { points: Number(points) };
    const milliseconds = this.#duration(key, instead);
    return milliseconds === undefined ? undefined : { milliseconds };
  }

  #noDuration(key: string, instead: string): UserError {
    const value = this.#table[key];
    const isBare = typeof value === "number" || typeof value === "bigint" || /^\s*[\d.]+\s*$/.test(String(value));
    return this.#error(key, isBare ? "which has no unit, such as s, m, h or d" : "which is no duration", instead);
  }

  #error(key: string, problem: string, instead: string): UserError {
    const value = this.#table[key];
    const text =
      value === undefined
        ? "missing"
        : JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one));
    return new UserError(`${key} of ${this.#place.label} is ${text}, ${problem}; type ${instead}`);
  }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
