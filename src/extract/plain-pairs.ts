import type { Extracted } from "../model/extract.ts";
import { EXACT_DIGITS, POWERS } from "./decimal.ts";
import type { NameBook } from "./name-book.ts";
import { splitOf } from "./pair-scan.ts";
import { emptyNames, type LineNames, noteName, noteUnknown } from "./relevance.ts";
import { areTelling, createTellingWords, tellingOf, TELLS, TELLS_OF_LINE, withLetter } from "./telling-words.ts";

const [BLANK, SHARP, COMMA, MINUS, SLASH] = [0x20, 0x23, 0x2c, 0x2d, 0x2f];
const [DOT, ZERO, COLON, EQUALS, UNDERSCORE, PIPE] = [0x2e, 0x30, 0x3a, 0x3d, 0x5f, 0x7c];

/** What a line of pairs gives. */
export interface PlainPairs {
  readonly entries: readonly Extracted[];
  readonly names: LineNames;
}

/**
 * Reads a line that is nothing but pairs of one word and a decimal number: `loss=0.5 acc=0.75`, `loss: 0.5, acc: 0.75`,
 * `# loss: 0.5 | acc: 0.75`. `undefined` for any other line, and where a dialect may have a word to say. It gives what the
 * dialects would, of a line that follows nothing, at a fraction of their cost: a log may never have the same names twice.
 */
export type PlainPairReader = (line: string) => PlainPairs | undefined;

/** Longer names are the dialects'. */
const LONGEST_NAME = 60;

/** More names than this are compared by a set. */
const FEW = 8;

export function createPlainPairReader(names: NameBook): PlainPairReader {
  const telling = createTellingWords();
  /** What was read last. */
  const last = { end: 0, value: 0, isTelling: false, isOdd: false };

  /** Reads the name that begins at `start`. `false`: it is none, or one that says something about its line. */
  function readName(line: string, start: number): boolean {
    let [hash, tail, at] = [0, 0, start];
    let isTelling = false;
    last.isOdd = false;
    for (; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      const lower = code | 0x20;
      if (lower >= 0x61 && lower <= 0x7a) {
        if (code !== lower) isTelling = last.isOdd = true;
        hash = withLetter(hash, lower);
        tail = (tail << 8) | lower;
        if (areTelling(tail)) isTelling = true;
        continue;
      }
      // A number in front of the first name is a position.
      if (at === start) return false;
      if (code >= 0x30 && code <= 0x39) {
        isTelling = last.isOdd = true;
        hash = withLetter(hash, code);
        tail <<= 8;
        continue;
      }
      const said = tellingOf(telling, hash, tail);
      if (said === TELLS_OF_LINE) return false;
      if (said === TELLS) isTelling = true;
      if (code === UNDERSCORE || (code === SLASH && isLetter(line.charCodeAt(at + 1)))) hash = tail = 0;
      else if (code === MINUS) {
        hash = tail = 0;
        isTelling = true;
      } else break;
    }
    last.end = at;
    last.isTelling = isTelling;
    return at - start <= LONGEST_NAME && !isOddBeginning(line, start);
  }

  /** Reads the number that begins at `start`: `12`, `-0.5`. */
  function readDecimal(line: string, start: number): boolean {
    const isNegative = line.charCodeAt(start) === MINUS;
    const from = isNegative ? start + 1 : start;
    let at = from;
    let value = 0;
    let code = line.charCodeAt(at);
    for (; isDigit(code); code = line.charCodeAt(at)) {
      value = value * 10 + code - ZERO;
      at += 1;
    }
    if (at === from) return false;
    let behindDot = 0;
    if (code === DOT) {
      const dot = at;
      at += 1;
      for (code = line.charCodeAt(at); isDigit(code); code = line.charCodeAt(at)) {
        value = value * 10 + code - ZERO;
        at += 1;
      }
      behindDot = at - dot - 1;
      if (behindDot === 0) return false;
    }
    if (at - from > EXACT_DIGITS) return false;
    if (behindDot > 0) value /= POWERS[behindDot] as number;
    last.end = at;
    last.value = isNegative ? -value : value;
    return true;
  }

  return (line) => {
    let at = line.charCodeAt(0) === SHARP && line.charCodeAt(1) === BLANK ? 2 : 0;
    if (isCounter(line.charCodeAt(at)) && isSign(line.charCodeAt(at + 1))) return undefined;
    const entries: Extracted[] = [];
    const found = emptyNames();
    let seen: Set<string> | undefined;
    let isOdd = false;
    while (at < line.length) {
      if (!readName(line, at)) return undefined;
      const key = line.slice(at, last.end);
      isOdd ||= last.isOdd;
      at = last.end;
      const sign = line.charCodeAt(at);
      if (sign === COLON) {
        if (line.charCodeAt(at + 1) !== BLANK) return undefined;
        at += 1;
      } else if (sign !== EQUALS) return undefined;
      if (!readDecimal(line, at + 1)) return undefined;
      at = behindNumber(line, last.end);
      if (at === -1) return undefined;
      if (last.isTelling && splitOf(key) !== undefined) return undefined;
      if (entries.length < FEW) {
        if (hasKey(entries, key)) continue;
      } else {
        seen ??= new Set(entries.map((entry) => entry.key));
        if (seen.has(key)) continue;
        seen.add(key);
      }
      if (last.isTelling) noteName(found, key, entries.length, names);
      else noteUnknown(found, entries.length);
      entries.push({ key, value: last.value });
    }
    // A line of positions only may be a sentence.
    if (found.numbers.length === 0 || (isOdd && ODD.test(line))) return undefined;
    return { entries, names: found };
  };
}

/** What may be the level of a logger or a number of another notation. */
const ODD = /\df0|\dD-\d\d|TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|ERROR|CRITICAL|FATAL/;

/** `v1`, `nan`, `inf` */
function isOddBeginning(line: string, at: number): boolean {
  const [first, second, third] = [line.charCodeAt(at) | 0x20, line.charCodeAt(at + 1), line.charCodeAt(at + 2)];
  if (first === 0x76) return second >= 0x30 && second <= 0x39;
  if (first === 0x6e) return (second | 0x20) === 0x61 && (third | 0x20) === 0x6e;
  return first === 0x69 && (second | 0x20) === 0x6e && (third | 0x20) === 0x66;
}

/** Where the next name begins behind a number that ends at `end`; -1 when something else follows. */
function behindNumber(line: string, end: number): number {
  if (end === line.length) return end;
  const code = line.charCodeAt(end);
  if (code === COMMA) return line.charCodeAt(end + 1) === BLANK ? end + 2 : end + 1;
  if (code !== BLANK) return -1;
  return line.charCodeAt(end + 1) === PIPE && line.charCodeAt(end + 2) === BLANK ? end + 3 : end + 1;
}

function hasKey(entries: readonly Extracted[], key: string): boolean {
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

/** `i=5`, which is a position. */
function isCounter(code: number): boolean {
  return code === 0x69 || code === 0x74 || code === 0x6e || code === 0x6b;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39;
}

function isSign(code: number): boolean {
  return code === EQUALS || code === COLON;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
