import { isQualifier, isSplitWord } from "./names.ts";
import { joined, put, type Scan } from "./pair-scan.ts";
import { enterSection } from "./sections.ts";
import { BAR_COUNTER } from "./step-names.ts";
import { isWhole } from "./surroundings.ts";
import { letteredPositions, titledPosition } from "./titled-position.ts";
import type { Token } from "./tokens.ts";

/** The first tokens of a line. */
export interface Lead {
  readonly first: Token;
  readonly second: Token | undefined;
  readonly third: Token | undefined;
  readonly fourth: Token | undefined;
  readonly fifth: Token | undefined;
}

/** Puts the positions that a line of this form begins with; the answer is the index to go on from, or 0 for another line. */
type ReadForm = (lead: Lead, scan: Scan) => number;

/** A form whose positions stand at fixed places: by their names, the indices of their tokens. */
function form(
  places: Readonly<Record<string, number>>,
  end: number,
  fits: (lead: Lead, scan: Scan) => boolean,
): ReadForm {
  const named = Object.entries(places);
  return (lead, scan) => {
    if (!fits(lead, scan)) return 0;
    for (const [name, at] of named) put(scan, name, scan.tokens[at]?.number ?? "", at);
    return end;
  };
}

const BRACKETED: readonly ReadForm[] = [
  // `[1/10, 200/782] loss: 1.23`
  form(
    { epoch: 1, iteration: 3 },
    5,
    ({ first, second, third, fourth, fifth }) =>
      first.text === "[" &&
      second?.kind === "fraction" &&
      third?.text === "," &&
      fourth?.kind === "fraction" &&
      fifth?.text === "]",
  ),
  // `(1, 10) loss: 0.5`
  form({ epoch: 1, iteration: 3 }, 5, (_, { tokens }) => isPairInFront(tokens, 0)),
  // `[lfw][924000]Accuracy: 0.997`: which data, and where
  form(
    { iteration: 3 },
    4,
    ({ first, second, third, fourth, fifth }) =>
      first.text === "[" &&
      second?.kind === "word" &&
      third?.text === "]" &&
      isGlued(fourth, "counter") &&
      fourth?.total === undefined &&
      isGlued(fifth, "word"),
  ),
  // `[10 | 28.22] loss=3.75`
  form(
    { iteration: 1 },
    5,
    ({ first, second, third, fourth, fifth }) =>
      first.text === "[" && isWhole(second) && third?.text === "|" && fourth?.kind === "number" && fifth?.text === "]",
  ),
  // `[1,000] Accuracy: 89.10%`
  form(
    { iteration: 1 },
    3,
    ({ first, second, third, fourth }) =>
      first.text === "[" &&
      third?.text === "]" &&
      /^\d{1,3}(?:,\d{3})+$/.test(second?.text ?? "") &&
      fourth !== undefined,
  ),
  // `[2, 2400] loss: 0.5` where no counter was read
  form(
    { epoch: 1, iteration: 3 },
    5,
    ({ first, second, third, fourth, fifth }) =>
      first.text === "[" && third?.text === "," && fifth?.text === "]" && isWhole(second) && isWhole(fourth),
  ),
];

const MARKED: readonly ReadForm[] = [
  // `- (1, 10) loss: 0.5`, behind the logger's dash
  form({ epoch: 2, iteration: 4 }, 6, ({ first }, { tokens }) => first.text === "-" && isPairInFront(tokens, 1)),
  // `<10> LL/token: -9.5`
  form(
    { iteration: 1 },
    3,
    ({ first, second, third, fourth }) =>
      first.text === "<" && isWhole(second) && third?.text === ">" && fourth?.kind === "word",
  ),
  // `#100: loss 0.5`
  form(
    { iteration: 1 },
    3,
    ({ first, second, third, fourth }) =>
      first.text === "#" && isWhole(second) && second.gap === "none" && third?.text === ":" && fourth?.kind === "word",
  ),
];

const COUNTED: readonly ReadForm[] = [
  // `[3/25][100/1583]`
  form({ epoch: 0, batch: 1 }, 2, ({ first, second }) => first.total !== undefined && isGlued(second, "counter")),
  // `[  0]      10 || B: 5.12`
  form(
    { epoch: 0, iteration: 1 },
    3,
    ({ first, second, third }) =>
      first.total === undefined && isWhole(second) && second.gap !== "none" && third?.text === "|",
  ),
  // `[5] loss: 0.5`
  form({ iteration: 0 }, 1, ({ first, second }) => first.total === undefined && second !== undefined),
];

const FRACTIONS: readonly ReadForm[] = [
  // `1/21150 (epoch 0), loss = 4.1`
  form(
    { iteration: 0 },
    2,
    ({ second, third }, { names }) => second?.text === "(" && third?.kind === "word" && names.rankOf(third.text) > 0,
  ),
];

const NUMBERED: readonly ReadForm[] = [
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

/** What is counted beside epochs and steps. */
const COUNTED_STAGE = /^(?:checkpoint|pass|cycle|sweep|stage)$/i;

const MANY = /^(?:epoch|step|iteration|round|episode|generation|cycle)s$/i;

/** A word for a position with its number: `Epoch21`, `step_100`. */
export const GLUED = /^(epoch|ep|step|iter|iteration|round|episode)[-_]?(\d{1,9})$/i;

const WORDED: readonly ReadForm[] = [
  // `Epoch21 Loss: 0.5`
  ({ first, second }, scan) => {
    const [, name, number] = (second && GLUED.exec(first.text)) ?? [];
    if (name === undefined || number === undefined) return 0;
    put(scan, name, number, 0);
    return 1;
  },
  // `Checkpoint [3]  Train-perplexity=50.25`
  form(
    { iteration: 1 },
    2,
    ({ first, second, third }) => second?.kind === "counter" && third?.gap === "wide" && COUNTED_STAGE.test(first.text),
  ),
  // `i=5 loss=0.5`
  form(
    { iteration: 2 },
    3,
    ({ first, second, third, fourth }) =>
      first.text.length === 1 &&
      /^[itnk]$/.test(first.text) &&
      second?.kind === "separator" &&
      isWhole(third) &&
      fourth !== undefined,
  ),
  (_, scan) => titledPosition(scan),
  (_, scan) => letteredPositions(scan),
  // `Train 3, loss: 0.5`
  ({ first, second, third, fourth }, scan) => {
    const isPart =
      isWhole(second) &&
      third?.text === "," &&
      third.gap === "none" &&
      fourth?.kind === "word" &&
      isSplitWord(first.text.toLowerCase());
    if (!isPart) return 0;
    put(scan, "epoch", second.number, 1);
    enterSection(scan, [first.text]);
    return 3;
  },
  // `Epochs     5. Current error: 0.25`
  ({ first, second, third, fourth }, scan) => {
    if (!isWhole(second) || third?.text !== "." || fourth?.kind !== "word" || !MANY.test(first.text)) return 0;
    put(scan, first.text.slice(0, -1), second.number, 1);
    return 3;
  },
  // `num-trees:5 train-loss:0.95`
  form(
    { iteration: 2 },
    3,
    ({ first, second, third, fourth }, { names }) =>
      second?.kind === "separator" &&
      isWhole(third) &&
      /^n(?:um)?[-_]trees$/i.test(first.text) &&
      names.kindOf(fourth?.text ?? "") === "metric",
  ),
  // `losses/policy 0.25 1000`: a tag, its value and the step
  form(
    { step: 2 },
    0,
    ({ first, second, third }, { tokens, names }) =>
      tokens.length === 3 &&
      first.text.includes("/") &&
      second?.number.includes(".") === true &&
      second.unit === "" &&
      isWhole(third) &&
      third.gap === "blank" &&
      names.kindOf(first.text) === "metric",
  ),
  // `Pass 3, Batch 100, Cost 2.25`
  ({ first, second, third }, scan) => {
    if (!COUNTED_STAGE.test(first.text)) return 0;
    const [number, at] = second?.kind === "separator" ? [third, 2] : [second, 1];
    const next = scan.tokens[at + 1]?.text === "," ? scan.tokens[at + 2] : scan.tokens[at + 1];
    if (!isWhole(number) || next?.kind !== "word" || scan.names.rankOf(next.text) <= 1) return 0;
    put(scan, "epoch", number.number, at);
    return at + 1;
  },
];

/** By the kind of the line's first token. Of those that fit, the first has the word. */
export const LEADING_FORMS: Readonly<Partial<Record<Token["kind"], readonly ReadForm[]>>> = {
  open: BRACKETED,
  mark: MARKED,
  counter: COUNTED,
  fraction: FRACTIONS,
  number: NUMBERED,
  word: WORDED,
};

function isGlued(token: Token | undefined, kind: Token["kind"]): boolean {
  return token?.kind === kind && token.gap === "none";
}

/** `(1, 10) loss`, from the bracket at `from` on. */
function isPairInFront(tokens: readonly Token[], from: number): boolean {
  return (
    tokens[from]?.text === "(" &&
    tokens[from + 2]?.text === "," &&
    tokens[from + 4]?.text === ")" &&
    isWhole(tokens[from + 1]) &&
    isWhole(tokens[from + 3]) &&
    tokens[from + 5]?.kind === "word"
  );
}

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
