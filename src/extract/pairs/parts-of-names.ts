import { isSplitWord } from "../names/names.ts";
import { joined, type Scan } from "./pair-scan.ts";
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

function isGluedColon(tokens: readonly Token[], index: number): boolean {
  const sign = tokenAt(tokens, index);
  return sign?.text === ":" && sign.gap === "none";
}

/** The name with the part that is glued to its last word. */
export function withPart(words: readonly string[], { text }: Token): string[] {
  return [...words.slice(0, -1), `${words.at(-1) ?? ""}:${text}`];
}

/**
 * The index of the last token of what is glued behind a metric's name and says how it was taken: `BLEU+case.mixed+tok.13a = 28.5`,
 * `BLEU|nrefs:1|case:mixed = 28.5`. -1 where no such thing stands at `index`.
 */
export function signatureEnd({ tokens, names }: Scan, index: number): number {
  const sign = tokens[index + 1];
  if (sign?.gap !== "none" || (sign.text !== "+" && sign.text !== "|")) return -1;
  if (tokens[index + 2]?.kind !== "word" || names.kindOf(tokens[index]?.text ?? "") !== "metric") return -1;
  let end = index + 2;
  while (tokens[end + 1]?.gap === "none") end += 1;
  return tokens[end + 1]?.text === "=" && tokens[end + 2]?.kind === "number" ? end : -1;
}
