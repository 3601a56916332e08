import { isSplitWord } from "../names/names.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { isFunctionWord } from "./phrases.ts";
import type { Token } from "../tokens/tokens.ts";

/** Whether these words are the name of a split, which the numbers behind them are about: `[train] loss=0.5`. */
export function enterSection(scan: Scan, words: readonly string[]): boolean {
  const [only] = words;
  const split = only === undefined || words.length > 1 ? undefined : splitOfWord(only);
  if (split === undefined) return false;
  scan.section = `${split}/`;
  return true;
}

/** The split that this word names: `Val` itself, and `val` of `Validating`, which says what is done with it. */
function splitOfWord(word: string): string | undefined {
  const lower = word.toLowerCase();
  return DONE_WITH[lower] ?? (isSplitWord(lower) ? word : undefined);
}

const DONE_WITH: Readonly<Record<string, string>> = {
  testing: "test",
  evaluate: "eval",
  evaluating: "eval",
  validate: "val",
  validating: "val",
};

/** The same with a sign behind it: `val: loss=0.5`, `Test: [10/98] Loss 0.5`, `On validation set: loss 0.5`. */
export function enterLabel(scan: Scan): boolean {
  const { words, separator } = scan;
  return separator && words.length > 0 && words.length <= 4 && enterTitle(scan);
}

/** The same as a title, which may say what is printed of the part: `Validation Results - Epoch: 1 loss: 0.93`. */
export function enterTitle(scan: Scan): boolean {
  const named = scan.words.filter((word) => !isFunctionWord(word));
  return enterSection(scan, named.length === 2 && OF_SPLIT.test(named[1] ?? "") ? named.slice(0, 1) : named);
}

const OF_SPLIT =
  /^(?:set|dataset|data|split|phase|epoch|loop|results?|metrics?|scores?|stats|statistics|summary|performance)$/i;

/** The same in front of a position: `Val Epoch: 3 loss: 0.5`, `Eval at step 400: loss 0.5`, `Val Summary Epoch: [3]`. */
export function enterPlaced(scan: Scan): boolean {
  const { words, names } = scan;
  const unit = words.at(-1) ?? "";
  if (words.length < 2 || words.length > 3 || names.rankOf(unit) === 0) return false;
  // `Train steps: 4 Val steps: 2 loss: 0.5`: how many there were.
  if (words.length === 2 && /s$/i.test(unit)) return false;
  if (words.length === 3 && !/^(?:at|after|for|in|on|results?|metrics?|summary)$/i.test(words[1] ?? "")) return false;
  return enterSection(scan, words.slice(0, 1));
}

/** The same as a value: `mode=val loss=0.5`, `Epoch 3, phase: val, loss: 0.5`. */
export function enterNamed(scan: Scan, { text }: Token): boolean {
  const { words, separator } = scan;
  return separator && words.length === 1 && SPLIT_FIELD.test(words[0] ?? "") && enterSection(scan, [text]);
}

/** The name of what says of which part of the data the numbers beside it are. */
export const SPLIT_FIELD = /^(?:split|mode|phase|stage|subset|partition)$/i;

/** `tot_loss[loss=0.5, simple_loss=0.9]`: what the numbers in the bracket are of; of `loss[loss=0.5]` it is said twice. */
export function enterBracket(scan: Scan, index: number): void {
  const [open, word, sign] = [scan.tokens[index], scan.tokens[index + 1], scan.tokens[index + 2]];
  const name = scan.words.at(-1) ?? "";
  if (open?.text !== "[" || open.gap !== "none" || sign?.text !== "=" || scan.names.kindOf(name) !== "metric") return;
  scan.section = name === word?.text ? "" : `${name}/`;
  scan.inBracket = true;
}

/**
 * `LOC: precision: 0.5 recall: 0.6`: what all the numbers of a line are of, when it has a score and another pair. `index` is
 * that of the first name.
 */
export function enterPart(scan: Scan, index: number): void {
  const { tokens, words, names } = scan;
  if (words.length > 3 || index !== words.length + 1 || !isPair(tokens, index) || !hasPair(tokens, index + 3)) return;
  const part = joined(words);
  if (names.rankOf(part) > 0 || names.kindOf(part) !== "unknown" || OF_ALL.test(part)) return;
  // `node01: step=10 loss=0.5`
  if (names.rankOf(tokens[index]?.text ?? "") > 0) return;
  const isScore = (word: Token, at: number): boolean => isPair(tokens, at) && names.kindOf(word.text) === "metric";
  if (!tokens.some(isScore)) return;
  scan.section = `${part}/`;
  scan.isOfPart = true;
}

/** A label that says of what kind the numbers are, not which part of the data they are of. */
const OF_ALL =
  /^(?:\w+_)?(?:results?|metrics?|scores?|stats|statistics|summary|performance|report|status|progress|info|log|losses|output|best|final|all|total|overall|main|root|trainer|learner|agent|engine|model|note|set|data|dataset|split|phase|loop)$/i;

function isPair(tokens: readonly Token[], index: number): boolean {
  const number = tokens[index + 2];
  return tokens[index]?.kind === "word" && tokens[index + 1]?.kind === "separator" && number?.kind === "number";
}

function hasPair(tokens: readonly Token[], from: number): boolean {
  return isPair(tokens, from) || isPair(tokens, from + 1);
}
