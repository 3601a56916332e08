import { joined, type Scan } from "./pair-scan.ts";
import { multipleOf, unitKind } from "./numbers.ts";
import { closingOf } from "./parentheses.ts";
import { isLocation, isWhole } from "./surroundings.ts";
import { type Token, tokenAt } from "./tokens.ts";

/** More words than this before a number are a sentence. */
export const MOST_WORDS = 6;

const FULL_STOP = 0x2e;

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

/** `step 3 loss 1: 0.5`, `Test score #0: 0.5`: whether the number at `index` says which of those that these words name. */
export function isOfNumbered(
  { tokens, separator, names, found }: Scan,
  words: readonly string[],
  index: number,
): boolean {
  const [number, sign, value] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  if (separator || words.length === 0 || sign?.kind !== "separator" || sign.gap !== "none") return false;
  if (!isWhole(number) || value?.kind !== "number" || !value.number.includes(".")) return false;
  // `Validation loss 1000: 0.71`: the step, where nothing else is
  const isPlaced = tokenAt(tokens, index - 1)?.text === "#" || found.some(({ key }) => names.rankOf(key) > 0);
  return isPlaced && names.rankOf(words.at(-1) ?? "") === 0 && names.kindOf(joined(words)) === "metric";
}

/** Whether the words in front of this sign are all of a cell in a list: `, train_step_timing in s=0.45`. */
export function isListed({ tokens, words }: Scan, index: number): boolean {
  const before = tokenAt(tokens, index - words.length - 1);
  return words.length <= 4 && /^[,|>]$/.test(before?.text ?? "") && !words.some((word) => JOINT.test(word));
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

/** What joins two parts of a sentence. */
export const JOINT = /^(?:and|at|but|with|while|where)$/i;

/** `Train loss 100 4.31`, `Validation loss 1000: 0.71`: a whole number between the name and its value. */
export function isStepOfMetric({ tokens, names }: Scan, words: readonly string[], index: number): boolean {
  const [number, next] = [tokens[index], tokens[index + 1]];
  if (!isWhole(number) || next === undefined || !/loss|err|cost|perplexity|reward|return/i.test(words.at(-1) ?? ""))
    return false;
  const isSigned = next.text === ":" && next.gap === "none";
  const value = isSigned ? tokens[index + 2] : next;
  // Behind the sign the value may be padded: `Validation loss 1000:  0.713254`.
  if (value?.kind !== "number" || (value.gap !== "blank" && !(isSigned && value.gap === "wide"))) return false;
  return /[.]|\d[eE]|nan|inf/i.test(value.number) && names.kindOf(joined(words)) === "metric";
}

/**
 * `1px: 0.88`, `.5R: 0.25` and `3D_AP: 0.5` begin a name with a digit, and `AP .5: 0.75`, `Dice 1: 0.5` say in it of which:
 * a number in front of a sign with another behind.
 */
export function isInName(scan: Scan, index: number): boolean {
  const { tokens, words, names } = scan;
  const [token, sign, value] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  if (sign?.kind !== "separator" || sign.gap !== "none" || token === undefined || (token.gap === "none" && index > 0))
    return false;
  if (value?.kind !== "number" || !/[.]|\d[eE]|nan|inf/i.test(value.number)) return false;
  const { number, unit } = token;
  if (words.length === 0) {
    const isOther = multipleOf(unit) !== undefined || unit.startsWith("x") || names.rankOf(unit) > 0;
    return (
      /^\p{L}/u.test(unit) &&
      !isOther &&
      /^(?:plain|unknown)$/.test(unitKind(unit)) &&
      /^\d{0,3}$|^0?\.\d+$/.test(number)
    );
  }
  return (
    unit === "" &&
    token.gap === "blank" &&
    /^\d{1,2}$|^0?\.\d+$/.test(number) &&
    words.every((word) => names.rankOf(word) === 0) &&
    names.kindOf(joined(words)) === "metric" &&
    !isStepOfMetric(scan, words, index)
  );
}

/** `3-px error`, `5-shot acc`: a number that a word is joined to, in front of a metric's name. */
export function isNamedByNumber({ tokens, names }: Scan, words: readonly string[], index: number): boolean {
  const [number, sign, word, next] = [tokens[index], tokens[index + 1], tokens[index + 2], tokens[index + 3]];
  if (!isWhole(number) || number.number.length > 2 || sign?.gap !== "none") return false;
  if (word?.kind !== "word" || word.gap !== "none" || next?.kind !== "word" || next.gap !== "blank") return false;
  if (words.some((one) => names.rankOf(one) > 0)) return false;
  return names.kindOf(word.text) === "unknown" && names.kindOf(next.text) === "metric";
}

/** `2d joint loss: 0.5`: a metric of so many dimensions. */
export function isOfDimensions({ tokens, names }: Scan, words: readonly string[], index: number): boolean {
  const token = tokens[index];
  if (words.length > 0 || token === undefined || !/^[1-4][dD]$/.test(token.text)) return false;
  const name: string[] = [];
  for (let at = index + 1; tokens[at]?.kind === "word" && tokens[at]?.gap === "blank" && name.length < 4; at += 1)
    name.push(tokens[at]?.text ?? "");
  return tokens[index + 1 + name.length]?.kind === "separator" && names.kindOf(joined(name)) === "metric";
}

/** Whether a position stands in the bracket that opens at `index`. */
export function saysWhere({ tokens, names }: Scan, index: number): boolean {
  return tokens
    .slice(index, closingOf(tokens, index))
    .some(({ kind, text }) => kind === "word" && names.rankOf(text) > 0);
}

/** Whether a path, a file or a version is glued to the sign behind a label, and another name follows. */
export function isLabelled(tokens: readonly Token[], index: number): boolean {
  const [sign, word, next] = [tokenAt(tokens, index - 1), tokens[index], tokens[index + 1]];
  if (sign?.kind !== "separator" || word?.gap !== "none" || next?.kind !== "word" || next.gap === "none") return false;
  return /[/.]/.test(word.text) && tokens[index + 2]?.kind === "separator";
}

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

/** Whether the number behind this name and its sign is no value of it: a place in a file, an array, the end of a sentence. */
export function isNoPair(scan: Scan, name: string, index: number): boolean {
  return (
    isLocation(name, scan.tokens, index) ||
    isVector(scan, name, index) ||
    isGluedList(scan, name, index) ||
    isLeftOver(scan, name, index) ||
    isBound(scan, index)
  );
}

/** `improved by 0.05 >= min_delta = 0.0`: what something was compared with. */
function isBound({ tokens }: Scan, index: number): boolean {
  const [sign, equals] = [tokenAt(tokens, index - 4), tokenAt(tokens, index - 3)];
  return equals?.text === "=" && equals.gap === "none" && (sign?.text === ">" || sign?.text === "<");
}

/**
 * `score range: [0.25, 0.75]`, `rotation angles: [0.0101 3.1415]`, `solution: (0.5, 0.25, 1.5)`: an array of something that nobody would plot by its first
 * number.
 */
function isVector({ tokens, names }: Scan, name: string, index: number): boolean {
  if (tokenAt(tokens, index - 1)?.kind !== "open" || names.kindOf(name) !== "unknown") return false;
  const [next, second, third] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
  if (next?.kind === "number") return true;
  // `shape: (3, 4)`
  const isLong = third?.text === "," || (isWhole(tokens[index]) && isWhole(second));
  const isOfTwo = /(?:range|bounds|limits|interval)$/i.test(name);
  return next?.text === "," && second?.kind === "number" && (isLong || isOfTwo);
}

/** `copypaste: 38.13,58.13,41.13`: the same without a bracket. */
function isGluedList({ tokens, names }: Scan, name: string, index: number): boolean {
  const [next, second] = [tokens[index + 1], tokens[index + 2]];
  return (
    next?.text === "," &&
    next.gap === "none" &&
    second?.kind === "number" &&
    second.gap === "none" &&
    names.kindOf(name) === "unknown"
  );
}

/** A full stop behind the last word, not behind an abbreviation: `loss fell. Acc`, `, Mel-Spec. Error : 0.5`. */
export function endsSentence({ tokens, words }: Scan, word: string, index: number): boolean {
  const isStop = word.charCodeAt(word.length - 1) === FULL_STOP;
  if (!isStop || !/\p{L}{4}\.$/u.test(word) || /^(?:grad|prob|prec|temp|disc|corr|samp|norm)\.$/i.test(word))
    return false;
  return words.length > 1 || tokenAt(tokens, index - 2)?.text !== "," || tokens[index + 1]?.kind !== "separator";
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

/** What is left behind the position of `time consuming of epoch 3 is: 29.9`. */
function isLeftOver({ tokens }: Scan, name: string, index: number): boolean {
  if (!/^(?:is|was|are)$/.test(name)) return false;
  return tokenAt(tokens, index - 3)?.kind === "number" && tokenAt(tokens, index - 4)?.kind === "word";
}

/** A word that belongs to a sentence, not to a name. */
export function isFunctionWord(word: string): boolean {
  return word.length <= 4 && FUNCTION_WORD.test(word);
}

const FUNCTION_WORD = /^(?:a|an|the|at|by|for|from|in|is|of|on|than|to|was|with)$/i;

/** Whether the word at `at` ends `function value` or `objective value`. */
export function isFunctionValue(words: readonly string[], at: number): boolean {
  return words[at] === "value" && /^(?:function|objective)$/i.test(words[at - 1] ?? "");
}

/** The last word with the words before it that belong to it: `fell to val loss` → `val loss`. */
export function phraseAtEnd({ names }: Scan, words: readonly string[]): string[] {
  let start = words.length - 1;
  if (isFunctionValue(words, start)) start -= 1;
  while (start > 0 && names.belongsToName(words[start - 1] ?? "")) start -= 1;
  return words.slice(start);
}

/** Whether it goes on with the name of a number in front: not `based` of `25.5 perplexity based on 10 documents`. */
export function isNameWord(token: Token | undefined): boolean {
  return token?.kind === "word" && token.gap === "blank" && !isFunctionWord(token.text) && token.text !== "based";
}
