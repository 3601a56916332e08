import { parseNumber } from "../tokens/numbers.ts";
import { add, joined, put, type Scan } from "./pair-scan.ts";
import { closingOf } from "./parentheses.ts";
import { withoutCopula } from "./scoped-name.ts";
import { enterSection } from "./sections.ts";
import { isWhole } from "./surroundings.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/** More than these, or a name of more words, are no list of metrics. */
const MOST_VALUES = 8;
const MOST_WORDS = 4;

/**
 * Reads `test loss, test acc: [0.5, 0.9]` and `precision, recall, F1: (0.5, 0.6, 0.55)`, several names in front of one sign
 * and as many numbers behind it. `index` is that of the first number or of the bracket in front of it; the answer is the
 * index of the last token read, `undefined` where there are not as many names as numbers, or none of a metric.
 */
export function addListed(scan: Scan, index: number): number | undefined {
  const { tokens, names } = scan;
  const isOpen = tokens[index]?.kind === "open";
  const sign = signStart(tokens, index - 1);
  if (sign === undefined) return undefined;
  // `(epoch, loss) = (3, 0.5)`
  const isClosed = tokenAt(tokens, sign - 1)?.text === ")";
  if (!isClosed && tokenAt(tokens, sign - scan.words.length - 1)?.text !== ",") return undefined;
  const all = namesBefore(tokens, isClosed ? sign - 1 : sign);
  if (all.length < 2) return undefined;
  const numbers = numbersFrom(tokens, isOpen ? index + 1 : index);
  // `val, epoch, loss: 3, 0.5`
  const isOfPart = all.length === numbers.length + 1 && all.length > 2 && enterSection(scan, all[0] ?? []);
  const listed = isOfPart ? all.slice(1) : all;
  const end = (numbers.at(-1) ?? index) + (isOpen ? 1 : 0);
  if (numbers.length !== listed.length || (isOpen && tokens[end]?.kind !== "close")) return undefined;
  const keys = listed.map(joined);
  if (!keys.some((key) => names.kindOf(key) === "metric")) return undefined;
  for (const [place, key] of keys.entries()) {
    const at = numbers[place] ?? index;
    const number = tokens[at]?.number ?? "";
    if (names.rankOf(key) > 0) put(scan, key, number, at);
    else add(scan, key, parseNumber(number) ?? Number.NaN, at, { weak: false, multiple: 1 });
  }
  return end;
}

/** The index at which the sign begins that ends at `end`: `:`, `=`, `===>`. */
function signStart(tokens: readonly Token[], end: number): number | undefined {
  const last = tokenAt(tokens, end);
  if (last?.kind === "separator") return end;
  if (last?.text !== ">" || last.gap !== "none") return undefined;
  let start = end;
  while (/^[-=]$/.test(tokenAt(tokens, start - 1)?.text ?? "")) start -= 1;
  return start === end ? undefined : start;
}

/** `Loss [0.5] Acc [0.9]`, `D[0.52] G[1.25]`: a number alone in brackets behind a name, beside a position. */
export function addBracketed(scan: Scan, index: number): boolean {
  const { tokens, words, names } = scan;
  const [open, { number = "", unit = "" } = {}] = [tokens[index], tokens[index + 1]];
  if (words.length === 0 || words.length > MOST_WORDS || !number.includes(".") || (unit !== "" && unit !== "%"))
    return false;
  const kind = names.kindOf(joined(words));
  if (kind !== "metric" && (kind === "noise" || open?.gap !== "none" || words.length > 1)) return false;
  add(scan, joined(words), parseNumber(number) ?? Number.NaN, index + 1, { weak: true, multiple: 1 });
  return true;
}

/**
 * `Loss 2.5 (task 2.25, comp 0.25)`: what a metric is made of, with no signs. The answer is the index of the bracket's end,
 * or -1 where it is nothing of the kind.
 */
export function addParts(scan: Scan, index: number): number {
  const { tokens, names, found } = scan;
  const whole = found.at(-1);
  if (tokens[index]?.text !== "(" || whole?.at !== index - 1 || names.kindOf(whole.key) !== "metric") return -1;
  const parts: [name: string, at: number][] = [];
  for (let at = index + 1; parts.length < MOST_VALUES; at += 3) {
    const [name, value, sign] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (name?.kind !== "word" || value?.kind !== "number" || value.unit !== "" || !/[.]|\d[eE]/.test(value.number))
      return -1;
    if (OF_MANY.test(name.text) || !["metric", "unknown"].includes(names.kindOf(name.text))) return -1;
    parts.push([name.text, at + 1]);
    if (sign?.text === "," || sign?.text === "|") continue;
    if (sign?.text !== ")" || parts.length < 2) return -1;
    for (const [key, place] of parts)
      add(scan, key, parseNumber(tokens[place]?.number ?? "") ?? Number.NaN, place, { weak: true, multiple: 1 });
    return at + 2;
  }
  return -1;
}

/**
 * `Fps is (10 sec: 1250.5, 60 sec: 1200.0)`: a metric over windows of time, of which the first is the last that was measured. The
 * answer is the index of the bracket's end, or -1 where it is nothing of the kind.
 */
export function addOverWindows(scan: Scan, index: number): number {
  const { tokens, names } = scan;
  const [window, unit, sign, value] = tokens.slice(index + 1, index + 5);
  if (!isWhole(window) || !WINDOW_UNIT.test(unit?.text ?? "") || sign?.text !== ":" || value?.kind !== "number")
    return -1;
  const name = joined(withoutCopula(scan.words));
  const number = parseNumber(value.number);
  if (names.kindOf(name) !== "metric" || number === undefined) return -1;
  if (Number.isFinite(number)) add(scan, name, number, index + 4, { weak: false, multiple: 1 });
  return closingOf(tokens, index);
}

const WINDOW_UNIT = /^(?:s|secs?|seconds?|min|mins|minutes?)$/i;

/** What many numbers have, not what they are made of. */
const OF_MANY = /^(?:min|max|avg|mean|median|std|var|best|last|prev|ema|total|sum|from|to|was|vs)$/i;

/** The words of each of the names that commas part in front of a sign. */
function namesBefore(tokens: readonly Token[], sign: number): readonly (readonly string[])[] {
  const listed: string[][] = [];
  let words: string[] = [];
  for (let at = sign - 1; at >= -1; at -= 1) {
    const token = tokenAt(tokens, at);
    if (token?.kind === "word") {
      words.unshift(token.text);
      if (words.length > MOST_WORDS) return [];
      continue;
    }
    // `step 5, loss, acc: 0.5, 0.9`
    if (words.length === 0) return token?.text === "," ? [] : listed;
    listed.unshift(words);
    words = [];
    if (token?.text !== ",") return listed;
  }
  return listed;
}

/** The indices of the numbers that commas or blanks part. */
function numbersFrom(tokens: readonly Token[], from: number): readonly number[] {
  const numbers: number[] = [];
  for (let at = from; numbers.length <= MOST_VALUES; at += 1) {
    const { kind, unit } = tokens[at] ?? {};
    if (kind !== "number" || (unit !== "" && unit !== "%")) return numbers;
    numbers.push(at);
    if (tokens[at + 1]?.text === ",") at += 1;
  }
  return numbers;
}
