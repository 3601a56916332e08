import type { NameBook } from "../names/name-book.ts";
import { isSplitWord } from "../names/names.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { add, joined, type Scan } from "./pair-scan.ts";
import type { Token } from "../tokens/tokens.ts";

/** One of several numbers that slashes part, with its own name. */
interface SlashedValue {
  readonly key: string;
  readonly value: number;
  /** Its token. */
  readonly at: number;
}

/** More than these are a path. */
const MOST_VALUES = 6;

/** Several numbers behind as many names; the answer is the index of the last one, `undefined` where there is but one. */
export function addSlashed(scan: Scan, words: readonly string[], index: number): number | undefined {
  if (scan.tokens[index + 1]?.text !== "/") return undefined;
  const values = slashedValues(scan.tokens, words, index, scan.names);
  for (const { key, value, at } of values) add(scan, key, value, at, { weak: false, multiple: 1 });
  return values.at(-1)?.at;
}

/**
 * Reads `Train / test accuracy: 0.91 / 0.90`, `train/val loss: 0.5/0.6` and `mIoU/mAcc 0.31/0.42`, whose first number is at
 * `index`. Empty where there are not as many names as numbers.
 */
function slashedValues(
  tokens: readonly Token[],
  words: readonly string[],
  index: number,
  names: NameBook,
): readonly SlashedValue[] {
  const numbers = numbersFrom(tokens, index);
  const keys = splitNames(words) ?? partsOfOne(words, names) ?? partsOf(words.at(-1) ?? "", names);
  if (numbers.length < 2 || keys.length !== numbers.length) return [];
  return numbers.map(({ value, at }, place) => ({ key: keys[place] ?? "", value, at }));
}

function numbersFrom(tokens: readonly Token[], index: number): readonly Omit<SlashedValue, "key">[] {
  const numbers: Omit<SlashedValue, "key">[] = [];
  for (let at = index; numbers.length <= MOST_VALUES; at += 2) {
    const token = tokens[at];
    const value =
      token?.kind === "number" && (token.unit === "" || token.unit === "%") ? parseNumber(token.number) : undefined;
    if (value === undefined) return [];
    numbers.push({ value, at });
    if (tokens[at + 1]?.text !== "/") break;
  }
  return numbers;
}

/** `mean/median reward` */
export const STATISTIC = /^(?:mean|median|min|max|avg|average|std|var)$/i;

/** Of `Train / test accuracy`, `train/val loss` and `loss (train/val)`, one name for each split. */
function splitNames(words: readonly string[]): readonly string[] | undefined {
  const [, whole, parts] = IN_BRACKETS.exec(joined(words)) ?? [];
  const [first = "", ...rest] = whole === undefined || parts === undefined ? words : [parts, whole];
  const isSpaced = rest[0] === "/";
  const splits = isSpaced ? [first, rest[1] ?? ""] : first.split("/");
  const name = (isSpaced ? rest.slice(2) : rest).join("_");
  if (
    name === "" ||
    splits.length < 2 ||
    !splits.every((split) => isSplitWord(split.toLowerCase()) || STATISTIC.test(split))
  )
    return undefined;
  return splits.map((split) => `${split}_${name}`);
}

const IN_BRACKETS = /^([^()]+?)_?\(([^()]+)\)$/;

/** Of `Loss span/answer/total`, where only the words in front name a metric. */
function partsOfOne(words: readonly string[], names: NameBook): readonly string[] | undefined {
  const name = words.slice(0, -1).join("_");
  const parts = words.at(-1)?.split("/") ?? [];
  if (parts.some((part) => names.kindOf(part) === "metric") || names.kindOf(name) !== "metric") return undefined;
  return parts.map((part) => `${name}_${part}`);
}

/** The parts of `mIoU/mAcc/allAcc`, if one of them names a metric and no other is noise. */
function partsOf(word: string, names: NameBook): readonly string[] {
  // `mAP (0.5/0.75): 0.3`
  if (word.includes("(")) return [];
  const parts = word.split("/");
  const kinds = parts.map((part) => names.kindOf(part));
  return kinds.includes("metric") && !kinds.includes("noise") ? parts : [];
}

/**
 * Reads `accuracy: (train=0.95, test=0.9)` and `Precision: train 0.61, test 0.11.`: what is in front of the name of a split at
 * `from` is a metric, and behind it stands a number for each split. The answer is the index of the last token read, or -1.
 */
export function addSplits(scan: Scan, from: number): number {
  const { tokens, names, words } = scan;
  if (words.length === 0 || !isSplitWord(tokens[from]?.text.toLowerCase() ?? "")) return -1;
  const name = joined(words);
  const isBracketed = tokens[from - 1]?.text === "(";
  const found: SlashedValue[] = [];
  for (let split = from, end = from; ; split = LIST_MARK.test(tokens[end]?.text ?? "") ? end + 1 : end) {
    const at = tokens[split + 1]?.kind === "separator" ? split + 2 : split + 1;
    const [word, number] = [tokens[split]?.text ?? "", tokens[at]];
    const value = number?.kind === "number" ? parseNumber(number.number) : undefined;
    if (value === undefined || !isSplitWord(word.toLowerCase())) {
      const isEnded = isBracketed ? tokens[end]?.text === ")" && found.length > 0 : found.length > 1;
      if (!isEnded || names.kindOf(name) !== "metric") return -1;
      for (const { key, value, at: place } of found) add(scan, key, value, place, { weak: false, multiple: 1 });
      return isBracketed ? end : end - 1;
    }
    found.push({ key: `${word}_${name}`, value, at });
    end = at + 1;
  }
}

const LIST_MARK = /^[,/|]$/;
