import { multipleOf } from "../tokens/numbers.ts";
import { isSentence } from "./surroundings.ts";
import type { Token } from "../tokens/tokens.ts";

/**
 * Whether the words behind a number make something else of it than the value of the name in front: a share (`9 of 10`, `64 bit`),
 * a larger number (`1.5 million`), a count (`error: 3 files failed`), progress (`50% done`), or the subject of a sentence
 * (`ValueError: 0.5 is too small`). Other words only stand beside the pair: `loss=0.5 saved checkpoint`. `end` is the index
 * of the number or of the unit behind it; `sign` what stands between name and number, `undefined` when nothing does.
 */
export function wordsChange(
  tokens: readonly Token[],
  index: number,
  end: number,
  sign: "=" | ":" | undefined,
): boolean {
  const [number, word] = [tokens[index], tokens[end + 1]];
  if (number === undefined || word?.kind !== "word" || word.gap === "wide") return false;
  const after = tokens[end + 2];
  // `loss=0.5 T=300`
  if (after?.kind === "separator") return false;
  if ((word.text.length <= 3 && SHARE.test(word.text)) || (word.text === "out" && after?.text === "of")) return true;
  if (after?.kind !== "number" && word.text.length <= 8 && MULTIPLE.test(word.text)) return true;
  // Another name: `loss: 3 val acc: 5`.
  if (!isSentence(tokens, end)) return false;
  const isCount = end === index && isCountable(number);
  // `throughput=12.34K wps`
  if (isCount && PLURAL.test(word.text) && !(sign === "=" && number.unit !== "")) return true;
  // What is glued by `=` is a pair, as programs print it; a colon stands in sentences too.
  if (sign === "=") return false;
  if (SUBJECT_OF.test(word.text)) return true;
  if (number.unit === "%") return COMPLETION.test(word.text);
  return isCount && !(sign === ":" && REMARK.test(word.text)) && /\d/.test(number.number);
}

const SHARE = /^(?:of|per|bit)$/i;
const MULTIPLE = /^(?:[kKMGBT]|dozen|hundred|thousand|million|billion|trillion)$/;
const PLURAL = /^\p{L}{2,}(?<!s)s[.]?$/iu;
/** A verb that makes the number its subject, or what joins it to another. */
const SUBJECT_OF =
  /^(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|cannot|could|must|should|may|might|not|and|or|than|out)\b/i;
const COMPLETION = /^(?:done|complete|completed|finished|loaded|ready)\b/i;
/** A remark on the value and nothing that can be counted. */
const REMARK = /^(?:done|ok|okay|best|new|sav(?:ed|ing)|improved|checkpoint(?:ed|ing)?)\b/i;

/** Whether that many of something is possible: `3`, `1,234`, `10K`, and `nan`, of which there may be values. */
function isCountable({ number, unit }: Token): boolean {
  return unit === "" ? !/[.]|\d[eE]/.test(number) : multipleOf(unit) !== undefined;
}
