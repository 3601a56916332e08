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
