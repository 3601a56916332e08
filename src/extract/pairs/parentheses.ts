import { isSplitWord } from "../names/names.ts";
import { stepRank } from "../names/step-names.ts";
import type { Token } from "../tokens/tokens.ts";

/** More pieces than this in brackets are no part of a name. */
const MOST_PIECES = 8;

/**
 * What the bracket behind a word is: part of a name (`time (sec): 1.10`, `f1-score (micro avg)  0.41`, `IoU [car]: 0.5`), the
 * arguments of a call (`AdamW(lr=0.001)`), or nothing of the kind.
 */
export function keyParenthesis(
  tokens: readonly Token[],
  wordAt: number,
): { readonly text: string; readonly end: number } | "call" | undefined {
  const open = tokens[wordAt + 1];
  if (open?.kind !== "open") return undefined;
  if (open.text === "[") return ofWhat(tokens, wordAt);
  const inner = tokens[wordAt + 2];
  // `Validation (step 400): loss = 0.5`
  if (inner?.kind === "word" && tokens[wordAt + 3]?.kind === "number" && stepRank(inner.text) !== undefined)
    return undefined;
  let text = open.gap === "none" ? "(" : "_(";
  let depth = 1;
  for (const [offset, token] of tokens.slice(wordAt + 2, wordAt + 3 + MOST_PIECES).entries()) {
    if (token.text === "=" && open.gap === "none") return cutOff(tokens, wordAt) ?? "call";
    if (token.kind === "separator" || (token.kind === "open" && token.gap !== "none")) return undefined;
    text += token.gap === "none" ? token.text : `_${token.text}`;
    if (token.text === "(") depth += 1;
    if (token.text === ")" && (depth -= 1) === 0) {
      const end = wordAt + 2 + offset;
      const after = tokens[end + 1];
      // `Training loss (for one batch) at step 0: 1.64`
      const isPlaced = after?.text === "at" && tokens[end + 3]?.kind === "number";
      const isOfData = offset === 1 && inner?.kind === "word" && isOneOfSeveral(tokens, wordAt, end);
      const named =
        isPlaced || isOfData || after?.kind === "separator" || after?.kind === "number" || after?.kind === "counter";
      return named ? { text, end } : undefined;
    }
  }
  return undefined;
}

/** `Validation (clean) EPE: 1.25`: which data of a split the number is of, in the bracket that ends at `end`. */
function isOneOfSeveral(tokens: readonly Token[], wordAt: number, end: number): boolean {
  const [split = "", which = ""] = [tokens[wordAt]?.text.toLowerCase(), tokens[wordAt + 2]?.text.toLowerCase()];
  if (!isSplitWord(split) || HOW_TAKEN.test(which) || tokens[end + 1]?.kind !== "word") return false;
  const sign = tokens.slice(end + 2, end + 4).find(({ kind }) => kind !== "word");
  return sign?.kind === "separator";
}

/** How a number was taken, not of which data. */
const HOW_TAKEN = /^(?:avg|average|mean|median|running|total|epoch|step|batch|ema|smoothed|cur|current|raw)$/;

/** `Recall(k=20): 0.25`: how many of the first count. */
function cutOff(tokens: readonly Token[], wordAt: number): { readonly text: string; readonly end: number } | undefined {
  const [, word, , number, close, sign, value] = tokens.slice(wordAt + 1, wordAt + 8);
  const isOne = word?.text.length === 1 && number?.kind === "number" && close?.text === ")";
  if (!isOne || sign?.kind !== "separator" || value?.kind !== "number" || !value.number.includes(".")) return undefined;
  return { text: `(${word.text}=${number.text})`, end: wordAt + 5 };
}

/** `auroc [SR-p53]: 0.75`: one word, and the number of the whole behind it. */
function ofWhat(tokens: readonly Token[], wordAt: number): { readonly text: string; readonly end: number } | undefined {
  const [open, word, close, sign, value] = tokens.slice(wordAt + 1, wordAt + 6);
  if (word?.kind !== "word" || close?.text !== "]" || sign?.kind !== "separator" || value?.kind !== "number")
    return undefined;
  return { text: `${open?.gap === "none" ? "" : "_"}[${word.text}]`, end: wordAt + 3 };
}

/** The index of the bracket that closes the one at `openAt`; the last index when none does. */
export function closingOf(tokens: readonly Token[], openAt: number): number {
  let depth = 0;
  for (let index = openAt; index < tokens.length; index += 1) {
    const text = tokens[index]?.text;
    if (text === "(" || text === "[" || text === "{") depth += 1;
    if (text === ")" || text === "]" || text === "}") depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}
