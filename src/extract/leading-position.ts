import { isQualifier, isSplitWord } from "./names.ts";
import { joined, put, type Scan } from "./pair-scan.ts";
import { enterSection } from "./sections.ts";
import { BAR_COUNTER } from "./step-names.ts";
import { isWhole } from "./surroundings.ts";
import { letteredPositions, performedPosition, titledPosition } from "./titled-position.ts";
import type { Token } from "./tokens.ts";

/** `[5]`, `<5>` and `[2,  2400]` at the start of a line, `300:` before a tab or a fraction, and `i=5`. The answer is the index to go on from. */
export function leadingPosition(scan: Scan): number {
  const [first, second, third, fourth, fifth] = scan.tokens;
  // `[3/25][100/1583]`
  if (first?.kind === "counter" && first.total !== undefined && second?.kind === "counter" && second.gap === "none") {
    put(scan, "epoch", first.number, 0);
    put(scan, "batch", second.number, 1);
    return 2;
  }
  // `Epoch21 Loss: 0.5`
  const glued = first?.kind === "word" && second !== undefined ? GLUED.exec(first.text) : null;
  if (glued !== null) {
    put(scan, glued[1] ?? "", glued[2] ?? "", 0);
    return 1;
  }
  // `[1/10, 200/782] loss: 1.23`
  if (
    first?.text === "[" &&
    second?.kind === "fraction" &&
    third?.text === "," &&
    fourth?.kind === "fraction" &&
    fifth?.text === "]"
  ) {
    put(scan, "epoch", second.number, 1);
    put(scan, "iteration", fourth.number, 3);
    return 5;
  }
  // `(1, 10) loss: 0.5`, which may stand behind the logger's dash
  const from = first?.text === "-" ? 1 : 0;
  const pair = scan.tokens[from]?.text === "(" ? scan.tokens.slice(from, from + 6) : [];
  if (
    pair[2]?.text === "," &&
    pair[4]?.text === ")" &&
    isWhole(pair[1]) &&
    isWhole(pair[3]) &&
    pair[5]?.kind === "word"
  ) {
    put(scan, "epoch", pair[1].number, from + 1);
    put(scan, "iteration", pair[3].number, from + 3);
    return from + 5;
  }
  // `1/21150 (epoch 0), loss = 4.1`
  if (
    first?.kind === "fraction" &&
    second?.text === "(" &&
    third?.kind === "word" &&
    scan.names.rankOf(third.text) > 0
  ) {
    put(scan, "iteration", first.number, 0);
    return 2;
  }
  // `[  0]      10 || B: 5.12`
  if (
    first?.kind === "counter" &&
    first.total === undefined &&
    isWhole(second) &&
    second.gap !== "none" &&
    third?.text === "|"
  ) {
    put(scan, "epoch", first.number, 0);
    put(scan, "iteration", second.number, 1);
    return 3;
  }
  // `0: iteration 10 loss 0.5`: a rank
  if (
    isWhole(first) &&
    second?.text === ":" &&
    third?.kind === "word" &&
    fourth?.kind === "number" &&
    scan.names.rankOf(third.text) > 0
  ) {
    put(scan, BAR_COUNTER, first.number, 0);
    return 2;
  }
  // `[lfw][924000]Accuracy: 0.997`: which data, and where
  if (
    first?.text === "[" &&
    second?.kind === "word" &&
    third?.text === "]" &&
    fourth?.kind === "counter" &&
    fourth.gap === "none" &&
    fourth.total === undefined &&
    fifth?.kind === "word" &&
    fifth.gap === "none"
  ) {
    put(scan, "iteration", fourth.number, 3);
    return 4;
  }
  if (first?.kind === "counter" && first.total === undefined && second !== undefined) {
    put(scan, "iteration", first.number, 0);
    return 1;
  }
  // `Checkpoint [3]  Train-perplexity=50.25`
  if (COUNTED_STAGE.test(first?.text ?? "") && second?.kind === "counter" && third?.gap === "wide") {
    put(scan, "iteration", second.number, 1);
    return 2;
  }
  // `[10 | 28.22] loss=3.75`, `<10> LL/token: -9.5`
  const isStamp = third?.text === "|" && fourth?.kind === "number" && fifth?.text === "]";
  if (
    isWhole(second) &&
    ((first?.text === "[" && isStamp) || (first?.text === "<" && third?.text === ">" && fourth?.kind === "word"))
  ) {
    put(scan, "iteration", second.number, 1);
    return third?.text === ">" ? 3 : 5;
  }
  // `[1,000] Accuracy: 89.10%`
  if (
    first?.text === "[" &&
    third?.text === "]" &&
    /^\d{1,3}(?:,\d{3})+$/.test(second?.text ?? "") &&
    fourth !== undefined
  ) {
    put(scan, "iteration", second?.number ?? "", 1);
    return 3;
  }
  if (first?.text === "[" && third?.text === "," && fifth?.text === "]" && isWhole(second) && isWhole(fourth)) {
    put(scan, "epoch", second.number, 1);
    put(scan, "iteration", fourth.number, 3);
    return 5;
  }
  // `00000012) drift - 0.5`: zeros in front, as a list has none
  if (/^0\d{3,}$/.test(first?.text ?? "") && second?.text === ")" && second.gap === "none" && third?.kind === "word") {
    put(scan, "iteration", first?.number ?? "", 0);
    return 2;
  }
  if (
    first?.text.length === 1 &&
    /^[itnk]$/.test(first.text) &&
    second?.kind === "separator" &&
    isWhole(third) &&
    fourth !== undefined
  ) {
    put(scan, "iteration", third.number, 2);
    return 3;
  }
  // `0 epoch: loss=0.5`
  if (isWhole(first) && second?.kind === "word" && third?.text === ":" && scan.names.rankOf(second.text) > 0) {
    put(scan, second.text, first.number, 0);
    return 3;
  }
  const titled = titledPosition(scan) || performedPosition(scan);
  if (titled > 0) return titled;
  const lettered = letteredPositions(scan);
  if (lettered > 0) return lettered;
  // `5, loss=0.25`, `0 [D loss: 0.66, acc: 57%]`, `100 -  12.3 sent/s`
  if (isWhole(first) && second !== undefined && third !== undefined && begins(second, third, fourth)) {
    put(scan, "iteration", first.number, 0);
    return 2;
  }
  // `Train 3, loss: 0.5`
  if (
    first?.kind === "word" &&
    isSplitWord(first.text.toLowerCase()) &&
    isWhole(second) &&
    third?.text === "," &&
    third.gap === "none" &&
    fourth?.kind === "word"
  ) {
    put(scan, "epoch", second.number, 1);
    enterSection(scan, [first.text]);
    return 3;
  }
  // `Epochs     5. Current error: 0.25`
  if (
    first?.kind === "word" &&
    MANY.test(first.text) &&
    isWhole(second) &&
    third?.text === "." &&
    fourth?.kind === "word"
  ) {
    put(scan, first.text.slice(0, -1), second.number, 1);
    return 3;
  }
  // `num-trees:5 train-loss:0.95`
  if (
    /^n(?:um)?[-_]trees$/i.test(first?.text ?? "") &&
    second?.kind === "separator" &&
    isWhole(third) &&
    scan.names.kindOf(fourth?.text ?? "") === "metric"
  ) {
    put(scan, "iteration", third.number, 2);
    return 3;
  }
  // `#100: loss 0.5`
  if (
    first?.text === "#" &&
    isWhole(second) &&
    second.gap === "none" &&
    third?.text === ":" &&
    fourth?.kind === "word"
  ) {
    put(scan, "iteration", second.number, 1);
    return 3;
  }
  // `losses/policy 0.25 1000`: a tag, its value and the step
  if (
    scan.tokens.length === 3 &&
    first?.text.includes("/") &&
    second?.number.includes(".") &&
    second.unit === "" &&
    isWhole(third) &&
    third.gap === "blank" &&
    scan.names.kindOf(first.text) === "metric"
  ) {
    put(scan, "step", third.number, 2);
    return 0;
  }
  // `   1 train loss:  2.35 test acc: 70.5%`
  if (isWhole(first) && isPairOfMetric(scan)) {
    put(scan, "iteration", first.number, 0);
    return 1;
  }
  // `Pass 3, Batch 100, Cost 2.25`
  if (COUNTED_STAGE.test(first?.text ?? "")) {
    const [number, at] = second?.kind === "separator" ? [third, 2] : [second, 1];
    const next = scan.tokens[at + 1]?.text === "," ? scan.tokens[at + 2] : scan.tokens[at + 1];
    if (isWhole(number) && next?.kind === "word" && scan.names.rankOf(next.text) > 1) {
      put(scan, "epoch", number.number, at);
      return at + 1;
    }
  }
  const isNumbered = isWhole(first) && second?.text === ":" && second.gap === "none";
  const isDecimal = third?.kind === "number" && third.gap !== "none" && third.number.includes(".");
  // `3: [D loss: 0.66, acc: 57%]`
  const isBracketed = third?.text === "[" && fourth?.kind === "word" && fifth?.kind !== "close";
  if (
    isNumbered &&
    (isBracketed || (third?.gap === "wide" && (third.kind === "word" || third.text.startsWith("."))) || isDecimal)
  ) {
    put(scan, "iteration", first.number, 0);
    return 2;
  }
  // `100: loss 0.5`, where a small number may be that of a process
  if (isNumbered && third?.kind === "word" && third.gap === "blank") {
    put(scan, first.text.length > 2 ? "iteration" : BAR_COUNTER, first.number, 0);
    return 2;
  }
  return 0;
}

/** What is counted beside epochs and steps. */
const COUNTED_STAGE = /^(?:checkpoint|pass|cycle|sweep|stage)$/i;

const MANY = /^(?:epoch|step|iteration|round|episode|generation|cycle)s$/i;

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

const GLUED = /^(epoch|ep|step|iter|iteration|round|episode)[-_]?(\d{1,9})$/i;

/** `[Training epoch3:250/806]`: two positions in one. Whether `index` is that of such a word. */
export function putGlued(scan: Scan, index: number): boolean {
  const [word, sign, fraction] = [scan.tokens[index], scan.tokens[index + 1], scan.tokens[index + 2]];
  if (sign?.text !== ":" || fraction?.kind !== "fraction" || fraction.gap !== "none") return false;
  const [, name, number] = GLUED.exec(word?.text ?? "") ?? [];
  if (name === undefined || number === undefined) return false;
  put(scan, name, number, index);
  put(scan, "batch", fraction.number, index + 2);
  return true;
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
