import { MOST_NUMBERS } from "./custom-readings.ts";

/** The numbers that the output of a custom probe has, by name; a number alone has the empty name. */
export type CustomNumbers = ReadonlyMap<string, number>;

/**
 * Reads what a custom probe printed: one number, lines of `key=value` (or `key: value`), or a JSON object, whose nested
 * names are joined. Text in a JSON object is left out. Pure.
 * @throws Error with a reason in a few words when it is none of these, or has too many numbers
 */
export function parseCustomOutput(text: string): CustomNumbers {
  const trimmed = text.trim();
  if (trimmed === "") throw new Error("printed nothing");
  const numbers = numberAlone(trimmed) ?? jsonNumbers(trimmed) ?? pairs(trimmed);
  if (numbers === undefined || numbers.size === 0) {
    throw new Error(
      `printed ${quoted(trimmed)}, which is no number, no lines of key=value and no JSON object of numbers`,
    );
  }
  if (numbers.size > MOST_NUMBERS) throw new Error(`printed ${numbers.size} numbers, more than ${MOST_NUMBERS}`);
  return numbers;
}

function numberAlone(text: string): CustomNumbers | undefined {
  const value = readNumber(text);
  return value === undefined ? undefined : new Map([["", value]]);
}

function jsonNumbers(text: string): CustomNumbers | undefined {
  if (!text.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // the caller says what it is not
  }
  return new Map(leaves(value, ""));
}

function leaves(value: unknown, name: string): [name: string, value: number][] {
  if (typeof value === "number") return Number.isFinite(value) && name !== "" ? [[name, value]] : [];
  if (typeof value === "boolean") return [[name, Number(value)]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, name === "" ? keyOf(key) : `${name}_${keyOf(key)}`),
  );
}

function pairs(text: string): CustomNumbers | undefined {
  const numbers = new Map<string, number>();
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const [, name, written = ""] = /^\s*([^\s=:]+)\s*[=:]\s*(\S+)\s*$/.exec(line) ?? [];
    const value = readNumber(written);
    if (name === undefined || value === undefined) return undefined;
    numbers.set(keyOf(name), value);
  }
  return numbers;
}

function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}

/** A name as part of a key. */
function keyOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]+/g, "_");
}

function quoted(text: string): string {
  const [line = ""] = text.split("\n");
  return `'${line.length > 60 ? `${line.slice(0, 60)}…` : line}'`;
}
