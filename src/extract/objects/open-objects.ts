import type { LineHandler } from "../lines/console-lines.ts";
import { kindOf } from "../names/names.ts";
import { isKnownSetting } from "../params/setting-words.ts";
import { searchableText } from "../lines/terminal-text.ts";

const [BLANK, QUOTE, APOSTROPHE, OPEN, CLOSE] = [0x20, 0x22, 0x27, 0x28, 0x29];
const [COMMA, MINUS, LIST, BACKSLASH, LIST_END, OBJECT, OBJECT_END] = [0x2c, 0x2d, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d];

/** What is longer is no object of metrics, and its lines are read one by one. */
const MOST_BYTES = 16 * 1024;
const MOST_LINES = 400;

/** Text in front of the brace that ends a line: `Results: {`. */
const LONGEST_LEAD = 160;

/** A line that is kept until its object is whole. */
export interface HeldLine {
  readonly bytes: Uint8Array;
  readonly timestamp: number;
  readonly offset: number;
}

/**
 * Objects that are printed over several lines (`json.dumps(…, indent=2)`, `pprint`) as one text each, since the position of
 * all may stand in any of their lines.
 */
export interface OpenObjects {
  /** Whether the line is a part of such an object, and kept. What is kept and is none after all is handed on before. */
  take: (...line: Parameters<LineHandler>) => boolean;
  /** Whether lines are kept. */
  isOpen(): boolean;
  /** No more lines come. */
  flush(): void;
  /** What is remembered between two lines. */
  memory(): readonly HeldLine[];
  recall(lines: readonly HeldLine[]): void;
}

/**
 * @param onObject takes the text of a whole object, and says whether it is one
 * @param onLine takes a line on its own
 */
export function createOpenObjects(
  onObject: (text: string, timestamp: number, offset: number) => boolean,
  onLine: LineHandler,
): OpenObjects {
  let held: HeldLine[] = [];
  let size = 0;
  let depth = 0;

  function flush(): void {
    const lines = held;
    held = [];
    for (const { bytes, timestamp, offset } of lines) onLine(bytes, 0, bytes.length, timestamp, offset);
  }

  function hold(line: HeldLine, from: number): void {
    if (held.length === 0) size = depth = 0;
    held.push(line);
    size += line.bytes.length;
    depth += depthOf(line.bytes, from, line.bytes.length);
    if (depth <= 0) settle(line);
    else if (size > MOST_BYTES || held.length > MOST_LINES) flush();
  }

  function settle({ timestamp, offset }: HeldLine): void {
    const text = held
      .map(({ bytes }) => searchableText(bytes).trim())
      .join(" ")
      .replace(/,$/, "");
    // What is in a list has positions of its own.
    if (/\[ ?\{/.test(text) || !(isOfSettings(text) || onObject(text, timestamp, offset))) return flush();
    held = [];
  }

  return {
    take(bytes, start, end, timestamp, offset) {
      if (held.length > 0) {
        const row = firstOf(bytes, start, end);
        if (isRow(bytes[row] ?? 0)) {
          hold({ bytes: bytes.slice(start, end), timestamp, offset }, row - start);
          return true;
        }
        flush();
      }
      const from = openingOf(bytes, start, end);
      if (from === -1) return false;
      hold({ bytes: bytes.slice(start, end), timestamp, offset }, from - start);
      return true;
    },
    isOpen: () => held.length > 0,
    flush,
    memory: () => held,
    recall(lines) {
      held = [];
      for (const line of lines) hold(line, held.length === 0 ? openingOf(line.bytes, 0, line.bytes.length) : 0);
    },
  };
}

/** The index of the brace that a line leaves open; -1 where there is none. Most lines are told by their last byte. */
function openingOf(bytes: Uint8Array, start: number, end: number): number {
  let stop = end;
  while (stop > start && (bytes[stop - 1] as number) <= BLANK) stop -= 1;
  const last = bytes[stop - 1];
  if (last === OBJECT) return stop - start <= LONGEST_LEAD ? stop - 1 : -1;
  if (last !== COMMA && last !== LIST) return -1;
  const first = firstOf(bytes, start, stop);
  const next = firstOf(bytes, first + 1, stop);
  if (bytes[first] !== OBJECT || (bytes[next] !== QUOTE && bytes[next] !== APOSTROPHE)) return -1;
  return depthOf(bytes, first, stop) > 0 ? first : -1;
}

function firstOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) <= BLANK) at += 1;
  return at;
}

/** Whether a line inside an object may begin with this byte. */
function isRow(first: number): boolean {
  if (first >= 0x30 && first <= 0x39) return true;
  return (
    first === QUOTE ||
    first === APOSTROPHE ||
    first === MINUS ||
    first === OPEN ||
    first === LIST ||
    first === OBJECT ||
    first === LIST_END ||
    first === OBJECT_END
  );
}

/** How many more brackets are opened than closed; what is in quotes is none. */
function depthOf(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE || byte === APOSTROPHE) at = quoteEnd(bytes, at, end);
    else if (byte === OBJECT || byte === LIST || byte === OPEN) depth += 1;
    else if (byte === OBJECT_END || byte === LIST_END || byte === CLOSE) depth -= 1;
  }
  return depth;
}

function quoteEnd(bytes: Uint8Array, at: number, end: number): number {
  const quote = bytes[at];
  for (let index = at + 1; index < end; index += 1) {
    if (bytes[index] === BACKSLASH) index += 1;
    else if (bytes[index] === quote) return index;
  }
  return end;
}

/** Fewer settings do not make a dump of them. */
const FEWEST_SETTINGS = 3;

/** Whether more of the names are settings of a training than metrics. */
function isOfSettings(text: string): boolean {
  let [settings, metrics] = [0, 0];
  for (const [, name = ""] of text.matchAll(/["']([^"']{1,100})["'] ?:/g)) {
    if (isKnownSetting(name)) settings += 1;
    else if (kindOf(name) === "metric") metrics += 1;
  }
  return settings >= FEWEST_SETTINGS && settings > metrics;
}
