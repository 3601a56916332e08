import type { Extracted } from "../../model/extract.ts";
import { isKey, keyOf } from "../names/keys.ts";
import { isHeldOut, mayBeOfSplit } from "../pairs/line-splits.ts";
import {
  type Literal,
  type LiteralMap,
  parseList,
  parseObject,
  type PrintedNumber,
  type PrintedText,
} from "./literals.ts";
import type { NameBook } from "../names/name-book.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { scanPairs } from "../pairs/pair-scanner.ts";
import { NOTHING, type NumberSource, type Reading } from "../reading.ts";
import { isFixed } from "../relevance.ts";
import { SPLIT_FIELD } from "../pairs/sections.ts";
import { parseResult, startOfResult } from "./result-calls.ts";

/** Fields whose text names the number in `value`, as event loggers print it. */
const NAME_FIELDS = ["key", "name", "metric", "metric_name", "tag"] as const;

/** Text in front of the object that is no sentence: `:::MLLOG`, `metrics:`, `12:`, `train -`, `[ time:2.0s epochs:0.4 ]`; or a field of its own. */
const LEAD = /^\s*(?:\[[^[\]]{0,120}\] {0,2}){0,3}(?:\S{1,40} {0,2}){0,3}$|\t$/;

/** The same behind the level of a log, whatever stands in front of that: `server 0 - Wed, 27 Apr 03:38:38 run.py INFO metrics = ` */
const BEHIND_LEVEL = /\b(?:DEBUG|INFO)\b[\]:]{0,2} {1,2}(?:\[[^[\]]{1,80}\] )?(?:\S{1,40} {0,2}){0,3}$/;

/** Longer text in front of an object is no label. */
const LONGEST_LEAD = 160;

/** What says that settings follow: `Ensemble Weights:`, `with parameters` */
const OF_SETTINGS =
  /\b(?:config|configuration|args|arguments|params|parameters|hparams|hyperparameters|kwargs|weights|settings|options)\W{0,3}$/i;

/** The object that a line ends with. */
export interface ObjectAtEnd {
  readonly fields: LiteralMap;
  /** What stands in front of it, when that says where it is: `Epoch 3 - train metrics:`. */
  readonly lead: Reading | undefined;
  /** The data that are held out, if they are what its numbers are of: `val` in front of it, or in it. */
  readonly split: string | undefined;
}

/** A dict that is printed as the call that makes it: `OrderedDict([('loss', 0.5)])`, `defaultdict(<class 'float'>, {…})` */
const DICT_CALL = /\b[A-Za-z]*[dD]ict\((?=[[{<])/;

/** What says that metrics follow, whatever their names: `Losses {'parser': 2.5}`, `Epoch 3 - train metrics: {…}` */
const OF_METRICS = /(?:^|[\s,])(?:[Ll]oss(?:es)?|[Mm]etrics|[Ss]cores)[:=]? ?$/;

/** Where the first object of a line begins; -1 where none does. */
export function startOfObject(text: string): number {
  const result = startOfResult(text);
  if (result !== -1) return result;
  const call = text.includes("ict(") ? text.search(DICT_CALL) : -1;
  const brace = text.indexOf("{");
  if (call !== -1 && (brace === -1 || call < brace)) return call;
  // `statistics:[('average_loss', 0.3), ('n_updates', 12)]`
  return brace === -1 ? text.indexOf("[('") : brace;
}

/** What ends an object that begins so; a call ends with a parenthesis. */
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** The object a line ends with, when no more than a short label or a position stands in front of it. */
export function objectAtEnd(text: string, names: NameBook): ObjectAtEnd | undefined {
  const start = startOfObject(text);
  if (start === -1 || start > LONGEST_LEAD) return undefined;
  const front = text.slice(0, start);
  if (OF_SETTINGS.test(front)) return undefined;
  const line = text.trimEnd();
  if (!line.endsWith(CLOSING[text[start] ?? ""] ?? ")")) return objectWithin(line, start, names);
  const [, number] = NUMBERED.exec(front) ?? [];
  const reading = number === undefined && /\d/.test(front) ? scanPairs(front, names) : undefined;
  const lead = number !== undefined ? atStep(number) : isPlaced(reading, names) ? reading : undefined;
  if (lead === undefined && !LEAD.test(front) && !BEHIND_LEVEL.test(front)) return undefined;
  const fields = startOfResult(line) === start ? parseResult(line, start) : parseObject(line, start);
  return fields && { fields, lead, split: splitOf(front, fields) };
}

/** `3 {'loss': 0.5}`: all that stands in front of the object. With a colon it could be a rank: `0: {'loss': 0.5}`. */
const NUMBERED = /^\s*(\d{1,9})\s+$/;

function atStep(number: string): Reading {
  return { entries: [{ key: "step", value: Number(number) }], steady: false };
}

/** `epoch=5 metrics={'loss': 0.5} step=500`, and `progress: (3, 0.5, {'accuracy': 0.9}, 12.5)` with its position in front. */
function objectWithin(line: string, start: number, names: NameBook): ObjectAtEnd | undefined {
  const end = line.lastIndexOf("}") + 1;
  const [front, behind] = [line.slice(0, start), line.slice(end)];
  if (end <= start || !BEHIND.test(behind)) return undefined;
  const [, first] = behind.endsWith(")") ? (IN_TUPLE.exec(front) ?? []) : [];
  const lead: Reading = first === undefined ? scanPairs(front + behind, names) : atStep(first);
  if (!isPlaced(lead, names) || (first === undefined && behind.endsWith(")"))) return undefined;
  const fields = parseObject(line.slice(0, end), start);
  return fields && { fields, lead: { entries: lead.entries, steady: false }, split: splitOf(front, fields) };
}

/** Pairs, or the end of a tuple. */
const BEHIND = /^(?:(?: [A-Za-z_]\w{0,40}=[^\s={}]{1,60}){1,8}|(?:, \d{1,15}(?:\.\d{0,40})?){0,2}\))$/;
const IN_TUPLE = /\((\d{1,9}), (?:[-+]?\d[\d.]{0,40}(?:e[-+]?\d{1,3})?, )?$/;

function isPlaced(reading: Reading | undefined, names: NameBook): boolean {
  return reading?.entries.some(({ key }) => names.rankOf(key) > 0) ?? false;
}

/** Whether so much stands in front of the object that its length may decide. */
export function isBehindLead(text: string): boolean {
  const lead = startOfObject(text);
  return lead > SHORT_LEAD || (lead > 0 && text.slice(0, lead).includes("."));
}

const SHORT_LEAD = 20;

/**
 * The numbers of an object in this text. Nested objects are joined with `/`; a position is found at any depth; a list
 * counts when it has one number; numbers in quotes count as numbers.
 */
export function readingOf(text: string, object: ObjectAtEnd, names: NameBook): Reading {
  const reading = withLead(text, object, readingOfFields(text, object.fields, object.split, names));
  // Text or a weight in it makes it settings.
  const isPlain = [...object.fields.values()].every((value) => isNumber(value));
  if (!isPlain || reading.entries.some(({ key }) => /^(?:metric|setting)$/.test(names.kindOf(key)))) return reading;
  if (!OF_METRICS.test(text.slice(0, Math.max(0, startOfObject(text))))) return reading;
  return { entries: reading.entries.map((entry) => ({ ...entry, isMetric: true })), steady: false };
}

/** Those of the object, with the position in front of it. */
function withLead(text: string, { lead }: ObjectAtEnd, reading: Reading): Reading {
  if (lead === undefined) return reading;
  const own = new Set(reading.entries.map(({ key }) => key));
  const steady = lead.steady && reading.steady && lead.entries.every(({ key }) => !own.has(key));
  return {
    entries: [...reading.entries, ...lead.entries.filter(({ key }) => !own.has(key))],
    steady,
    sources: () => {
      const [front, back] = [lead.sources?.(), reading.sources?.()];
      return front && back && { text, numbers: [...back.numbers, ...front.numbers] };
    },
  };
}

function readingOfFields(text: string, fields: LiteralMap, split: string | undefined, names: NameBook): Reading {
  const { entries: plain, printed } = flatten(fields, "", names);
  if (areSettings(fields, plain, names)) return NOTHING;
  const entries = split === undefined ? plain : plain.map((entry) => ofSplit(entry, split, names));
  const named = namedValue(fields, names);
  if (named === undefined) {
    // Of two keys that differ in a digit only, both count: another line of this shape may have the same key twice.
    const steady = !hasDigitInKey(fields) && entries.every(({ step }) => step === undefined);
    return { entries, steady, sources: () => ({ text, numbers: printed.map(sourceOf) }) };
  }
  const positions = entries.filter(({ key }) => names.rankOf(key) > 0);
  // `{"key": "eval_start", "value": 40, "metadata": {"epoch": 40}}` says where it is, not what was measured.
  const measured = named.filter(({ value }) => positions.every((position) => position.value !== value));
  return { entries: [...positions, ...measured], steady: false };
}

/** `{'name': 'adam', 'rate': 0.001, 'amp': True}`: with a flag or a known setting, and with no position and no metric. */
function areSettings(fields: LiteralMap, entries: readonly Extracted[], names: NameBook): boolean {
  if (entries.some(({ key }) => names.rankOf(key) > 0 || names.kindOf(key) === "metric")) return false;
  return [...fields].some(([name, value]) => value === undefined || isFixed(name, names));
}

/** Of `eval metrics: {"loss": 0.5}` and `{"mode": "val", "loss": 0.5}`. */
function splitOf(front: string, fields: LiteralMap): string | undefined {
  const [, word = ""] = SPLIT_IN_FRONT.exec(front) ?? [];
  if (isHeldOut(word)) return word;
  for (const [name, value] of fields) {
    const text = SPLIT_FIELD.test(name) ? textOf(value) : undefined;
    if (text !== undefined && isHeldOut(text)) return text;
  }
  return undefined;
}

/** The last word in front, or the one before a word such as `metrics`. */
const SPLIT_IN_FRONT =
  /(?:^|[\s[(])([A-Za-z]{3,10})(?: (?:set|metrics?|results?|scores?|stats|summary))?[\s\]):=-]{0,4}$/i;

function ofSplit(entry: Extracted, split: string, names: NameBook): Extracted {
  return mayBeOfSplit(entry.key, names) ? { ...entry, key: `${split}/${entry.key}` } : entry;
}

function hasDigitInKey(fields: LiteralMap): boolean {
  for (const [name, value] of fields) {
    if (/\d/.test(name) || (value instanceof Map && hasDigitInKey(value))) return true;
  }
  return false;
}

/**
 * Of a list of objects with a name and a value each, `epoch: 4 loss: 1.02 [{"name": "acc", "value": 0.5}, {"name": "fp", "value": 0.1}]`,
 * with the pairs in front of it; `undefined` where the line does not end with one.
 */
export function listedValues(text: string, names: NameBook): Reading | undefined {
  const line = text.trimEnd();
  const start = line.search(/\[\s*\{/);
  const list = start !== -1 && start <= LONGEST_LEAD && line.endsWith("]") ? parseList(line, start) : undefined;
  if (list === undefined) return undefined;
  const entries = list.map((item) => (item instanceof Map ? namedValue(item as LiteralMap, names) : undefined));
  if (entries.length === 0 || !entries.every((entry) => entry !== undefined)) return undefined;
  return { entries: [...scanPairs(line.slice(0, start), names).entries, ...entries.flat()], steady: false };
}

/** The numbers of an object, and how each is printed. */
interface Flat {
  readonly entries: Extracted[];
  readonly printed: (PrintedNumber | PrintedText)[];
}

/** `{"key": "eval_accuracy", "value": 0.7}`: the name is the text of a field; the value may be in an object beside it. */
function namedValue(fields: LiteralMap, names: NameBook): readonly Extracted[] | undefined {
  const name = NAME_FIELDS.map((field) => textOf(fields.get(field))).find((text) => text !== undefined);
  if (name === undefined) return undefined;
  const holder = fields.has("value") ? fields : [...fields.values()].find((inner) => holdsValue(inner, names));
  if (!(holder instanceof Map)) return undefined;
  const value = (holder as LiteralMap).get("value");
  if (value instanceof Map) return flatten(value, "", names).entries;
  return isPrinted(value) && value.kind === "number" && isKey(keyOf(name))
    ? [{ key: keyOf(name), value: value.value }]
    : [];
}

/** `{"step": 3, "value": 0.5}`: a value and where it is, and no other number. */
function holdsValue(inner: Literal, names: NameBook): boolean {
  if (!(inner instanceof Map) || !inner.has("value")) return false;
  return [...(inner as LiteralMap)].every(
    ([name, value]) => name === "value" || names.rankOf(name) > 0 || !isNumber(value),
  );
}

function flatten(fields: LiteralMap, prefix: string, names: NameBook, into: Flat = { entries: [], printed: [] }): Flat {
  for (const [name, value] of fields) {
    if (value instanceof Map) {
      flatten(value, `${prefix}${name}/`, names, into);
      continue;
    }
    const series = Array.isArray(value) && names.kindOf(name) === "metric" ? seriesOf(value) : [];
    if (series.length > 0) {
      for (const { step, printed } of series) {
        into.entries.push({ key: keyOf(prefix + name), value: printed.value, step });
        into.printed.push(printed);
      }
      continue;
    }
    const printed = Array.isArray(value) ? numberIn(value, names.rankOf(name) > 0) : value;
    const number = names.rankOf(name) > 0 ? (counted(printed) ?? numberOf(printed)) : numberOf(printed);
    if (number === undefined || !isPrinted(printed)) continue;
    const key = keyOf(prefix + name);
    if (!isKey(key)) continue;
    // The position of the whole object: `metadata/step` is the step.
    into.entries.push({ key: key === name || names.rankOf(name) === 0 ? key : name, value: number });
    into.printed.push(isCounter(printed) ? { ...printed, text: String(number) } : printed);
  }
  return into;
}

/** `[(1, 0.5), (2, 0.75)]`: numbers with their steps; empty for any other list. */
function seriesOf(list: readonly Literal[]): readonly { readonly step: number; readonly printed: PrintedNumber }[] {
  const series: { step: number; printed: PrintedNumber }[] = [];
  for (const item of list) {
    const [step, printed, more] = Array.isArray(item) ? (item as readonly Literal[]) : [];
    if (more !== undefined || !isNumber(step) || !isNumber(printed) || !/^\d+$/.test(step.text)) return [];
    series.push({ step: step.value, printed });
  }
  return series;
}

function isNumber(value: Literal): value is PrintedNumber {
  return isPrinted(value) && value.kind === "number";
}

function sourceOf({ text, at }: PrintedNumber | PrintedText): NumberSource {
  return { text, at, multiple: 1 };
}

/** The only number of a list; of a position the last of two: `"step": [1, 10]` is the tenth of an epoch. */
function numberIn(list: readonly Literal[], isPosition: boolean): Literal {
  const value = list.length === 1 || (isPosition && list.length === 2) ? list.at(-1) : undefined;
  return isNumber(value) ? value : undefined;
}

/** `"iter": "90/159"`: how far the position is. */
function counted(value: Literal): number | undefined {
  return isPrinted(value) && isCounter(value) ? Number.parseInt(value.text, 10) : undefined;
}

function isCounter({ kind, text }: PrintedNumber | PrintedText): boolean {
  return kind === "text" && text.length <= 30 && /^[1-9]\d{0,14}\/\d+$|^0\/\d+$/.test(text);
}

function numberOf(value: Literal): number | undefined {
  if (!isPrinted(value)) return undefined;
  return value.kind === "number" ? value.value : parseNumber(value.text);
}

function textOf(value: Literal): string | undefined {
  return isPrinted(value) && value.kind === "text" ? value.text : undefined;
}

function isPrinted(value: Literal): value is PrintedNumber | PrintedText {
  return value !== undefined && "kind" in value;
}
