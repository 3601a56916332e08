import { multipleOf, unitKind } from "../tokens/numbers.ts";
import { tokenAt } from "../tokens/tokens.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { isWhole } from "./surroundings.ts";

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
