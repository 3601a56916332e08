import { isMetricWord } from "../names/names.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { isFunctionWord } from "./phrases.ts";
import { isSentence } from "./surroundings.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/**
 * Whether a name without a separator is one although other words stand next to the pair: `eta 1:23:45 lr 0.001 time 0.5`
 * beside a position, `iter  10 value 45.1`, which is all there is, and `val/abs_diff 0.52 val/a1 0.45`.
 */
export function isRunOn({ tokens, names }: Scan, words: readonly string[], index: number, end: number): boolean {
  const after = tokens[end + 1];
  const name = joined(words);
  if (name === "value") return after === undefined && tokenAt(tokens, index - 2)?.kind === "number";
  if (isSentence(tokens, end)) return false;
  const kind = names.kindOf(name);
  if (kind === "setting") return /^(?:(?:\w{1,10}\/){1,3}|\w{1,10}_)?(?:lr|learning_rate)$/i.test(name);
  return kind === "unknown" && isDecimal(tokens[index]) && (OF_SPLIT.test(name) || isAmongPairs(tokens, words, index));
}

/** `iter  3 act 4.226e+00 pre 3.470e+00 f 4.557e+01`: one word, one number, one word, one number. */
function isAmongPairs(tokens: readonly Token[], words: readonly string[], index: number): boolean {
  const before = tokenAt(tokens, index - 2);
  // `step 3: f 0.25 trial_f 0.5`
  const isFirst = before?.text === ":" && tokenAt(tokens, index - 3)?.kind === "number";
  if (words.length !== 1 || !(before?.kind === "number" || isFirst) || words.some(isFunctionWord)) return false;
  const isBehind = tokenAt(tokens, index - 3)?.kind === "word" && isDecimal(tokenAt(tokens, index - 2));
  return isBehind || (tokens[index + 1]?.kind === "word" && isDecimal(tokens[index + 2]));
}

const OF_SPLIT = /^(?:train|val|valid|validation|test|eval|dev)\//i;

/** Whether all these words are a name, which stands right in front of the number at `index`. */
export function isWholeName(scan: Scan, words: readonly string[], index: number, end: number): boolean {
  if (words.length < 2 || words.length > 5) return false;
  return (
    isOneOfSeveral(scan, words, index, end) || isOfSameName(scan, words, index) || isBehindNumber(scan, words, index)
  );
}

/**
 * Whether the last word says what all of several are, and the one before it which: `Generator loss 1.19 Discriminator loss
 * 1.42`. `index` is that of the number behind these words.
 */
function isOneOfSeveral({ tokens, names }: Scan, words: readonly string[], index: number, end: number): boolean {
  const [which = "", what = ""] = words;
  if (words.length !== 2 || !isMetricWord(what.toLowerCase())) return false;
  if (names.kindOf(which) !== "unknown" || names.rankOf(which) > 0) return false;
  return isAnother(tokens, end + 1, which, what) || isAnother(tokens, index - 5, which, what);
}

/** Whether two words and a number begin at `at`, of which only the first word is another. */
function isAnother(tokens: readonly Token[], at: number, which: string, what: string): boolean {
  const [first, second, number] = [tokenAt(tokens, at), tokenAt(tokens, at + 1), tokenAt(tokens, at + 2)];
  if (first?.kind !== "word" || number?.kind !== "number" || !isDecimal(number)) return false;
  return first.text !== which && second?.text === what;
}

/** `loss 0.5 acc 0.9 history loss 0.6`: two words right behind a number, of which the last alone has one already. */
function isOfSameName({ tokens, found }: Scan, words: readonly string[], index: number): boolean {
  if (words.length !== 2 || tokenAt(tokens, index - 3)?.kind !== "number" || isFunctionWord(words[0] ?? ""))
    return false;
  return found.some(({ key }) => key === words[1]);
}

/** `Acc: arc 0.59, rel 0.81`: the first of several that the metric in front is of. */
export function isFirstOf({ tokens, names }: Scan, words: readonly string[], index: number): boolean {
  const sign = index - words.length - 1;
  if (tokenAt(tokens, sign)?.text !== ":" || !tokens[index]?.number.includes(".") || tokens[index + 1]?.text !== ",")
    return false;
  return names.kindOf(tokenAt(tokens, sign - 1)?.text ?? "") === "metric";
}

/** `Epoch 1: Total training loss 9.5`: all the words between a position and the number, when they name a metric. */
function isBehindNumber({ tokens, names }: Scan, words: readonly string[], index: number): boolean {
  const sign = index - words.length - 1;
  if (tokens[sign]?.text !== ":" || tokenAt(tokens, sign - 1)?.kind !== "number" || words.some(isFunctionWord))
    return false;
  return isMetricWord(words.at(-1)?.toLowerCase() ?? "") && names.kindOf(joined(words)) === "metric";
}

/** `p 0.91 r 0.85 f1 0.88`: the precision and the recall of the score behind them. */
export function isOfScore(tokens: readonly Token[], words: readonly string[], end: number): boolean {
  if (!/^[pr]$/i.test(words.at(-1) ?? "") || !isDecimal(tokens[end])) return false;
  return tokens.slice(end + 1, end + 9).some(({ kind, text }) => kind === "word" && /^f1?$/i.test(text));
}

/** The index of what ends a value: `85.31 %`, `0.0055 (0.0133)`. */
export function endOfValue({ tokens, names }: Scan, words: readonly string[], end: number): number {
  const after = tokens[end + 1]?.text;
  if (after === "%") return end + 1;
  return after === "(" && names.kindOf(joined(words)) === "unknown" ? meterEnd(tokens, end) : end;
}

/** The index behind the average in brackets: `Htri 0.0055 (0.0133)`. */
function meterEnd(tokens: readonly Token[], end: number): number {
  const [open, average, close] = [tokens[end + 1], tokens[end + 2], tokens[end + 3]];
  const isMeter = open?.text === "(" && average?.kind === "number" && close?.text === ")" && average.unit === "";
  return isMeter && isDecimal(tokens[end]) && isDecimal(average) ? end + 3 : end;
}

/** `-4.5 per-word bound, 25.5 perplexity`: one of several numbers, from the start of the line on, with a name behind each. */
export function isOfValuesFirst({ tokens, found }: Scan, index: number, end: number): boolean {
  if (!isDecimal(tokens[0]) || !isDecimal(tokens[index])) return false;
  if (index > 0) return found[0]?.at === 0 && tokens[index - 1]?.text === ",";
  return tokens[end + 1]?.text === "," && isDecimal(tokens[end + 2]) && tokens[end + 3]?.kind === "word";
}

function isDecimal(token: Token | undefined): boolean {
  return token?.kind === "number" && (token.number.includes(".") || /\d[eE]-/.test(token.number));
}

/** Reads `loss0.302`, the name of a loss or an accuracy with its value glued to it. */
export function gluedValue(word: string): { readonly name: string; readonly value: number } | undefined {
  const [, name = "", number = ""] = GLUED_VALUE.exec(word) ?? [];
  return name === "" ? undefined : { name, value: Number(number) };
}

const GLUED_VALUE = /^([A-Za-z_]{0,20}(?:loss|acc))(\d{1,6}\.\d{2,12})-?$/i;
