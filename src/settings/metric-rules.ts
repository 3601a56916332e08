import { UserError } from "../model/error.ts";
import type { MetricRule } from "../model/settings.ts";
import { nearestWord } from "./spelling.ts";

const KEYS = ["pattern", "name", "step"] as const;
const EXAMPLE = '[[metric]] with pattern = "loss {loss} acc {acc}%"';

/** Every line is searched for each of them. */
const MOST_RULES = 50;

/**
 * The `[[metric]]` tables of a settings file. Whether their patterns are any good is for `src/extract` to say.
 * @param file how messages name the file
 * @throws UserError for anything else in them that is no good
 */
export function readMetricRules(raw: unknown, file: string): MetricRule[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) throw new UserError(`metric in ${file} is no list of tables; type ${EXAMPLE}`);
  if (raw.length > MOST_RULES) {
    throw new UserError(`${file} has ${raw.length} [[metric]] tables, of which ${MOST_RULES} can be; leave some out`);
  }
  return raw.map((table: unknown, index) => readRule(table, `[[metric]] number ${index + 1} in ${file}`));
}

function readRule(table: unknown, label: string): MetricRule {
  if (typeof table !== "object" || table === null) throw new UserError(`${label} is no table; type ${EXAMPLE}`);
  const given: Readonly<Record<string, unknown>> = { ...table };
  const unknown = Object.keys(given).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) {
    throw new UserError(
      `${label} has the unknown key '${unknown}'; type ${nearestWord(unknown, KEYS) ?? KEYS.join(", ")}`,
    );
  }
  const pattern = textOf(given, "pattern", label, 'pattern = "loss {loss} acc {acc}%"');
  if (pattern === undefined) throw new UserError(`${label} has no pattern; type ${EXAMPLE}`);
  const name = textOf(given, "name", label, 'name = "val/loss"');
  const step = textOf(given, "step", label, 'step = "epoch"');
  if (name !== undefined && (!/\p{L}/u.test(name) || name.length > 250)) {
    throw new UserError(`the name of ${label} is '${name}', which is no name of a metric; type name = "val/loss"`);
  }
  return { label, pattern, ...(name === undefined ? {} : { name }), ...(step === undefined ? {} : { step }) };
}

function textOf(
  given: Readonly<Record<string, unknown>>,
  key: (typeof KEYS)[number],
  label: string,
  instead: string,
): string | undefined {
  const value = given[key];
  if (value === undefined) return undefined;
  if (typeof value === "string" && value.trim() !== "") return value;
  const text = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  throw new UserError(`${key} of ${label} is ${text}, which is no text; type ${instead}`);
}
