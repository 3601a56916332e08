import { tokenAt, type Token } from "../tokens/tokens.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { closingOf } from "./parentheses.ts";
import { isFunctionWord, JOINT } from "./phrases.ts";
import { isWhole } from "./surroundings.ts";

/** `loss - 0.5`, and `train loss |  0.5` at the end of a line: a mark between a known name and its number. */
export function isSeparatorMark(
  { tokens, words, separator, names }: Scan,
  { text, gap }: Token,
  index: number,
): boolean {
  if (words.length === 0 || separator || (text !== "-" && text !== "|") || gap === "none") return false;
  const next = tokens[index + 1];
  if (next?.kind !== "number" || next.gap === "none" || (text === "|" && index + 2 < tokens.length)) return false;
  const name = joined(words);
  const kind = names.kindOf(name);
  return names.rankOf(name) > 0 || (kind === "unknown" ? isOneOfPairs(tokens, index) : kind !== "noise");
}

/** `drift - 0.5; pull - 0.25`: whether another name and fraction with the same mark stand beside these. */
function isOneOfPairs(tokens: readonly Token[], index: number): boolean {
  const isPair = (at: number): boolean =>
    tokens[at]?.text === "-" &&
    tokenAt(tokens, at - 1)?.kind === "word" &&
    (tokens[at + 1]?.number ?? "").includes(".");
  const isPart = (at: number): boolean => tokenAt(tokens, at)?.text === ";";
  if (!isPair(index)) return false;
  const before = isPart(index - 2) && isPair(index - 4);
  return before || (isPart(index + 2) && isPair(index + 4));
}

/**
 * The index of the tip of an arrow between a metric's name and its number: `loss -> 0.5`, `loss => 0.5`, `loss ===> 0.5`. The
 * shaft begins at `index`.
 */
export function arrowEnd({ tokens, words, names }: Scan, { text, gap }: Token, index: number): number | undefined {
  if (words.length === 0 || (text === "-" && gap === "none")) return undefined;
  let tip = index + 1;
  while (tip < index + LONGEST_ARROW && tokens[tip]?.text === text && tokens[tip]?.gap === "none") tip += 1;
  const [head, value] = [tokens[tip], tokens[tip + 1]];
  if (head?.text !== ">" || head.gap !== "none" || value?.kind !== "number" || value.gap === "none") return undefined;
  return names.kindOf(joined(words)) === "metric" ? tip : undefined;
}

const LONGEST_ARROW = 8;

/** `f 2.0e+02 |g| 1.1e+02`, `||grad|| = 0.01`: one word in bars with a number behind it, as a norm is written, and its last token. */
export function normAt(
  tokens: readonly Token[],
  index: number,
): { readonly name: string; readonly end: number } | undefined {
  if (tokens[index]?.text !== "|" || tokens[index].gap === "none") return undefined;
  const bars = tokens[index + 1]?.text === "|" ? 2 : 1;
  const end = index + 2 * bars;
  const [word, value] = [tokens[index + bars], tokens[end + 1]];
  const pieces = tokens.slice(index + 1, end + 1);
  if (word?.kind !== "word" || pieces.some(({ text, gap }) => gap !== "none" || (text !== "|" && text !== word.text)))
    return undefined;
  const isNamed = value?.kind === "separator" || (value?.kind === "number" && value.gap === "blank");
  const bar = "|".repeat(bars);
  return isNamed ? { name: bar + word.text + bar, end } : undefined;
}

/** `Force  MAE     : 0.25`: whether the word goes on with the only name of a line whose sign is aligned with those of others. */
export function isOfAligned({ tokens, words }: Scan, index: number): boolean {
  const next = tokens[index + 1];
  return words.length === index && next?.kind === "separator" && next.gap === "wide" && tokens.length <= index + 4;
}

/**
 * Whether the words in front of this sign are all of a cell in a list: `, train_step_timing in s=0.45`; or two that name a
 * metric right behind a pair: `draft=2.5 draft accuracy=18.5%`.
 */
export function isListed({ tokens, words, names, found }: Scan, index: number): boolean {
  const before = tokenAt(tokens, index - words.length - 1);
  if (words.length > 4 || words.some((word) => JOINT.test(word))) return false;
  if (/^[,|>]$/.test(before?.text ?? "")) return true;
  const isBehindPair = before?.kind === "number" && tokenAt(tokens, index - words.length - 2)?.text === "=";
  const last = found.at(-1);
  if (words.length !== 2 || !isBehindPair || last === undefined || names.rankOf(last.key) > 0) return false;
  return names.kindOf(words[1] ?? "") === "metric" && !isFunctionWord(words[0] ?? "");
}

/** `Pretext step: 40, loss: 0.5`: what is counted in steps, in front of the sign at `index`, at the start of a line. */
export function isStagePosition({ tokens, words, names }: Scan, index: number): boolean {
  const [stage = "", unit = ""] = words;
  const [number, next] = [tokens[index + 1], tokens[index + 2]];
  if (words.length !== 2 || index !== 2 || names.rankOf(unit) === 0 || !isWhole(number) || next === undefined)
    return false;
  return names.rankOf(joined(words)) === 0 && names.kindOf(stage) === "unknown" && !BOUND_OF_STEPS.test(stage);
}

const BOUND_OF_STEPS =
  /^(?:best|max|min|total|num|number|n|last|next|previous|prev|per|first|final|save|saved|log|start|stop|end|every|resume|resumed|resuming|early|patience|completed?|remaining|left)$/i;

/** Whether a list of numbers stands behind the name of a metric: `Dice [0.25, 0.31]`, and at the end `Loss [0.25]`. */
export function isListOfMetric({ tokens, words, names }: Scan, { number, unit }: Token, next?: Token): boolean {
  const isLast = next === tokens.at(-1) && tokens.filter(({ kind }) => kind === "open").length === 1;
  return (
    words.length > 0 &&
    unit === "" &&
    number.includes(".") &&
    (next?.text === "," || (next?.text === "]" && (words.at(-1) === "is" || isLast))) &&
    names.kindOf(joined(words)) === "metric"
  );
}

/** Whether a position stands in the bracket that opens at `index`. */
export function saysWhere({ tokens, names }: Scan, index: number): boolean {
  return tokens
    .slice(index, closingOf(tokens, index))
    .some(({ kind, text }) => kind === "word" && names.rankOf(text) > 0);
}

/**
 * Whether a path, a file or a version is glued to the sign behind a label, or whether something is on or off stands there
 * (`amp: No d_loss: 0.5`), and another name follows.
 */
export function isLabelled(tokens: readonly Token[], index: number): boolean {
  const [sign, word, next] = [tokenAt(tokens, index - 1), tokens[index], tokens[index + 1]];
  if (sign?.kind !== "separator" || word === undefined || next?.kind !== "word" || next.gap === "none") return false;
  if (tokens[index + 2]?.kind !== "separator") return false;
  return word.gap === "none" ? /[/.]/.test(word.text) : IS_SO.test(word.text) && !OF_TRUTH.test(next.text);
}

const IS_SO = /^(?:yes|no|none|null|true|false|n\/a)$/i;
/** `True positives: 12.5` */
const OF_TRUTH = /^(?:pos|neg|obj)/i;

/** Whether what stands in brackets behind this name are settings. */
export function isOfSettings({ words, names }: Scan): boolean {
  const name = joined(words);
  return names.kindOf(name) === "setting" && !/(?:^|[_/])(?:lr|learning)/i.test(name);
}

/** Whether what stands in braces behind this name are metrics: `loss=1.15, metrics={'acc': 0.25}`. */
export function isOfMetrics({ words, separator }: Scan): boolean {
  return (
    separator && words.length === 1 && /^(?:\w+_)?(?:metrics?|losses|scores?|results?|stats)$/i.test(words[0] ?? "")
  );
}

const AFTER = /^after$/i;

/** `in epoch 0 after 33 steps`: where in the position that was said before. */
export function isBehindPosition({ tokens, names, found }: Scan, words: readonly string[], index: number): boolean {
  const unit = tokens[index + 1];
  if (words.length !== 1 || !AFTER.test(words[0] ?? "") || unit?.kind !== "word" || !isWhole(tokens[index]))
    return false;
  return names.rankOf(unit.text) > 0 && found.some(({ key }) => names.rankOf(key) > 0);
}

/** The name of the metric in front of a position that its value stands behind: `Training loss at step 0: 1.64`, `Loss at step 0: [1.64]`. */
export function metricAtPosition({ tokens, names }: Scan, words: readonly string[], index: number): string[] {
  const [sign, value] = [tokens[index + 1], tokens[index + 2]];
  const name = words.slice(0, -2);
  const isListed = value?.kind === "open" && tokens[index + 3]?.kind === "number";
  if (name.length === 0 || sign?.kind !== "separator" || (value?.kind !== "number" && !isListed)) return [];
  return /^(?:at|after|for|in|of|on)$/i.test(words.at(-2) ?? "") && names.kindOf(joined(name)) === "metric" ? name : [];
}

/** `910it [00:06, 139.33it/s]`: a bar that does not know its end; it begins anew with each epoch. */
export function isBarWithoutEnd({ tokens }: Scan, index: number): boolean {
  return tokens[index]?.unit === "it" && tokens[index + 1]?.text === "[";
}
