import { tokenAt, type Token } from "../tokens/tokens.ts";
import type { Scan } from "./pair-scan.ts";

/** More words than this before a number are a sentence. */
export const MOST_WORDS = 6;

const FULL_STOP = 0x2e;

/** What joins two parts of a sentence. */
export const JOINT = /^(?:and|at|but|with|while|where)$/i;

/** A full stop behind the last word, not behind an abbreviation: `loss fell. Acc`, `, Mel-Spec. Error : 0.5`. */
export function endsSentence({ tokens, words }: Scan, word: string, index: number): boolean {
  const isStop = word.charCodeAt(word.length - 1) === FULL_STOP;
  if (!isStop || !/\p{L}{4}\.$/u.test(word) || /^(?:grad|prob|prec|temp|disc|corr|samp|norm)\.$/i.test(word))
    return false;
  return words.length > 1 || tokenAt(tokens, index - 2)?.text !== "," || tokens[index + 1]?.kind !== "separator";
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
  // `unsatisfied allocation rate`: a rate is of what stands in front of it.
  if (start > 0 && words[start] === "rate" && !isFunctionWord(words[start - 1] ?? "")) start -= 1;
  while (start > 0 && names.belongsToName(words[start - 1] ?? "")) start -= 1;
  return words.slice(start);
}

/** Whether it goes on with the name of a number in front: not `based` of `25.5 perplexity based on 10 documents`. */
export function isNameWord(token: Token | undefined): boolean {
  return token?.kind === "word" && token.gap === "blank" && !isFunctionWord(token.text) && token.text !== "based";
}
