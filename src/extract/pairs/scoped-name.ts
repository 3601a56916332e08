import { isSplitWord } from "../names/names.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { isFunctionValue, JOINT } from "./phrases.ts";

/**
 * The name that these words give in front of a sign. `loss is 0.5` is the loss; of `at epoch 3 with valid loss: 0.5` what is behind the last
 * preposition; and in `loss train: 0.5, val: 0.6` the second is the loss too.
 */
export function scopedName({ found, names }: Scan, words: readonly string[]): string {
  const joint = words.length > 1 ? words.findLastIndex((word) => JOINT.test(word)) : -1;
  // `fps step and policy inference: 11234`
  const isOne = joint > 0 && names.kindOf(words.slice(0, joint).join("_")) === "metric";
  let name = joint !== -1 && !isOne && joint < words.length - 1 ? words.slice(joint + 1) : words;
  while (endsWithCopula(name) && names.kindOf(name.slice(0, -1).join("_")) === "metric") name = name.slice(0, -1);
  const [only] = name;
  const before = found.at(-1)?.key;
  if (name.length !== 1 || only === undefined || before === undefined || !isSplitWord(only.toLowerCase())) {
    return joined(name);
  }
  const split = /^(.+)[_/]([a-z]+)$/i.exec(before);
  const isOfSplit = split !== null && isSplitWord((split[2] ?? "").toLowerCase());
  return isOfSplit && names.kindOf(split[1] ?? "") === "metric" ? `${split[1]}_${only}` : only;
}

/** Without what joins a name to its number: `loss is`, `fitness with value`; `function value` is a name. */
export function withoutCopula(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (endsWithCopula(words, end) || (end > 1 && end < words.length && words[end - 1] === "with")) end -= 1;
  return end === words.length ? words : words.slice(0, end);
}

/** Whether what joins a name to its number ends the first words; `objective value` is a name. */
function endsWithCopula(words: readonly string[], end = words.length): boolean {
  return end > 1 && COPULA.test(words[end - 1] ?? "") && !isFunctionValue(words, end - 1);
}

/** What may stand between a name and its number. */
const COPULA = /^(?:is|was|are|of|equals|now|value|reached)$/i;
