import { isSplitWord } from "../names/names.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { add, joined, type Scan } from "./pair-scan.ts";
import { isWhole } from "./surroundings.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/** `cost:ctc 266.3`: whether the word at `index` says what the metric is of, glued to its name by a colon. */
export function isPartOfName({ tokens, words, names }: Scan, index: number): boolean {
  const [token, next] = [tokens[index], tokens[index + 1]];
  if (token?.gap !== "none" || next?.kind !== "number" || next.gap !== "blank" || !isGluedColon(tokens, index - 1))
    return false;
  const last = words.at(-1) ?? "";
  return !isSplitWord(last.toLowerCase()) && names.kindOf(last) === "metric";
}

/** `words_per_sec/labels:0: 3275.1`: the same of a number, with the colon of the pair behind it. */
export function isNumberOfName({ tokens, words, names }: Scan, index: number): boolean {
  const [token, sign, value] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  if (token?.gap !== "none" || sign?.text !== ":" || sign.gap !== "none" || value?.kind !== "number") return false;
  if (value.gap !== "blank" || !isWhole(token) || token.text.length > 2 || !isGluedColon(tokens, index - 1))
    return false;
  return names.kindOf(joined(words)) === "metric";
}

/**
 * `Precision: train 0.61, test 0.11.`, `Loss: train=0.5, val=0.25`: a metric, and behind its colon one number for each part of
 * the data. The answer is the index of the last of them.
 */
export function addBySplits(scan: Scan, from: number): number | undefined {
  const { tokens, words, names, section } = scan;
  const name = joined(words);
  const first = valueOfSplit(tokens, from);
  if (first === undefined || names.kindOf(name) !== "metric") return undefined;
  const values = [{ split: from, value: first }];
  for (let end = first; ;) {
    const split = isMark(tokens[end + 1]) ? end + 2 : end + 1;
    const value = valueOfSplit(tokens, split);
    if (value === undefined) break;
    values.push({ split, value });
    end = value;
  }
  if (values.length === 1) return undefined;
  for (const { split, value } of values) {
    scan.section = `${tokens[split]?.text}/`;
    add(scan, name, parseNumber(tokens[value]?.number ?? "") ?? Number.NaN, value, { weak: false, multiple: 1 });
  }
  scan.section = section;
  return values.at(-1)?.value;
}

/** The index of the number that belongs to the split named at `index`; `undefined` where none is named. */
function valueOfSplit(tokens: readonly Token[], index: number): number | undefined {
  const word = tokens[index];
  const at = tokens[index + 1]?.kind === "separator" ? index + 2 : index + 1;
  const isOne = word?.kind === "word" && tokens[at]?.kind === "number" && isSplitWord(word.text.toLowerCase());
  return isOne ? at : undefined;
}

function isMark(token: Token | undefined): boolean {
  return token?.text === "," || token?.text === "/" || token?.text === "|";
}

function isGluedColon(tokens: readonly Token[], index: number): boolean {
  const sign = tokenAt(tokens, index);
  return sign?.text === ":" && sign.gap === "none";
}

/** The name with the part that is glued to its last word. */
export function withPart(words: readonly string[], { text }: Token): string[] {
  return [...words.slice(0, -1), `${words.at(-1) ?? ""}:${text}`];
}
