import { beginsResult } from "../lines/number-bytes.ts";
import { METRIC_WORDS, SPLIT_WORDS } from "../names/name-vocabulary.ts";
import { plainWords, positionWords } from "../names/other-languages.ts";
import { POSITION_WORDS } from "../names/step-names.ts";

const [NEWLINE, BLANK, SHARP, OPEN, PLUS, COMMA, MINUS, SLASH] = [0x0a, 0x20, 0x23, 0x28, 0x2b, 0x2c, 0x2d, 0x2f];
const [COLON, EQUALS, LIST, LIST_END, UNDERSCORE, PIPE, ESCAPE, BACKSPACE] = [
  0x3a, 0x3d, 0x5b, 0x5d, 0x5f, 0x7c, 0x1b, 0x08,
];

/**
 * Where a line ends that follows nothing (no header, no traceback), gives nothing, and says nothing about the lines below
 * it, by its bytes alone: the index of its newline, or `end`. -1 may be wrong, and only costs the look of the dialects, and so
 * may `HIDDEN`: there is an escape sequence or a backspace, and what a terminal shows of the line may be asked for instead.
 * Anything else is what they would say: the line has no name with a number behind its sign, no word that can name a metric
 * or a position, no counter in brackets, and nothing that tables, objects or tracebacks are made of. Most lines of a log
 * are of that kind, so that this loop is the greater part of the cost of a log, and their newlines are found by it too.
 */
export type EmptyTest = (bytes: Uint8Array, start: number, end: number) => number;

export const HIDDEN = -2;

// What a byte is to the test.
const [PLAIN, LETTER, CAPITAL, DIGIT, LOOK, STOP, HIDES, LINE_END] = [0, 1, 2, 3, 4, 5, 6, 7];

/** Words that make a name a metric's together with others, or without being in the list: `params norm`, `it per sec`, `mIoU`. */
const MORE_WORDS = [
  "norm",
  "rate",
  "lr",
  "tree",
  "trees",
  "counter",
  "squared",
  "value",
  "per",
  "sec",
  "secs",
  "len",
  "lens",
  "length",
  "lengths",
  "io",
  "log",
  "mean",
  "median",
  "min",
  "max",
  "avg",
  "average",
  "std",
  "var",
];

export function createEmptyTest(): EmptyTest {
  const kinds = kindsOfBytes();
  const isKnown = createWordTest();

  return (bytes, start, end) => {
    let isBehindDigit = false;
    let isBehindWord = false;
    for (let at = start; at < end;) {
      const first = bytes[at] as number;
      const kind = kinds[first] as number;
      if (kind === LETTER || kind === CAPITAL) {
        // `valLoss` is two words.
        const wordAt = at;
        let letters = 1 << first;
        at += 1;
        if (kind === CAPITAL) {
          for (; at < end && isCapital(bytes[at] as number); at += 1) letters |= 1 << (bytes[at] as number);
        }
        for (; at < end; at += 1) {
          const byte = bytes[at] as number;
          if (byte < 0x61 || byte > 0x7a) break;
          // By its last five bits.
          letters |= 1 << byte;
        }
        if (isKnown(bytes, wordAt, at, letters, isBehindDigit)) return -1;
        isBehindDigit = false;
        isBehindWord = true;
        if (at === end || !isDigit(bytes[at] as number)) continue;
        // `top5`
        at = digitsEnd(bytes, at, end);
        if (isKnown(bytes, wordAt, at, 0, isBehindDigit)) return -1;
        isBehindDigit = true;
      } else if (kind === DIGIT) {
        isBehindDigit = !isSecondNumber(bytes, start, at);
        at = digitsEnd(bytes, at, end);
      } else {
        if (kind >= LOOK) {
          if (kind === LINE_END) return at;
          if (kind === HIDES) return HIDDEN;
          if (kind === STOP || mayBegin(bytes, start, at, end, isBehindWord)) return -1;
        }
        isBehindDigit = false;
        at += 1;
      }
    }
    return end;
  };
}

/** Whether the digits at `at` are the second of `1-2` or `3/10`: a word behind them is no unit. */
function isSecondNumber(bytes: Uint8Array, start: number, at: number): boolean {
  const mark = bytes[at - 1];
  return (mark === MINUS || mark === SLASH) && at - 1 > start && isDigit(bytes[at - 2] as number);
}

/** Letters of endings and pieces of words that tell, as bits. */
const [LOS, AC, PER] = ["los", "ac", "per"].map(lettersOf) as [number, number, number];

/** Words are told apart by a look at their first and last character and their length before they are hashed. */
const LOOKS = 1 << 14;
const PLACES = 1 << 16;

/** What a known word names. */
const [METRIC, POSITION] = [1, 2];

/**
 * Whether a word may name a metric or a position. `letters` are those of the word as bits. Behind digits only a position
 * can be one: `13epoch`, and `3ce9` is no cross entropy.
 */
function createWordTest() {
  const looks = new Uint8Array(LOOKS);
  const known = new Uint8Array(PLACES);
  function add(word: string, named: number): void {
    const bytes = Buffer.from(word);
    looks[lookOf(bytes, 0, bytes.length)] = 1;
    known[placeOf(bytes, 0, bytes.length)] = named;
  }
  for (const word of [...METRIC_WORDS, ...MORE_WORDS, ...plainWords]) add(word, METRIC);
  for (const word of [...POSITION_WORDS, ...positionWords]) add(word, POSITION);

  return (bytes: Uint8Array, start: number, end: number, letters: number, isBehindDigit: boolean): boolean => {
    const mayTell = (letters & AC) === AC || (letters & LOS) === LOS || (letters & PER) === PER;
    if (mayTell && tells(bytes, start, end)) return true;
    if (looks[lookOf(bytes, start, end)] === 0) return false;
    return (known[placeOf(bytes, start, end)] as number) >= (isBehindDigit ? POSITION : METRIC);
  };
}

/** Whether a word has letters that tell wherever they stand in it, or at its end: `trainloss`, `valacc`. */
function tells(bytes: Uint8Array, start: number, end: number): boolean {
  let last = 0;
  for (let at = start; at < end; at += 1) {
    last = (last << 8) | (bytes[at] as number) | 0x20;
    if (last === LOSS || last === ACCU || last === PERP) return true;
  }
  return (last & 0xffffff) === ACC;
}

const [LOSS, ACCU, PERP, ACC] = [0x6c6f7373, 0x61636375, 0x70657270, 0x616363];

function lettersOf(word: string): number {
  let letters = 0;
  for (const letter of word) letters |= 1 << letter.charCodeAt(0);
  return letters;
}

function lookOf(bytes: Uint8Array, start: number, end: number): number {
  const length = Math.min(end - start, 15);
  return (((bytes[start] as number) & 31) << 9) | (((bytes[end - 1] as number) & 31) << 4) | length;
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + ((bytes[at] as number) | 0x20)) | 0;
  return hash & (PLACES - 1);
}

function kindsOfBytes(): Uint8Array {
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte === NEWLINE) return LINE_END;
    if (byte === ESCAPE || byte === BACKSPACE) return HIDES;
    if (byte >= 0x30 && byte <= 0x39) return DIGIT;
    if (byte >= 0x61 && byte <= 0x7a) return LETTER;
    if (byte >= 0x41 && byte <= 0x5a) return CAPITAL;
    return byte < BLANK || byte >= 0x7f ? STOP : PLAIN;
  });
  for (const character of '"{@') kinds[character.charCodeAt(0)] = STOP;
  for (const character of " =:[(/,-+*_~#|") kinds[character.charCodeAt(0)] = LOOK;
  return kinds;
}

/** Whether something begins at this byte that the dialects have to look at. */
function mayBegin(line: Uint8Array, start: number, at: number, end: number, isBehindWord: boolean): boolean {
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
      // `Result for trial:`
      if (next <= BLANK && beginsResult(line, start)) return true;
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
    case PIPE:
      // `500 | a 6.01`, `| a | b |`
      if (!isBehindWord || next === PIPE || (isLetter(before) && isLetter(next))) return true;
      return isColumnOfData(line, at + 2, end);
    case SHARP:
      // A column that is named so.
      return !isLetter(next) && !isDigit(next);
  }
  return isRuleAt(before, next);
}

function mayBeValue(line: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && line[at] === BLANK) at += 1;
  const byte = at < end ? (line[at] as number) : NEWLINE;
  if (byte === NEWLINE) return false;
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

/** `Metric | train | val`: whether the word of a column names data, as in a header that names nothing else. */
function isColumnOfData(line: Uint8Array, from: number, end: number): boolean {
  if (from + 2 >= end) return false;
  const [first, second, third] = [line[from] as number, line[from + 1] as number, line[from + 2] as number];
  return PARTS_OF_DATA.has((first << 16) | (second << 8) | third | 0x202020);
}

/** How the words for parts of the data begin. */
const PARTS_OF_DATA = new Set([...SPLIT_WORDS].map((word) => Buffer.from(word).readUIntBE(0, 3)));

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

function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && isDigit(bytes[stop] as number)) stop += 1;
  return stop;
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
