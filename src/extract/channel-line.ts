import { isKey, keyOf } from "./names/keys.ts";
import { type Literal, type LiteralMap, parseObject } from "./objects/literals.ts";
import { parseNumber } from "./tokens/numbers.ts";

/** A line that a program has appended to the file that `TRACELET_METRICS` names. */
export interface ChannelLine {
  readonly metrics: Readonly<Record<string, number>>;
  readonly step?: number;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** Why a line says nothing, as the end of a sentence. */
export interface ChannelProblem {
  readonly problem: string;
}

const MOST_METRICS = 1000;

/** A number of seconds is below this until the year 5138, and one of milliseconds has been above it since 1973. */
const FIRST_MILLISECONDS = 1e11;
/** Nobody trains in the past: a smaller number is a duration. In seconds, 1973. */
const FIRST_SECONDS = 1e8;

/**
 * Reads `{"loss": 0.3, "step": 10}`. `step` is a number; `timestamp` is seconds or milliseconds since the epoch, or ISO
 * 8601; every other number is a metric, whatever its name. NaN and Infinity may stand as Python writes them or in quotes;
 * `{"val": {"loss": 0.3}}` is `val/loss`. What is no number is passed over.
 */
export function readChannelLine(text: string): ChannelLine | ChannelProblem {
  const object = parseObject(text.trim(), 0);
  if (object === undefined || !text.trimStart().startsWith("{")) return { problem: "is no JSON object" };
  const step = object.has("step") ? numberOf(object.get("step")) : undefined;
  if (object.has("step") && (step === undefined || !Number.isFinite(step))) {
    return { problem: "has a step that is no number" };
  }
  const timestamp = timeOf(object.get("timestamp"));
  if (object.has("timestamp") && timestamp === undefined) return { problem: "has a timestamp that is no time" };
  const metrics = new Map<string, number>();
  addMetrics(metrics, object, "");
  if (metrics.size === 0) return { problem: "has no number beside step and timestamp" };
  return {
    metrics: Object.fromEntries(metrics),
    ...(step === undefined ? {} : { step }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

/**
 * A time as people write it, in milliseconds since the epoch: seconds or milliseconds since the epoch, or ISO 8601;
 * `undefined` where it is none.
 */
export function readTime(text: string): number | undefined {
  const number = parseNumber(text);
  if (number === undefined) {
    const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  }
  if (!(number >= FIRST_SECONDS && number < FIRST_MILLISECONDS * 1000)) return undefined;
  return Math.round(number < FIRST_MILLISECONDS ? number * 1000 : number);
}

function addMetrics(metrics: Map<string, number>, object: LiteralMap, prefix: string): void {
  for (const [name, value] of object) {
    if (value instanceof Map) {
      addMetrics(metrics, value as LiteralMap, `${prefix}${name}/`);
      continue;
    }
    if (prefix === "" && (name === "step" || name === "timestamp")) continue;
    const key = keyOf(prefix + name);
    const number = numberOf(value);
    if (number !== undefined && isKey(key) && metrics.size < MOST_METRICS) metrics.set(key, number);
  }
}

/** JSON has no NaN: in quotes it is one, while `"0.3"` is a text like any other. */
function numberOf(value: Literal): number | undefined {
  const printed = printedOf(value);
  if (printed === undefined) return undefined;
  if (printed.kind === "number") return parseNumber(printed.text);
  return /^(?:NaN|[-+]?Infinity)$/.test(printed.text) ? parseNumber(printed.text) : undefined;
}

function timeOf(value: Literal): number | undefined {
  const printed = printedOf(value);
  return printed === undefined ? undefined : readTime(printed.text);
}

function printedOf(value: Literal): { readonly kind: "number" | "text"; readonly text: string } | undefined {
  return value !== undefined && "kind" in value ? value : undefined;
}
