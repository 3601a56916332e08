import { UserError } from "../../model/error.ts";
import type { Extracted } from "../../model/extract.ts";
import type { MetricRule } from "../../model/settings.ts";
import { isKey, keyOf } from "../names/keys.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { compilePattern, type Pattern, PatternError } from "../patterns/index.ts";

/** What the user's own rules make of a line. */
export interface RuledLine {
  /** Every entry is wanted, whatever its name. */
  readonly entries: readonly Extracted[];
  /** The rules that spoke. */
  readonly labels: readonly string[];
}

/** The user's own rules, ready for use. */
export interface RuleReader {
  /** `undefined`: no rule has anything to say about this line. */
  read(text: string): RuledLine | undefined;
  /** Whether a line of these bytes may be one for the rules; a cheap look. */
  mayRead(bytes: Uint8Array): boolean;
}

/** What a rule sees of a line: a search takes its time for each character. */
const LONGEST_LINE = 8 * 1024;

const [ESCAPE, BACKSPACE] = [0x1b, 0x08];

/** The group that is the value where a rule has a name of its own. */
const VALUE = "value";

/**
 * Reads the patterns of the rules.
 * @throws UserError for a pattern that is no good, with the column
 */
export function compileRules(rules: readonly MetricRule[]): RuleReader {
  const compiled = rules.map(compileRule);
  const needles = compiled.map(({ pattern }) => Buffer.from(pattern.needle));
  return {
    read(text) {
      const line = text.slice(0, LONGEST_LINE);
      const entries: Extracted[] = [];
      const labels: string[] = [];
      for (const rule of compiled) {
        const found = entriesOf(rule, line);
        if (found.length === 0) continue;
        labels.push(rule.label);
        entries.push(...found.filter(({ key }) => entries.every((entry) => entry.key !== key)));
      }
      return labels.length === 0 ? undefined : { entries, labels };
    },
    mayRead: (bytes) => {
      const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // What a terminal does not show may stand inside the text.
      return needles.some((needle) => line.includes(needle)) || line.includes(ESCAPE) || line.includes(BACKSPACE);
    },
  };
}

interface CompiledRule {
  readonly label: string;
  readonly pattern: Pattern;
  /** The key of each group; `undefined` for one that is no metric. */
  readonly keys: readonly (string | undefined)[];
}

function compileRule(rule: MetricRule): CompiledRule {
  const pattern = patternOf(rule);
  if (rule.step !== undefined && !pattern.groups.includes(rule.step)) {
    const groups = pattern.groups.filter((name) => name !== undefined).join(", ") || "none with a name";
    throw new UserError(
      `step of ${rule.label} is '${rule.step}', which is no group of its pattern; there is ${groups}`,
    );
  }
  const value = valueGroup(rule, pattern);
  const keys = pattern.groups.map((name, index) => {
    if (name !== undefined && name === rule.step) return "step";
    if (value !== undefined) return index === value ? keyOf(rule.name ?? "") : undefined;
    return name?.startsWith("_") === false ? name : undefined;
  });
  if (!keys.some((key) => key !== undefined && key !== "step" && isKey(key))) {
    throw new UserError(
      `the pattern of ${rule.label} is '${rule.pattern}', which has no group for a number; type pattern = "loss {loss}"`,
    );
  }
  return { label: rule.label, pattern, keys };
}

function patternOf({ pattern, label }: MetricRule): Pattern {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new UserError(`the pattern of ${label} is '${pattern}', which at column ${error.column} ${error.message}`, {
      cause: error,
    });
  }
}

/** The index of the group that a rule with a name is about. */
function valueGroup({ name, step, pattern, label }: MetricRule, { groups }: Pattern): number | undefined {
  if (name === undefined) return undefined;
  const named = groups.indexOf(VALUE);
  if (named !== -1) return named;
  const others = groups.flatMap((group, index) => (group !== undefined && group === step ? [] : [index]));
  const [only] = others;
  if (others.length === 1 && only !== undefined) return only;
  const count = others.length === 0 ? "no group" : `${others.length} groups`;
  throw new UserError(
    `${label} has the name '${name}', and its pattern '${pattern}' has ${count} for it; type (?<${VALUE}>…) for the one`,
  );
}

function entriesOf({ pattern, keys }: CompiledRule, line: string): Extracted[] {
  const found = pattern.find(line);
  if (found === undefined) return [];
  const entries: Extracted[] = [];
  let hasMetric = false;
  for (const [index, key] of keys.entries()) {
    const value = key === undefined ? undefined : parseNumber(found[index] ?? "");
    if (key === undefined || value === undefined) continue;
    entries.push({ key, value });
    hasMetric ||= key !== "step";
  }
  return hasMetric ? entries : [];
}
