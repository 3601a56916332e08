import { add, joined, type Scan } from "./pair-scan.ts";
import { isFunctionWord, isNameWord, MOST_WORDS, phraseAtEnd } from "./phrases.ts";
import { endOfValue, isFirstOf, isOfScore, isOfValuesFirst, isRunOn, isWholeName } from "./run-on.ts";
import { withoutCopula } from "./scoped-name.ts";
import { STATISTIC } from "./slashed-values.ts";
import { endsClause, isCell, isSentence } from "./surroundings.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/** `1792.0 avg loss`: the name of a metric behind the number, when both are all there is in their cell. */
export function nameBehind(scan: Scan, value: number, multiple: number, index: number): number {
  let end = index;
  while (end < index + 3 && isNameWord(scan.tokens[end + 1])) end += 1;
  const isListed = end > index && isOfValuesFirst(scan, index, end);
  if (end === index || !(isListed || isCell(scan.tokens, index, end) || isFirstBehind(scan, index, end))) return index;
  const name = scan.tokens.slice(index + 1, end + 1).map(({ text }) => text);
  const kind = scan.names.kindOf(name.join("_"));
  // `0.001000 rate`, and `7.25 avg` of the loss in front
  const isKnown = kind === "metric" || kind === "setting" || /^(?:rate|avg)$/.test(name.join(" "));
  if (!isKnown) return index;
  add(scan, name.join("_"), value, index, { weak: !isListed, multiple });
  return end;
}

/** `epoch 3: 0.25 loss, 0.9 acc`, `[step 3] 0.25 loss, 0.9 acc`: whether the cell is the first one behind a position. */
function isFirstBehind({ tokens, names, found }: Scan, index: number, end: number): boolean {
  const [before, place] = [tokenAt(tokens, index - 1), tokenAt(tokens, index - 2)];
  const isPlace = place?.kind === "number" || place?.kind === "fraction" || place?.kind === "counter";
  if (!isPlace || (before?.text !== ":" && before?.kind !== "close") || tokens[index]?.gap === "none") return false;
  return names.rankOf(found.at(-1)?.key ?? "") > 0 && isCell(tokens, 0, end);
}

/** `train loss 4.28`: without a separator only a name that is known, or the only name of its cell beside a position. */
export function addUnseparated(
  scan: Scan,
  spoken: readonly string[],
  { value, multiple }: { readonly value: number; readonly multiple: number },
  index: number,
  end: number,
): void {
  // `aten::cross_entropy_loss  1.12%`
  const before = index - spoken.length - 1;
  if (tokenAt(scan.tokens, before)?.text === ":" && tokenAt(scan.tokens, before - 1)?.text === ":") return;
  // `The entropy 3.66, the value loss 0.92`, `epoch 3 with learning rate 0.001`
  const isTold = spoken.length > 1 && /^(?:the|with)$/i.test(spoken[0] ?? "") && !isSentence(scan.tokens, end);
  const told = isTold ? spoken.slice(1) : spoken;
  const words = withoutCopula(told);
  const cell =
    words.length <= 4 &&
    (isCell(scan.tokens, startOf(scan.tokens, spoken, index), endOfValue(scan, words, end)) ||
      isFirstOf(scan, spoken, index)) &&
    !words.some(isFunctionWord) &&
    // `Updating fitness with value 0.5`
    told[words.length] !== "with";
  const isRate = words.length > 1 && /^(?:\w{1,10} )?learning rate$/i.test(words.join(" "));
  const isOne = cell || words.length === 1 || isRate || isWholeName(scan, words, index, end);
  const phrase = isOne ? words : phraseAtEnd(scan, words);
  // `Found 1 error in 1 file`
  if (phrase.length > 1 && /^(?:in|from|to|with|by)$/i.test(phrase.at(-1) ?? "")) return;
  const name = joined(phrase);
  // What was best was said before: `best error was 90.1 @ 100`.
  if (/^best(?:_|$)/i.test(name) && /^(?:was|were)$/i.test(spoken.at(-1) ?? "")) return;
  if (scan.names.kindOf(name) === "metric") {
    // With words behind the number too, it must be all that stands in front: `iter 10: loss 3.2 ok`.
    const isListed = isBeforeMetric(scan, end);
    const isRemarked = !isListed && isSentence(scan.tokens, end);
    const { number = "" } = scan.tokens[index] ?? {};
    // `Error 2` is a code, and `return 0.5` a line of a program.
    if (/^err(?:or)?$/i.test(name) && /^\d+$/.test(number)) return;
    if (name === "return" && index === 1 && end === scan.tokens.length - 1) return;
    const isPart = !isListed && phrase.length !== words.length;
    if (isRemarked && isPart) return;
    // `resetting env. episode reward total was -3.0.`
    const isStated =
      words.length < told.length && told.length <= MOST_WORDS && /\d/.test(number) && endsClause(scan.tokens, end);
    add(scan, name, value, index, { weak: isRemarked || (isPart && !isStated), multiple });
  } else if (isOfScore(scan.tokens, phrase, end)) {
    add(scan, name, value, index, { weak: false, multiple });
  } else if (cell || isRunOn(scan, phrase, index, end)) {
    // `current learning rate 0.001` or `Avg 16.5`, and nothing else.
    const isLine = (isRate || STATISTIC.test(name)) && index === spoken.length && end === scan.tokens.length - 1;
    add(scan, name, value, index, { weak: !isLine && !isBetweenSlashes(scan.tokens, index), multiple });
  }
}

/** `policy/spread 0.25 / fps 31.5`: one word with a path and its number, and another pair behind a slash beside them. */
function isBetweenSlashes(tokens: readonly Token[], index: number): boolean {
  const isPair = (at: number): boolean =>
    tokenAt(tokens, at)?.kind === "word" && tokenAt(tokens, at + 1)?.kind === "number";
  const isSlash = (at: number): boolean => tokenAt(tokens, at)?.text === "/" && tokens[at]?.gap !== "none";
  if (tokenAt(tokens, index - 1)?.text.includes("/") !== true) return false;
  return (isSlash(index - 2) && isPair(index - 4)) || (isSlash(index + 1) && isPair(index + 2));
}

/** `Summary mean WER 64.75 mean CER: 48.5`: whether a metric with a sign stands behind the number. */
function isBeforeMetric({ tokens, names }: Scan, end: number): boolean {
  let sign = end + 1;
  while (sign <= end + 3 && isNameWord(tokens[sign])) sign += 1;
  if (sign === end + 1 || tokens[sign]?.kind !== "separator" || tokens[sign + 1]?.kind !== "number") return false;
  const words = tokens.slice(end + 1, sign).map(({ text }) => text);
  return tokens[end]?.number.includes(".") === true && names.kindOf(joined(words)) === "metric";
}

/** The index of the first token of these words in front of `index`; a bracket is part of a word: `Edges(k/s) 12.5`. */
function startOf(tokens: readonly Token[], words: readonly string[], index: number): number {
  let at = index - words.length;
  if (!words.at(-1)?.endsWith(")")) return at;
  while (at > 0 && tokens[at - 1]?.kind !== "open") at -= 1;
  return at - words.length - 1;
}
