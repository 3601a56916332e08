import type { Extracted } from "../model/extract.ts";
import { isKey, keyOf } from "./keys.ts";
import { type Literal, parseObject } from "./literals.ts";
import type { NameBook } from "./name-book.ts";
import { parseNumber } from "./numbers.ts";
import type { Reading } from "./reading.ts";

/** Fields whose text names the number in `value`, as event loggers print it. */
const NAME_FIELDS = ["key", "name", "metric", "metric_name", "tag"] as const;

/** Text in front of the object that is no sentence: `:::MLLOG`, `metrics:`, `12:`, `train -`. */
const LEAD = /^\s*(?:\S{1,40} ?){0,3}$/;

/** The object a line ends with, when no more than a short label stands in front of it. */
export function objectAtEnd(
  text: string,
): { readonly lead: string; readonly fields: ReadonlyMap<string, Literal> } | undefined {
  const start = text.indexOf("{");
  if (start === -1 || !text.trimEnd().endsWith("}")) return undefined;
  const lead = text.slice(0, start);
  if (!LEAD.test(lead)) return undefined;
  const fields = parseObject(text.trimEnd(), start);
  return fields === undefined ? undefined : { lead, fields };
}

/**
 * The numbers of an object. Nested objects are joined with `/`; a position is found at any depth; a list counts when it
 * has one number; numbers in quotes count as numbers.
 */
export function readingOf(fields: ReadonlyMap<string, Literal>, names: NameBook): Reading {
  const flat = flatten(fields, "", names);
  const named = namedValue(fields, names);
  // Of two keys that differ in a digit only, both count: another line of this shape may have the same key twice.
  if (named === undefined) return { entries: flat, steady: !hasDigitInKey(fields) };
  const positions = flat.filter(({ key }) => names.rankOf(key) > 0);
  // `{"key": "eval_start", "value": 40, "metadata": {"epoch": 40}}` says where it is, not what was measured.
  const measured = named.filter(({ value }) => positions.every((position) => position.value !== value));
  return { entries: [...positions, ...measured], steady: false };
}

function hasDigitInKey(fields: ReadonlyMap<string, Literal>): boolean {
  for (const [name, value] of fields) {
    if (/\d/.test(name) || (value instanceof Map && hasDigitInKey(value))) return true;
  }
  return false;
}

/** `{"key": "eval_accuracy", "value": 0.7}`: the name is the text of a field. */
function namedValue(fields: ReadonlyMap<string, Literal>, names: NameBook): readonly Extracted[] | undefined {
  const value = fields.get("value");
  const name = NAME_FIELDS.map((field) => fields.get(field)).find((text) => typeof text === "string");
  if (typeof name !== "string" || !fields.has("value")) return undefined;
  if (value instanceof Map) return flatten(value, "", names);
  return typeof value === "number" && isKey(keyOf(name)) ? [{ key: keyOf(name), value }] : [];
}

function flatten(
  fields: ReadonlyMap<string, Literal>,
  prefix: string,
  names: NameBook,
  into: Extracted[] = [],
): Extracted[] {
  for (const [name, value] of fields) {
    if (value instanceof Map) {
      flatten(value, `${prefix}${name}/`, names, into);
      continue;
    }
    const number = numberOf(value);
    if (number === undefined) continue;
    const key = keyOf(prefix + name);
    // The position of the whole object: `metadata/step` is the step.
    if (isKey(key)) into.push({ key: names.rankOf(name) === 0 ? key : name, value: number });
  }
  return into;
}

function numberOf(value: Literal): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string") return parseNumber(value);
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "number" ? value[0] : undefined;
}
