import { createNumberEdges, elasticEnd, type NumberEdges } from "./elastic-numbers.ts";

const [TAB, ESCAPE, DELETE, BACKSLASH, AT, LIST, SEMICOLON, END_OF_COLOUR] = [
  9, 0x1b, 0x7f, 0x5c, 0x40, 0x5b, 0x3b, 0x6d,
];
const ZERO = 0x30;

/** Longer lines have no outline: they hardly come twice, and what is kept must stay small. */
export const OUTLINE_LIMIT = 1024;

/**
 * The shape of a line: its bytes with `0` for every digit, and one `0` for the digits of an elastic number
 * (`elastic-numbers.ts`). Lines of one shape whose elastic numbers have the same lengths are read alike: no rule of this
 * folder asks which digit stands somewhere, with the exceptions below, whose digits the shape keeps.
 *
 * - A single digit behind a letter: `f1`, `top5`, `beta2` are names of their own. Two digits too, so that `AP50` is a shape
 *   of its own, but not where the letters follow a digit in lower case: `3h12m`.
 * - Behind `\` in JSON and behind a colour, which are taken away before words are compared; behind bytes that are not ASCII.
 * - The digits of a colour.
 */
export interface Outline {
  /** The shape of the last line that was drawn; valid up to `length`. */
  readonly bytes: Uint8Array;
  length: number;
  /** The same bytes four by four, with zeros behind the last. */
  readonly words: Int32Array;
  wordCount: number;
  /** Of the words. */
  hash: number;
  /** What is seen is then not what is next to each other in the line. */
  hasColour: boolean;
  /** How many runs of elastic digits there are. */
  runs: number;
  /** By how much the line is longer than its shape up to the end of each run. */
  readonly shifts: Int32Array;
  /** The place behind each run in the shape. */
  readonly runEnds: Int32Array;
  readonly kinds: Uint8Array;
  readonly edges: NumberEdges;
}

export function createOutline(): Outline {
  const buffer = new ArrayBuffer(OUTLINE_LIMIT + WORD);
  return {
    bytes: new Uint8Array(buffer),
    length: 0,
    words: new Int32Array(buffer),
    wordCount: 0,
    hash: 0,
    hasColour: false,
    runs: 0,
    shifts: new Int32Array(OUTLINE_LIMIT),
    runEnds: new Int32Array(OUTLINE_LIMIT),
    kinds: kindsOfBytes(),
    edges: createNumberEdges(),
  };
}

/** Bytes of a word. Comparing and hashing by words is a fraction of the cost of doing it by bytes. */
const WORD = 4;

// What a byte is to the digits behind it.
const [OTHER, LOWER, UPPER, DIGIT, CONTROL] = [0, 1, 2, 3, 4];

/** Draws a line. `false` when it has no outline: it is too long or has control characters other than colours. */
export function drawOutline(outline: Outline, line: Uint8Array, start: number, end: number): boolean {
  if (end - start > OUTLINE_LIMIT) return false;
  const { bytes, kinds, edges } = outline;
  outline.hasColour = false;
  outline.runs = 0;
  /** Where the line begins, or goes on behind its last colour. */
  let behindColour = start;
  let to = 0;
  // Most bytes are only copied: this loop is the greater part of the cost of a line whose shape is known.
  for (let from = start; from < end; from += 1) {
    const byte = line[from] as number;
    const kind = kinds[byte] as number;
    if (kind <= UPPER) {
      bytes[to++] = byte;
      continue;
    }
    if (kind === DIGIT) {
      const stop = elasticEnd(edges, line, start, from, end);
      if (stop === -1) {
        const exact = digitsEnd(line, from, end);
        const isKept = exact - from <= mostKept(kinds, line, behindColour, from, behindColour > start);
        const mask = isKept ? 0xff : ZERO;
        for (; from < exact; from += 1) bytes[to++] = (line[from] as number) & mask;
      } else {
        to = drawElastic(outline, to, line, start, from, stop);
        from = stop;
      }
      from -= 1;
    } else {
      behindColour = colourEnd(line, from, end);
      if (behindColour === -1) return false;
      for (; from < behindColour; from += 1) bytes[to++] = line[from] as number;
      from -= 1;
      outline.hasColour = true;
    }
  }
  finish(outline, to);
  return true;
}

/** How many digits are kept of those that begin at `at`; `start` is where the line begins, or what is behind a colour. */
export function mostKept(kinds: Uint8Array, line: Uint8Array, start: number, at: number, isColoured: boolean): number {
  let before = at - 1;
  while (before >= start && kinds[line[before] as number] === LOWER) before -= 1;
  const isBehindLetter = before < at - 1;
  if (before < start) return isBehindLetter || isColoured ? 2 : 0;
  const kind = kinds[line[before] as number];
  // Letters that follow digits in lower case belong to the same word.
  if (kind === DIGIT) return 1;
  return isBehindLetter || kind === UPPER ? 2 : 0;
}

function finish(outline: Outline, length: number): void {
  const { bytes, words } = outline;
  for (let pad = length; pad < length + WORD - 1; pad += 1) bytes[pad] = 0;
  const count = (length + WORD - 1) >> 2;
  let hash = length;
  for (let index = 0; index < count; index += 1) hash = Math.imul(hash ^ (words[index] as number), 0x5bd1e995);
  outline.length = length;
  outline.wordCount = count;
  outline.hash = hash ^ (hash >>> 15);
}

/** Draws the number from `from` to `stop`, each run of its digits as one; the answer is the place behind it. */
function drawElastic(
  outline: Outline,
  place: number,
  line: Uint8Array,
  start: number,
  from: number,
  stop: number,
): number {
  let to = place;
  for (let at = from; at < stop; at += 1) {
    if (!isDigit(line[at] as number)) {
      outline.bytes[to++] = line[at] as number;
      continue;
    }
    at = digitsEnd(line, at, stop) - 1;
    outline.bytes[to++] = ZERO;
    outline.runEnds[outline.runs] = to;
    outline.shifts[outline.runs] = at + 1 - start - to;
    outline.runs += 1;
  }
  return to;
}

/** A hash of the shape with the lengths of its elastic numbers. */
export function exactHash({ hash, shifts, runs }: Outline): number {
  let exact = hash ^ 0x5bd1e995;
  for (let run = 0; run < runs; run += 1) exact = (Math.imul(exact, 31) + (shifts[run] as number)) | 0;
  return exact;
}

function kindsOfBytes(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (isDigit(byte)) return DIGIT;
    if (byte >= 0x61 && byte <= 0x7a) return LOWER;
    if ((byte >= 0x41 && byte <= 0x5a) || byte >= 0x80 || byte === BACKSLASH || byte === AT) return UPPER;
    return (byte < 0x20 && byte !== TAB) || byte === DELETE ? CONTROL : OTHER;
  });
}

function digitsEnd(line: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && isDigit(line[stop] as number)) stop += 1;
  return stop;
}

/** The indices of a line's digits, without those of its colours. */
export function digitsOf(line: Uint8Array, start: number, end: number): number[] {
  const digits: number[] = [];
  for (let at = start; at < end; at += 1) {
    const byte = line[at] ?? 0;
    if (isDigit(byte)) digits.push(at);
    at = Math.max(at, colourEnd(line, at, end) - 1);
  }
  return digits;
}

/** Whether the outline of a line with this text keeps all digits of a key in it: two keys of one shape are then the same. */
export function keepsDigits(key: string, text: string): boolean {
  if (!/\d/.test(key)) return true;
  if (/\d{3}|(?<![a-zA-Z@\d])\d/.test(key)) return false;
  return !/\d\d/.test(key) || !/\d[a-z]+\d\d/.test(text);
}

/** Index behind the colour (`ESC [ 31 m`) that begins at `at`; -1 when it is another sequence. */
function colourEnd(line: Uint8Array, at: number, end: number): number {
  if (line[at] !== ESCAPE || line[at + 1] !== LIST) return -1;
  let stop = at + 2;
  while (stop < end && (isDigit(line[stop] ?? 0) || line[stop] === SEMICOLON)) stop += 1;
  return stop < end && line[stop] === END_OF_COLOUR ? stop + 1 : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
