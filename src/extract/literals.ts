import { parseNumber } from "./numbers.ts";

/** A value as JSON or a Python literal writes it. `undefined` stands for what is neither number, text nor a container. */
export type Literal = PrintedNumber | PrintedText | undefined | readonly Literal[] | LiteralMap;

export type LiteralMap = ReadonlyMap<string, Literal>;

export interface PrintedNumber {
  readonly kind: "number";
  readonly text: string;
  readonly at: number;
  readonly value: number;
}

export interface PrintedText {
  readonly kind: "text";
  /** Without quotes and escapes. */
  readonly text: string;
  /** Index of the first character behind the quote. */
  readonly at: number;
}

/** Deeper nesting is no line of metrics, and must not exhaust the stack. */
const DEPTH_LIMIT = 16;

const [TAB, BLANK, BACKSLASH] = [0x09, 0x20, 0x5c];

const BARE = /[-+]?[\w.][\w.+-]*/y;

/**
 * Reads an object that begins at `start`: JSON with NaN and Infinity, or a Python dict with `None`, `nan`, tuples,
 * `np.float64(0.5)`, `tensor(0.5, device='cuda:0')`, or the dict as a call, `OrderedDict([('loss', 0.5)])`. `undefined` when
 * it is not well-formed or does not reach the end.
 */
export function parseObject(text: string, start: number): LiteralMap | undefined {
  const cursor: Cursor = { text, at: start, failed: false };
  const object = readValue(cursor, 0);
  skipBlanks(cursor);
  return cursor.failed || cursor.at !== text.length || !(object instanceof Map) ? undefined : object;
}

interface Cursor {
  readonly text: string;
  at: number;
  failed: boolean;
}

function readValue(cursor: Cursor, depth: number): Literal {
  skipBlanks(cursor);
  const character = cursor.text[cursor.at];
  if (depth > DEPTH_LIMIT || character === undefined) return fail(cursor);
  if (character === "{") return readObject(cursor, depth);
  if (character === "[") return readList(cursor, "]", depth);
  if (character === "(") return readList(cursor, ")", depth);
  if (character === '"' || character === "'") return readString(cursor);
  return readBare(cursor, depth);
}

function readObject(cursor: Cursor, depth: number): LiteralMap {
  const entries = new Map<string, Literal>();
  cursor.at += 1;
  if (take(cursor, "}")) return entries;
  while (!cursor.failed) {
    const key = readValue(cursor, depth + 1);
    const name = nameOf(key);
    if (name === undefined) {
      fail(cursor);
      break;
    }
    if (!take(cursor, ":")) fail(cursor);
    const value = readValue(cursor, depth + 1);
    // The first of two equal keys counts, as on any other line.
    if (!entries.has(name)) entries.set(name, value);
    if (take(cursor, "}")) break;
    if (!take(cursor, ",")) fail(cursor);
    if (take(cursor, "}")) break;
  }
  return entries;
}

function nameOf(key: Literal): string | undefined {
  if (key === undefined || !("kind" in key)) return undefined;
  return key.kind === "number" ? String(key.value) : key.text;
}

function readList(cursor: Cursor, end: string, depth: number): readonly Literal[] {
  const values: Literal[] = [];
  cursor.at += 1;
  while (!cursor.failed && !take(cursor, end)) {
    values.push(readValue(cursor, depth + 1));
    if (take(cursor, end)) break;
    if (!take(cursor, ",")) fail(cursor);
  }
  return values;
}

function readString(cursor: Cursor): PrintedText | undefined {
  const { text } = cursor;
  const quote = text.charCodeAt(cursor.at);
  const at = cursor.at + 1;
  let value = "";
  let from = at;
  for (let end = at; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === quote) {
      cursor.at = end + 1;
      return { kind: "text", text: value + text.slice(from, end), at };
    }
    if (code === BACKSLASH) {
      value += text.slice(from, end);
      from = end + 1;
      end += 1;
    }
  }
  cursor.at = text.length;
  return fail(cursor);
}

/** A number, a word such as `true` and `None`, or a call that has the value as its argument: `np.float64(0.5)`. */
function readBare(cursor: Cursor, depth: number): Literal {
  const { at } = cursor;
  BARE.lastIndex = at;
  const word = BARE.exec(cursor.text)?.[0];
  if (word === undefined) return fail(cursor);
  cursor.at += word.length;
  if (cursor.text[cursor.at] !== "(") {
    const value = parseNumber(word);
    return value === undefined ? undefined : { kind: "number", text: word, at, value };
  }
  cursor.at += 1;
  skipClass(cursor);
  const value = readValue(cursor, depth + 1);
  const rest = cursor.text.indexOf(")", cursor.at);
  if (rest === -1) return fail(cursor);
  cursor.at = rest + 1;
  if (value instanceof Map) return value;
  if (Array.isArray(value)) return mapOf(value);
  return value !== undefined && "kind" in value && value.kind === "number" ? value : undefined;
}

/** What a dict makes of a name that it has not: `defaultdict(<class 'float'>, {…})` */
function skipClass(cursor: Cursor): void {
  if (cursor.text[cursor.at] !== "<") return;
  const end = cursor.text.indexOf(">", cursor.at);
  cursor.at = end === -1 ? cursor.text.length : end + 1;
  take(cursor, ",");
}

/** A dict as a list of its pairs; `undefined` for any other list. */
function mapOf(pairs: readonly Literal[]): LiteralMap | undefined {
  const entries = new Map<string, Literal>();
  for (const pair of pairs) {
    const [key, value, more] = Array.isArray(pair) ? (pair as readonly Literal[]) : [];
    if (key === undefined || !("kind" in key) || key.kind !== "text" || more !== undefined) return undefined;
    if (!entries.has(key.text)) entries.set(key.text, value);
  }
  return entries;
}

function take(cursor: Cursor, character: string): boolean {
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function skipBlanks(cursor: Cursor): void {
  const { text } = cursor;
  let code = text.charCodeAt(cursor.at);
  while (code === BLANK || code === TAB) {
    cursor.at += 1;
    code = text.charCodeAt(cursor.at);
  }
}

function fail(cursor: Cursor): undefined {
  cursor.failed = true;
  return undefined;
}
