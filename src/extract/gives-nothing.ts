import { METRIC_WORDS } from "./names.ts";
import { POSITION_WORDS } from "./step-names.ts";

const [BLANK, SHARP, OPEN, PLUS, COMMA, MINUS, SLASH] = [0x20, 0x23, 0x28, 0x2b, 0x2c, 0x2d, 0x2f];
const [COLON, EQUALS, LIST, LIST_END, UNDERSCORE] = [0x3a, 0x3d, 0x5b, 0x5d, 0x5f];

/**
 * Whether a line that follows nothing (no header, no traceback) gives nothing, and says nothing about the lines below it,
 * by its bytes alone. `false` may be wrong, and only costs the look of the dialects; `true` is what they would say: the line
 * has no name with a number behind its sign, no word that can name a metric or a position, no counter in brackets, and
 * nothing that tables, objects or tracebacks are made of.
 */
export type EmptyTest = (line: Uint8Array, start: number, end: number) => boolean;

// What a byte is to the test.
const [PLAIN, LETTER, CAPITAL, DIGIT, LOOK, STOP] = [0, 1, 2, 3, 4, 5];

/** Words that make a name a metric's together with others, or without being in the list: `params norm`, `it per sec`, `mIoU`. */
const MORE_WORDS = [
  "norm",
  "rate",
  "tree",
  "trees",
  "counter",
  "squared",
  "value",
  "per",
  "len",
  "lens",
  "length",
  "lengths",
  "io",
];

const [LOSS, ACCU, PERP, ACC] = [0x6c6f7373, 0x61636375, 0x70657270, 0x616363];

export function createEmptyTest(): EmptyTest {
  const kinds = kindsOfBytes();
  const known = new Uint8Array(HASHES);
  for (const word of [...METRIC_WORDS, ...MORE_WORDS]) known[hashOf(word)] = METRIC;
  for (const word of POSITION_WORDS) known[hashOf(word)] = POSITION;

  return (line, start, end) => {
    let hash = 0;
    /** The last four letters. */
    let tail = 0;
    /** What a known word must be: behind digits only a position can be one, and `3ce9` is no cross entropy. */
    let least = METRIC;
    let before = PLAIN;
    for (let at = start; at < end; at += 1) {
      const byte = line[at] as number;
      const kind = kinds[byte] as number;
      if (kind <= CAPITAL && kind !== PLAIN) {
        // `valLoss` is two words, and `13epoch` may be a number and one.
        if (before === DIGIT || (kind === CAPITAL && before === LETTER)) {
          if ((known[hash & MASK] as number) >= least || (tail & 0xffffff) === ACC) return false;
          hash = tail = 0;
          least = before === DIGIT ? POSITION : METRIC;
        }
        const lower = byte | 0x20;
        hash = (Math.imul(hash, 31) + lower) | 0;
        tail = (tail << 8) | lower;
        if (tail === LOSS || tail === ACCU || tail === PERP) return false;
      } else {
        if (before !== PLAIN && before <= DIGIT && hash !== 0) {
          // Also in front of the digits of `top5`, which may be a word with them.
          if ((known[hash & MASK] as number) >= least || (tail & 0xffffff) === ACC) return false;
        }
        if (kind === DIGIT) {
          hash = (Math.imul(hash, 31) + byte) | 0;
        } else {
          if (kind === STOP || (kind === LOOK && mayBegin(line, start, at, end))) return false;
          hash = tail = 0;
          least = METRIC;
        }
      }
      before = kind;
    }
    return (known[hash & MASK] as number) < least && (tail & 0xffffff) !== ACC;
  };
}

/** What a known word names. */
const [METRIC, POSITION] = [1, 2];

const HASHES = 1 << 16;
const MASK = HASHES - 1;

function hashOf(word: string): number {
  let hash = 0;
  for (const character of word) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash & MASK;
}

function kindsOfBytes(): Uint8Array {
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte >= 0x30 && byte <= 0x39) return DIGIT;
    if (byte >= 0x61 && byte <= 0x7a) return LETTER;
    if (byte >= 0x41 && byte <= 0x5a) return CAPITAL;
    return byte < BLANK || byte >= 0x7f ? STOP : PLAIN;
  });
  for (const character of '"{|@') kinds[character.charCodeAt(0)] = STOP;
  for (const character of " =:[(/,-+*_~#") kinds[character.charCodeAt(0)] = LOOK;
  return kinds;
}

/** Whether something begins at this byte that the dialects have to look at. */
function mayBegin(line: Uint8Array, start: number, at: number, end: number): boolean {
  const before = at > start ? (line[at - 1] as number) : 0;
  const next = at + 1 < end ? (line[at + 1] as number) : 0;
  switch (line[at] as number) {
    case BLANK:
      // The gap of a table; not what a line is indented by.
      return next === BLANK && before > BLANK;
    case EQUALS:
      return mayBeValue(line, at + 1, end) || isRuleAt(before, next);
    case COLON:
      if (isDigit(before)) return !isDigit(next);
      return mayBeValue(line, at + 1, end) || isRuleAt(before, next);
    case LIST:
      return mayBeCounter(line, at + 1, end);
    case OPEN:
      // `tensor(0.5)`
      return isLetter(before) || isDigit(before);
    case SLASH:
      return isRateAt(line, at + 1, end);
    case COMMA:
      return isLetter(next);
    case SHARP:
      // A column that is named so.
      return !isLetter(next) && !isDigit(next);
  }
  return isRuleAt(before, next);
}

function mayBeValue(line: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && line[at] === BLANK) at += 1;
  if (at >= end) return false;
  const byte = line[at] as number;
  if (isDigit(byte)) return true;
  // What may be wrapped around a number; `nan`, `inf`.
  if (!isLetter(byte)) return true;
  const [lower, next] = [byte | 0x20, (line[at + 1] ?? 0) | 0x20];
  return (
    (lower === 0x6e && next === 0x61) || (lower === 0x69 && next === 0x6e && ((line[at + 2] ?? 0) | 0x20) === 0x66)
  );
}

/** `[3/25]`, `[ 5]`, `[2,  2400]` */
function mayBeCounter(line: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && (line[at] === BLANK || line[at] === MINUS || isDigit(line[at] as number))) at += 1;
  return at > from && at < end && (line[at] === SLASH || line[at] === LIST_END || line[at] === COMMA);
}

/** `it/s`, `words / sec` */
function isRateAt(line: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && (line[at] === BLANK || line[at] === UNDERSCORE)) at += 1;
  const [first, second] = [line[at], line[at + 1]];
  if (at >= end || first !== 0x73) return false;
  return at + 1 >= end || second === 0x65 || !(isLetter(second as number) || isDigit(second as number));
}

/** The middle of three marks of a rule. */
function isRuleAt(before: number, next: number): boolean {
  return isMark(before) && isMark(next);
}

function isMark(byte: number): boolean {
  switch (byte) {
    case MINUS:
    case EQUALS:
    case PLUS:
    case COLON:
    case 0x2a:
    case UNDERSCORE:
    case 0x7e:
    case SHARP:
      return true;
  }
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
