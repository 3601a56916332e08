import { joined, type Scan } from "./pair-scan.ts";
import type { Token } from "./tokens.ts";

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
  return names.rankOf(name) > 0 || (names.kindOf(name) !== "noise" && names.kindOf(name) !== "unknown");
}

/** Whether the words in front of this sign are all of a cell in a list: `, train_step_timing in s=0.45`. */
export function isListed({ tokens, words }: Scan, index: number): boolean {
  const before = tokens[index - words.length - 1];
  return words.length <= 4 && (before?.text === "," || before?.text === "|") && !words.some((word) => JOINT.test(word));
}

/** Whether a list of numbers stands behind the name of a metric: `Dice [0.25, 0.31]`. */
export function isListOfMetric({ words, names }: Scan, { number, unit }: Token, next: Token | undefined): boolean {
  return (
    words.length > 0 &&
    unit === "" &&
    number.includes(".") &&
    (next?.text === "," || (next?.text === "]" && words.at(-1) === "is")) &&
    names.kindOf(joined(words)) === "metric"
  );
}

/** What joins two parts of a sentence. */
export const JOINT = /^(?:and|at|but|with|while|where)$/i;
