import type { NameBook } from "./name-book.ts";
import { isSplitWord } from "./names.ts";
import { multipleOf, parseNumber, unitKind } from "./numbers.ts";
import { leadingPosition } from "./leading-position.ts";
import { add, put, type Scan, settle } from "./pair-scan.ts";
import { closingOf, keyParenthesis } from "./parentheses.ts";
import type { Reading } from "./reading.ts";
import { BAR_COUNTER } from "./step-names.ts";
import { isCell, isLocation, isSentence, spacedUnit } from "./surroundings.ts";
import { type Token, tokenize } from "./tokens.ts";
import { wordsChange } from "./words-behind.ts";

/** More words than this before a number are a sentence. */
const MOST_WORDS = 6;

/** Finds names and the numbers that belong to them, positions included. A name that comes twice has its first number. */
export function scanPairs(line: string, names: NameBook): Reading {
  const scan: Scan = {
    tokens: tokenize(line),
    names,
    words: [],
    separator: false,
    section: "",
    found: [],
    steady: true,
  };
  for (let index = leadingPosition(scan); index < scan.tokens.length; index += 1) {
    index = step(scan, index);
  }
  return settle(scan, line);
}

/** Reads one token, or several that belong together; the answer is the index of the last one read. */
function step(scan: Scan, index: number): number {
  const token = scan.tokens[index];
  switch (token?.kind) {
    case "word":
      return readWord(scan, token, index);
    case "separator":
      readSeparator(scan, token);
      return index;
    case "number":
      return readNumber(scan, token, index);
    case "fraction":
      return readFraction(scan, token, index);
    case "counter":
      readCounter(scan, token, index);
      return index;
    case "open":
      return readOpen(scan, index);
    case "mark":
      // `Epoch #1`
      if (token.text === "#" && scan.names.rankOf(scan.words.at(-1) ?? "") > 0) return index;
      // `train - loss: 0.5`
      if (scan.words.length === 1 && scan.tokens[index + 1]?.kind === "word") enterSection(scan, scan.words);
      reset(scan);
      return token.text === "{" ? closingOf(scan.tokens, index) : index;
    case "close":
    case "junk":
    case undefined:
      reset(scan);
  }
  return index;
}

function reset(scan: Scan): void {
  // A new list, since the old one may be in use as a name; most tokens that reset follow no word.
  if (scan.words.length > 0) scan.words = [];
  scan.separator = false;
}

function readWord(scan: Scan, token: Token, index: number): number {
  const last = scan.words.at(-1);
  // A word behind a separator is a label's text; a wide gap and a full stop begin another cell.
  if (scan.separator) enterSection(scan, scan.words);
  if (scan.separator || (last !== undefined && (token.gap === "wide" || endsSentence(last)))) reset(scan);
  const parenthesis = keyParenthesis(scan.tokens, index);
  if (parenthesis === "call" && !isSplitWord(token.text.toLowerCase())) {
    reset(scan);
    return closingOf(scan.tokens, index + 1);
  }
  scan.words.push(typeof parenthesis === "object" ? token.text + parenthesis.text : token.text);
  return typeof parenthesis === "object" ? parenthesis.end : index;
}

/** A full stop behind a word, not behind an abbreviation. */
function endsSentence(word: string): boolean {
  return word.endsWith(".") && /\p{L}{4}\.$/u.test(word);
}

function readSeparator(scan: Scan, token: Token): void {
  if (scan.separator) {
    reset(scan);
  } else if (scan.words.length > 0) {
    scan.separator = true;
    // `Eval num_timesteps=77`: only what is glued to the sign is the name, with the words that qualify it.
    if (token.text === "=" && token.gap === "none") scan.words = phraseAtEnd(scan, scan.words);
  }
}

function readOpen(scan: Scan, index: number): number {
  // `lr=[5e-05, 5e-05]`, `lr:(1e-3,)`: the first number of the list counts.
  if (scan.separator) return index;
  const [word, close] = [scan.tokens[index + 1], scan.tokens[index + 2]];
  // `Test [loss: 0.5, acc: 0.9]`
  if (word?.kind === "word") enterSection(scan, scan.words.slice(-1));
  reset(scan);
  // `[train] loss=0.5`
  return word?.kind === "word" && close?.kind === "close" && enterSection(scan, [word.text]) ? index + 2 : index;
}

/** Whether these words are the name of a split, which the numbers behind them are about. */
function enterSection(scan: Scan, words: readonly string[]): boolean {
  const [only] = words;
  if (only === undefined || words.length > 1 || !isSplitWord(only.toLowerCase())) return false;
  scan.section = `${only}/`;
  return true;
}

function readNumber(scan: Scan, token: Token, index: number): number {
  const { words, separator } = scan;
  reset(scan);
  // `13epoch`
  if (words.length === 0 && token.unit !== "" && scan.names.rankOf(token.unit) > 0)
    put(scan, token.unit, token.number, index);
  const next = scan.tokens[index + 1];
  if (next?.gap === "none" && (next.kind === "word" || (next.kind === "mark" && /^[-_#$&]$/.test(next.text))))
    return index;

  const spaced = spacedUnit(scan.tokens, index);
  const end = spaced === undefined ? index : index + 1;
  const multiple = multipleOf(token.unit);
  const unit = multiple === undefined ? (token.unit !== "" ? token.unit : spaced) : spaced;
  const kind = unit === undefined ? "plain" : unitKind(unit);
  if (kind === "time" || kind === "size" || kind === "unknown") return end;

  const value = (parseNumber(token.number) ?? Number.NaN) * (multiple ?? 1);
  if (words.length === 0) {
    if (kind === "rate" && spaced !== undefined && isCell(scan.tokens, index, end))
      add(scan, spaced, value, index, { weak: true, multiple: multiple ?? 1 });
    return spaced === undefined ? nameBehind(scan, value, multiple ?? 1, index) : end;
  }
  const name = scopedName(scan, words, separator);
  if (isPositionOf(scan, words, separator)) {
    put(scan, separator ? name : (words.at(-1) ?? name), token.number, index);
  } else if (separator) {
    // Of a list the bracket stands in between (`lr=[5e-05, 5e-05]`); it is judged as strictly as behind a colon.
    const sign = scan.tokens[index - 1]?.text === "=" ? "=" : ":";
    const isOther = isLocation(name, scan.tokens, index) || wordsChange(scan.tokens, index, end, sign);
    if (words.length <= MOST_WORDS && !isOther) {
      add(scan, name, value, index, { weak: false, multiple: multiple ?? 1 });
    }
  } else if (!wordsChange(scan.tokens, index, end, undefined)) {
    addUnseparated(scan, words, { value, multiple: multiple ?? 1 }, index, end);
  }
  return end;
}

/** `1792.0 avg loss`: the name of a metric behind the number, when both are all there is in their cell. */
function nameBehind(scan: Scan, value: number, multiple: number, index: number): number {
  let end = index;
  while (scan.tokens[end + 1]?.kind === "word" && scan.tokens[end + 1]?.gap === "blank" && end < index + 3) end += 1;
  if (end === index || !isCell(scan.tokens, index, end)) return index;
  const name = scan.tokens.slice(index + 1, end + 1).map(({ text }) => text);
  if (name.some((word) => FUNCTION_WORD.test(word)) || scan.names.kindOf(name.join("_")) !== "metric") return index;
  add(scan, name.join("_"), value, index, { weak: true, multiple });
  return end;
}

/**
 * The name that these words give. `loss is 0.5` is the loss; of `at epoch 3 with valid loss: 0.5` what is behind the last
 * preposition; and in `loss train: 0.5, val: 0.6` the second is the loss too.
 */
function scopedName({ found, names }: Scan, words: readonly string[], separator: boolean): string {
  const joint = separator && words.length > 1 ? words.findLastIndex((word) => JOINT.test(word)) : -1;
  let name = joint !== -1 && joint < words.length - 1 ? words.slice(joint + 1) : words;
  while (name.length > 1 && COPULA.test(name.at(-1) ?? "") && names.kindOf(name.slice(0, -1).join("_")) === "metric")
    name = name.slice(0, -1);
  const [only] = name;
  const before = found.at(-1)?.key;
  if (name.length !== 1 || only === undefined || before === undefined || !isSplitWord(only.toLowerCase())) {
    return joined(name);
  }
  const split = /^(.+)[_/]([a-z]+)$/i.exec(before);
  const isOfSplit = split !== null && isSplitWord((split[2] ?? "").toLowerCase());
  return isOfSplit && names.kindOf(split[1] ?? "") === "metric" ? `${split[1]}_${only}` : only;
}

const COPULA = /^(?:is|was|are|of|equals|now|value)$/i;
const JOINT = /^(?:and|at|but|with|while|where)$/i;

/** `train loss 4.28`: without a separator only a name that is known, or the only name of its cell beside a position. */
function addUnseparated(
  scan: Scan,
  words: readonly string[],
  { value, multiple }: { readonly value: number; readonly multiple: number },
  index: number,
  end: number,
): void {
  const copula = words.length > 1 && COPULA.test(words.at(-1) ?? "");
  if (copula) return addUnseparated(scan, words.slice(0, -1), { value, multiple }, index, end);
  const cell =
    words.length <= 3 &&
    !words.some((word) => FUNCTION_WORD.test(word)) &&
    isCell(scan.tokens, index - words.length, end);
  const phrase = cell ? words : phraseAtEnd(scan, words);
  const name = phrase.join("_");
  // With words behind the number too, it must be all that stands in front: `iter 10: loss 3.2 ok`.
  const isRemarked = isSentence(scan.tokens, end);
  if (scan.names.kindOf(name) === "metric") {
    if (isRemarked && phrase.length !== words.length) return;
    add(scan, name, value, index, { weak: isRemarked || phrase.length !== words.length, multiple });
  } else if (cell) {
    add(scan, name, value, index, { weak: true, multiple });
  }
}

/** A word that belongs to a sentence, not to a name. */
const FUNCTION_WORD = /^(?:a|an|the|at|by|for|from|in|is|of|on|than|to|was|with)$/i;

function readFraction(scan: Scan, token: Token, index: number): number {
  const { words, separator } = scan;
  reset(scan);
  const name = words.join("_");
  const rate = spacedUnit(scan.tokens, index);
  if (words.length === 0) {
    if (rate !== undefined && unitKind(rate) === "rate") {
      add(scan, rate, parseNumber(token.number) ?? Number.NaN, index, { weak: true, multiple: 1 });
      return index + 1;
    }
    put(scan, BAR_COUNTER, token.number, index);
  } else if (isPositionOf(scan, words, separator)) {
    put(scan, separator ? name : (words.at(-1) ?? name), token.number, index);
  } else if (scan.names.kindOf(name) === "metric") {
    const value = token.percent === undefined ? quotient(token) : Number(token.percent);
    add(scan, name, value, index, { weak: false, multiple: undefined });
  }
  return index;
}

function quotient(token: Token): number {
  return (parseNumber(token.number) ?? Number.NaN) / (parseNumber(token.total ?? "") ?? Number.NaN);
}

/** `[10/782]`, `[50]`: a position in the epoch, or the epoch itself behind its name. */
function readCounter(scan: Scan, token: Token, index: number): void {
  const { words, separator } = scan;
  reset(scan);
  const before = scan.found.at(-1);
  if (words.length > 0 && isPositionOf(scan, words, separator)) {
    put(scan, words.join("_"), token.number, index);
  } else if (token.total !== undefined || (before?.at === index - 1 && scan.names.rankOf(before.key) > 0)) {
    // `Train: 3 [0/10009 (0%)]`: the number behind a split's name is the epoch.
    if (before?.at === index - 1 && isSplitWord(before.key.toLowerCase())) {
      scan.steady = false;
      if (Number.isInteger(before.value)) {
        scan.found.pop();
        put(scan, "epoch", String(before.value), index);
      }
    }
    const next = scan.tokens[index + 1];
    // `Train: [0/300][10/1251]`
    put(scan, next?.kind === "counter" && next.gap === "none" ? "epoch" : "batch", token.number, index);
  }
}

/** The whole name when a separator stands behind it, else its last word: `Validation @ step 400`. */
function isPositionOf({ names }: Scan, words: readonly string[], separator: boolean): boolean {
  return names.rankOf(separator ? joined(words) : (words.at(-1) ?? "")) > 0;
}

function joined(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? "") : words.join("_");
}

/** The last word with the words before it that belong to it: `fell to val loss` → `val loss`. */
function phraseAtEnd({ names }: Scan, words: readonly string[]): string[] {
  let start = words.length - 1;
  while (start > 0 && names.belongsToName(words[start - 1] ?? "")) start -= 1;
  return words.slice(start);
}
