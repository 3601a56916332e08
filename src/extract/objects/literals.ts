import { codeAt } from "../tokens/code-at.ts";
import { parseNumber } from "../tokens/numbers.ts";

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

const [TAB, BLANK, QUOTE, APOSTROPHE, OPEN, CLOSE] = [0x09, 0x20, 0x22, 0x27, 0x28, 0x29];
const [PLUS, COMMA, MINUS, DOT, COLON, LESS] = [0x2b, 0x2c, 0x2d, 0x2e, 0x3a, 0x3c];
const EQUALS = 0x3d;
const [LIST, BACKSLASH, LIST_END, UNDERSCORE, OBJECT, OBJECT_END] = [0x5b, 0x5c, 0x5d, 0x5f, 0x7b, 0x7d];

/**
 * Reads an object that begins at `start`: JSON with NaN and Infinity, or a Python dict with `None`, `nan`, tuples,
 * `np.float64(0.5)`, `tensor(0.5, device='cuda:0')`, or the dict as its pairs or a call with them, `OrderedDict([('loss', 0.5)])`. `undefined` when
 * it is not well-formed or does not reach the end.
 */
export function parseObject(text: string, start: number): LiteralMap | undefined {
  const cursor: Cursor = { text, at: start, failed: false };
  const object = readValue(cursor, 0);
  skipBlanks(cursor);
  if (cursor.failed || cursor.at !== text.length) return undefined;
  if (Array.isArray(object)) return mapOf(object);
  return object instanceof Map ? object : undefined;
}

/** Reads a list that begins at `start` and is all there is behind it, as far as it is one; `undefined` for anything else. */
export function parseList(text: string, start: number): readonly Literal[] | undefined {
  const cursor: Cursor = { text, at: start, failed: false };
  const list = readValue(cursor, 0);
  skipBlanks(cursor);
  return cursor.failed || cursor.at !== text.length || !Array.isArray(list) ? undefined : list;
}

/** Reads a call with named values that begins at `start` as an object, `Result(loss=0.5, acc=0.75)`, under the same conditions. */
export function parseCall(text: string, start: number): LiteralMap | undefined {
  const cursor: Cursor = { text, at: text.indexOf("(", start) + 1, failed: false };
  const values = new Map<string, Literal>();
  do {
    const name = bareKey(cursor, EQUALS);
    if (name === undefined || !take(cursor, EQUALS)) return undefined;
    const value = readValue(cursor, 1);
    if (!values.has(name)) values.set(name, value);
  } while (take(cursor, COMMA));
  if (!take(cursor, CLOSE)) return undefined;
  skipBlanks(cursor);
  return cursor.failed || cursor.at !== text.length ? undefined : values;
}

interface Cursor {
  readonly text: string;
  at: number;
  failed: boolean;
}

function readValue(cursor: Cursor, depth: number): Literal {
  skipBlanks(cursor);
  if (depth > DEPTH_LIMIT) return fail(cursor);
  switch (codeAt(cursor.text, cursor.at)) {
    case OBJECT:
      return readObject(cursor, depth);
    case LIST:
      return readList(cursor, LIST_END, depth);
    case OPEN:
      return readList(cursor, CLOSE, depth);
    case QUOTE:
    case APOSTROPHE:
      return readString(cursor);
  }
  return readBare(cursor, depth);
}

function readObject(cursor: Cursor, depth: number): LiteralMap {
  const entries = new Map<string, Literal>();
  cursor.at += 1;
  if (take(cursor, OBJECT_END)) return entries;
  while (!cursor.failed) {
    const name = bareKey(cursor, COLON) ?? nameOf(readValue(cursor, depth + 1));
    if (name === undefined) {
      fail(cursor);
      break;
    }
    if (!take(cursor, COLON)) fail(cursor);
    const value = readValue(cursor, depth + 1);
    // The first of two equal keys counts, as on any other line.
    if (!entries.has(name)) entries.set(name, value);
    if (take(cursor, OBJECT_END)) break;
    if (!take(cursor, COMMA)) fail(cursor);
    if (take(cursor, OBJECT_END)) break;
  }
  return entries;
}

/** `{ loss: 0.5 }`, as JavaScript prints an object: a name in front of this sign. */
function bareKey(cursor: Cursor, sign: number): string | undefined {
  skipBlanks(cursor);
  const end = bareEnd(cursor, cursor.at);
  if (codeAt(cursor.text, end) !== sign || !isLetter(codeAt(cursor.text, cursor.at))) return undefined;
  const key = cursor.text.slice(cursor.at, end);
  cursor.at = end;
  return key;
}

function nameOf(key: Literal): string | undefined {
  if (key === undefined || !("kind" in key)) return undefined;
  return key.kind === "number" ? String(key.value) : key.text;
}

function readList(cursor: Cursor, end: number, depth: number): readonly Literal[] {
  const values: Literal[] = [];
  cursor.at += 1;
  while (!cursor.failed && !take(cursor, end)) {
    values.push(readValue(cursor, depth + 1));
    if (take(cursor, end)) break;
    if (!take(cursor, COMMA)) fail(cursor);
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
  const end = bareEnd(cursor, at);
  if (end === at) return fail(cursor);
  const word = cursor.text.slice(at, end);
  cursor.at = end;
  if (codeAt(cursor.text, end) !== OPEN) {
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
  if (Array.isArray(value)) return value.length === 1 ? value[0] : mapOf(value);
  return value !== undefined && "kind" in value && value.kind === "number" ? value : undefined;
}

/** Index behind the number or word that begins at `at`; `at` itself when none does. */
function bareEnd(cursor: Cursor, at: number): number {
  const first = codeAt(cursor.text, at);
  const from = first === PLUS || first === MINUS ? at + 1 : at;
  if (!isBarePart(codeAt(cursor.text, from))) return at;
  let end = from + 1;
  for (let code = codeAt(cursor.text, end); isBarePart(code) || code === PLUS || code === MINUS;) {
    end += 1;
    code = codeAt(cursor.text, end);
  }
  return end;
}

function isBarePart(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === DOT || code === UNDERSCORE;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** What a dict makes of a name that it has not: `defaultdict(<class 'float'>, {…})` */
function skipClass(cursor: Cursor): void {
  if (codeAt(cursor.text, cursor.at) !== LESS) return;
  const end = cursor.text.indexOf(">", cursor.at);
  cursor.at = end === -1 ? cursor.text.length : end + 1;
  take(cursor, COMMA);
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

function take(cursor: Cursor, character: number): boolean {
  skipBlanks(cursor);
  if (codeAt(cursor.text, cursor.at) !== character) return false;
  cursor.at += 1;
  return true;
}

function skipBlanks(cursor: Cursor): void {
  let code = codeAt(cursor.text, cursor.at);
  while (code === BLANK || code === TAB) {
    cursor.at += 1;
    code = codeAt(cursor.text, cursor.at);
  }
}

function fail(cursor: Cursor): undefined {
  cursor.failed = true;
  return undefined;
}
