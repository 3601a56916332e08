import { isQualifier } from "../../names/names.ts";
import { BAR_COUNTER } from "../../names/step-names.ts";
import { joined, put, type Scan } from "../pair-scan.ts";
import { isWhole } from "../surroundings.ts";
import type { Token } from "../../tokens/tokens.ts";
import { form, type ReadForm } from "./form.ts";
import { readValuesFirst } from "./values-first.ts";

/** Lines that begin with a number. */
export const NUMBERED: readonly ReadForm[] = [
  // `0: iteration 10 loss 0.5`: a rank
  form(
    { [BAR_COUNTER]: 0 },
    2,
    ({ first, second, third, fourth }, { names }) =>
      isWhole(first) &&
      second?.text === ":" &&
      third?.kind === "word" &&
      fourth?.kind === "number" &&
      names.rankOf(third.text) > 0,
  ),
  // `00000012) drift - 0.5`: zeros in front, as a list has none
  form(
    { iteration: 0 },
    2,
    ({ first, second, third }) =>
      second?.text === ")" && second.gap === "none" && third?.kind === "word" && /^0\d{3,}$/.test(first.text),
  ),
  // `12 340 Loss=0.5`: the epoch and the batch
  form(
    { epoch: 0, batch: 1 },
    2,
    ({ first, second, third, fourth }, { names }) =>
      isWhole(first) &&
      isWhole(second) &&
      second.gap === "blank" &&
      third?.gap === "blank" &&
      fourth?.text === "=" &&
      names.kindOf(third.text) === "metric",
  ),
  readValuesFirst,
  // `0 epoch: loss=0.5`
  ({ first, second, third }, scan) => {
    if (!isWhole(first) || second?.kind !== "word" || third?.text !== ":" || scan.names.rankOf(second.text) === 0)
      return 0;
    put(scan, second.text, first.number, 0);
    return 3;
  },
  // `5, loss=0.25`, `0 [D loss: 0.66, acc: 57%]`, `100 -  12.3 sent/s`
  form(
    { iteration: 0 },
    2,
    ({ first, second, third, fourth }) =>
      isWhole(first) && second !== undefined && third !== undefined && begins(second, third, fourth),
  ),
  // `   1 train loss:  2.35 test acc: 70.5%`
  form({ iteration: 0 }, 1, ({ first }, scan) => isWhole(first) && isPairOfMetric(scan)),
  // `3: [D loss: 0.66, acc: 57%]`, `300:  loss 0.5`, `300: 0.5`
  form({ iteration: 0 }, 2, ({ first, second, third, fourth, fifth }) => {
    if (!isWhole(first) || second?.text !== ":" || second.gap !== "none") return false;
    if (third?.text === "[" && fourth?.kind === "word" && fifth?.kind !== "close") return true;
    if (third?.gap === "wide" && (third.kind === "word" || third.text.startsWith("."))) return true;
    return third?.kind === "number" && third.gap !== "none" && third.number.includes(".");
  }),
  // `100: loss 0.5`, where a small number may be that of a process
  ({ first, second, third }, scan) => {
    if (!isWhole(first) || second?.text !== ":" || second.gap !== "none") return 0;
    if (third?.kind !== "word" || third.gap !== "blank") return 0;
    put(scan, first.text.length > 2 ? "iteration" : BAR_COUNTER, first.number, 0);
    return 2;
  },
];

/** Whether a known name and its number stand behind the first token, with no other words around them. */
function isPairOfMetric({ tokens, names }: Scan): boolean {
  let end = 1;
  while (tokens[end]?.kind === "word" && (tokens[end]?.gap === "blank" || end === 1) && end < 5) end += 1;
  const words = tokens.slice(1, end).map(({ text }) => text);
  const value = tokens[end]?.kind === "separator" ? tokens[end + 1] : tokens[end];
  if (words.length === 0 || value?.kind !== "number" || value.gap === "none" || !value.number.includes("."))
    return false;
  return (
    words.slice(0, -1).every((word) => isQualifier(word.toLowerCase())) && names.kindOf(joined(words)) === "metric"
  );
}

/** Whether what stands behind a number at the start of a line makes it the line's. */
function begins(sign: Token, next: Token, after: Token | undefined): boolean {
  if (sign.text === ",") return sign.gap === "none" && next.kind === "word" && after?.text === "=";
  if (sign.text === "[") return sign.gap === "blank" && next.kind === "word";
  // `500 | loss 6.01 | lr 5e-05`
  if (sign.text === "|") return sign.gap !== "none" && next.kind === "word" && after?.kind === "number";
  // `3 * Epoch (train): loss=0.5`
  if (sign.text === "*") return sign.gap === "blank" && /^epoch$/i.test(next.text) && after?.text === "(";
  return (
    sign.text === "-" && sign.gap !== "none" && next.gap !== "none" && (next.kind === "word" || next.kind === "number")
  );
}
