import type { Extracted } from "../../model/extract.ts";
import { EXACT_DIGITS, POWERS } from "../tokens/decimal.ts";
import type { NameBook } from "../names/name-book.ts";
import { COUNT_DONE } from "../pairs/leading/words.ts";
import { splitOf } from "../pairs/line-splits.ts";
import { emptyNames, type LineNames, noteName, noteUnknown } from "../relevance.ts";
import {
  areTelling,
  createTellingWords,
  tellingOf,
  TELLS_NOTHING,
  TELLS_OF_LINE,
  withLetter,
  WORDS_OF_LINES,
} from "../names/telling-words.ts";
import { asciiText } from "../lines/terminal-text.ts";

const [TAB, BLANK, SHARP, COMMA, MINUS, SLASH] = [0x09, 0x20, 0x23, 0x2c, 0x2d, 0x2f];
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
 * It reads bytes, since a line with any other than these few is none, and text is made of what is one only.
 */
export type PlainPairReader = (line: Uint8Array, start: number, end: number) => PlainPairs | undefined;

/** Longer names are the dialects'. */
const LONGEST_NAME = 60;

/** More names than this are compared by a set. */
const FEW = 8;

export function createPlainPairReader(names: NameBook): PlainPairReader {
  const telling = createTellingWords();
  /** What was read last. */
  const last = { end: 0, value: 0, isTelling: false, isOdd: false };

  /** Reads the name that begins at `start`. `false`: it is none, or one that says something about its line. */
  function readName(line: Uint8Array, start: number, end: number): boolean {
    let [hash, tail, at, wordAt] = [0, 0, start, start];
    let isTelling = false;
    last.isOdd = false;
    for (; at < end; at += 1) {
      const code = line[at] as number;
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
      if (said === TELLS_OF_LINE && WORDS_OF_LINES.has(asciiText(line, wordAt, at).toLowerCase())) return false;
      if (said !== TELLS_NOTHING) isTelling = true;
      if (code === MINUS) isTelling = true;
      else if (code !== UNDERSCORE && (code !== SLASH || !isLetter(byteAt(line, at + 1, end)))) break;
      hash = tail = 0;
      wordAt = at + 1;
    }
    last.end = at;
    last.isTelling = isTelling;
    return at - start <= LONGEST_NAME && !isOddBeginning(line, start, end);
  }

  /** Reads the number that begins at `start`: `12`, `-0.5`. */
  function readDecimal(line: Uint8Array, start: number, end: number): boolean {
    const isNegative = byteAt(line, start, end) === MINUS;
    const from = isNegative ? start + 1 : start;
    let at = from;
    let value = 0;
    for (; at < end && isDigit(line[at] as number); at += 1) value = value * 10 + (line[at] as number) - ZERO;
    if (at === from) return false;
    let behindDot = 0;
    if (byteAt(line, at, end) === DOT) {
      const dot = at;
      at += 1;
      for (; at < end && isDigit(line[at] as number); at += 1) value = value * 10 + (line[at] as number) - ZERO;
      behindDot = at - dot - 1;
      if (behindDot === 0) return false;
    }
    if (at - from > EXACT_DIGITS) return false;
    if (behindDot > 0) value /= POWERS[behindDot] as number;
    last.end = at;
    last.value = isNegative ? -value : value;
    return true;
  }

  return (line, start, lineEnd) => {
    let end = lineEnd;
    while (end > start && (line[end - 1] === BLANK || line[end - 1] === TAB)) end -= 1;
    let at = byteAt(line, start, end) === SHARP && byteAt(line, start + 1, end) === BLANK ? start + 2 : start;
    if (isCounter(byteAt(line, at, end)) && isSign(byteAt(line, at + 1, end))) return undefined;
    const entries: Extracted[] = [];
    const found = emptyNames();
    let text: string | undefined;
    let seen: Set<string> | undefined;
    let isOdd = false;
    while (at < end) {
      const nameAt = at;
      if (!readName(line, at, end)) return undefined;
      const { isTelling } = last;
      isOdd ||= last.isOdd;
      const nameEnd = last.end;
      const sign = byteAt(line, nameEnd, end);
      if (sign !== EQUALS && (sign !== COLON || byteAt(line, nameEnd + 1, end) !== BLANK)) return undefined;
      if (!readDecimal(line, sign === COLON ? nameEnd + 2 : nameEnd + 1, end)) return undefined;
      at = behindNumber(line, last.end, end);
      if (at === -1) return undefined;
      text ??= asciiText(line, start, end);
      const key = text.slice(nameAt - start, nameEnd - start);
      if (isTelling && (splitOf(key) !== undefined || (entries.length === 0 && COUNT_DONE.test(key)))) return undefined;
      if (entries.length < FEW) {
        if (hasKey(entries, key)) continue;
      } else {
        seen ??= new Set(entries.map((entry) => entry.key));
        if (seen.has(key)) continue;
        seen.add(key);
      }
      if (isTelling) noteName(found, key, entries.length, names);
      else noteUnknown(found, entries.length);
      entries.push({ key, value: last.value });
    }
    // `scale=0.5,` may be one of several settings.
    if (entries.length === 1 && line[end - 1] === COMMA) return undefined;
    // A line of positions only may be a sentence.
    if (text === undefined || found.numbers.length === 0 || (isOdd && ODD.test(text))) return undefined;
    return { entries, names: found };
  };
}

/** What may be the level of a logger or a number of another notation. */
const ODD = /\df0|\dD-\d\d|TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|ERROR|CRITICAL|FATAL/;

/** `v1`, `nan`, `inf` */
function isOddBeginning(line: Uint8Array, at: number, end: number): boolean {
  const [first, second, third] = [byteAt(line, at, end) | 0x20, byteAt(line, at + 1, end), byteAt(line, at + 2, end)];
  if (first === 0x76) return second >= 0x30 && second <= 0x39;
  if (first === 0x6e) return (second | 0x20) === 0x61 && (third | 0x20) === 0x6e;
  return first === 0x69 && (second | 0x20) === 0x6e && (third | 0x20) === 0x66;
}

/** Where the next name begins behind a number that ends at `at`; -1 when something else follows. */
function behindNumber(line: Uint8Array, at: number, end: number): number {
  if (at === end) return end;
  const next = byteAt(line, at + 1, end);
  if (line[at] === COMMA) return next === BLANK ? at + 2 : at + 1;
  if (line[at] !== BLANK) return -1;
  return next === PIPE && byteAt(line, at + 2, end) === BLANK ? at + 3 : at + 1;
}

/** The byte at this index; 0 behind the end. */
function byteAt(line: Uint8Array, at: number, end: number): number {
  return at < end ? (line[at] as number) : 0;
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
