import type { UserError } from "../model/error.ts";
import type { Origin } from "./origin.ts";
import { mistake } from "./origin.ts";
import type { SettingSpec } from "./table.ts";

/** A value as one source has it: text of a flag or variable, or what TOML made of it. */
export interface Given {
  readonly raw: unknown;
  readonly origin: Origin;
}

const TRUE = new Set(["true", "1", "yes", "on"]);
const FALSE = new Set(["false", "0", "no", "off"]);
const NUMBER = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Text that is not empty. */
export function readString({ raw, origin }: Given, spec: SettingSpec): string {
  if (typeof raw === "string" && raw.trim() !== "") return raw;
  throw mistake(origin, raw, "which is no text", spec.example);
}

/** One of the words of the setting. */
export function readChoice<Choice extends string>(
  { raw, origin }: Given,
  spec: SettingSpec,
  choices: readonly Choice[],
): Choice {
  const word = typeof raw === "string" ? raw.trim() : undefined;
  const choice = choices.find((one) => one === word);
  if (choice !== undefined) return choice;
  throw mistake(origin, raw, `which is none of ${choices.join(", ")}`, spec.example);
}

/** True or false. Variables may also say 1 or 0, yes or no, on or off; a file has TOML's own booleans. */
export function readBoolean({ raw, origin }: Given, spec: SettingSpec): boolean {
  if (typeof raw === "boolean") return raw;
  const word = typeof raw === "string" && origin.source !== "file" ? raw.trim().toLowerCase() : "";
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  throw mistake(origin, raw, "which is neither true nor false", spec.example);
}

/** A number above 0. The words that a setting allows beside numbers are read by its own reader, before this. */
export function readNumber(given: Given, spec: SettingSpec): number {
  const { raw, origin } = given;
  const value = numberIn(given);
  if (value === undefined || value <= 0 || (spec.whole === true && !Number.isInteger(value))) {
    throw mistake(origin, raw, `which is ${numberWanted(spec)}`, spec.example);
  }
  if (spec.maximum !== undefined && value > spec.maximum) {
    throw mistake(origin, raw, `which is more than ${spec.maximum}`, spec.example);
  }
  return value;
}

/** A share above 0: `5`, `5%` or `5 %`. */
export function readPercent(given: Given, spec: SettingSpec): number {
  const { raw, origin } = given;
  const number = typeof raw === "string" ? raw.trim().replace(/ ?%$/, "") : raw;
  // The sign makes it a text, in a file too.
  const value = typeof number === "string" ? (NUMBER.test(number) ? Number(number) : undefined) : numberIn(given);
  if (value === undefined || value <= 0) {
    throw mistake(origin, raw, `which is no percentage above 0`, spec.example);
  }
  if (spec.maximum !== undefined && value > spec.maximum) {
    throw mistake(origin, raw, `which is more than ${spec.maximum}%`, spec.example);
  }
  return value;
}

/**
 * Several texts. A repeated flag gives a list as it is; `--backend a,b` and a variable are split at commas. A variable
 * that has a line break is split at line breaks only, so that a value may have a comma in it.
 */
export function readList(given: Given, spec: SettingSpec): string[] {
  const { raw, origin } = given;
  const items = itemsOf(given);
  if (items?.every((item) => typeof item === "string") === true) return items.filter((item) => item.trim() !== "");
  throw mistake(origin, raw, "which is no list of texts", spec.example);
}

/** Texts by name: `key=value` items, or a table of a file, whose nested tables become names with dots. */
export function readMap(given: Given, spec: SettingSpec): Map<string, string> {
  const { raw, origin } = given;
  if (origin.source !== "file") {
    const fail = (item: string): UserError => mistake(origin, item, "which is not KEY=VALUE", spec.example);
    return new Map(readList(given, spec).map((item) => splitPair(item, fail)));
  }
  const entries = entriesOf(raw, "");
  if (entries === undefined) throw mistake(origin, raw, "which is no table of texts and numbers", spec.example);
  return new Map(entries);
}

function numberWanted(spec: SettingSpec): string {
  const noun = spec.whole === true ? "positive whole number" : "positive number";
  const words = (spec.choices ?? []).map((word) => `'${word}'`);
  return words.length === 0 ? `no ${noun}` : `neither a ${noun} nor ${words.join(" or ")}`;
}

function numberIn({ raw, origin }: Given): number | undefined {
  if (typeof raw === "bigint") return Number(raw);
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== "string" || origin.source === "file" || !NUMBER.test(raw.trim())) return undefined;
  return Number(raw);
}

function itemsOf({ raw, origin }: Given): unknown[] | undefined {
  if (Array.isArray(raw)) return raw;
  if (typeof raw !== "string" || origin.source === "file") return undefined;
  if (origin.source === "flag") return [raw];
  return raw.split(raw.includes("\n") ? "\n" : ",").map((item) => item.trim());
}

function splitPair(item: string, fail: (item: string) => UserError): [key: string, value: string] {
  const at = item.indexOf("=");
  const key = item.slice(0, Math.max(at, 0)).trim();
  if (key === "") throw fail(item);
  return [key, item.slice(at + 1)];
}

function entriesOf(table: unknown, prefix: string): [key: string, value: string][] | undefined {
  if (typeof table !== "object" || table === null || Array.isArray(table) || table instanceof Date) return undefined;
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(table)) {
    const text = plainText(value);
    const found = text === undefined ? entriesOf(value, `${prefix}${key}.`) : [[`${prefix}${key}`, text] as const];
    if (found === undefined) return undefined;
    for (const [name, value] of found) entries.push([name, value]);
  }
  return entries;
}

function plainText(value: unknown): string | undefined {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return undefined;
}
