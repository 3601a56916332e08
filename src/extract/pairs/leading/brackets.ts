import { put } from "../pair-scan.ts";
import { enterSection } from "../sections.ts";
import { isWhole } from "../surroundings.ts";
import type { Token } from "../../tokens/tokens.ts";
import { form, type ReadForm } from "./form.ts";

/** Lines that begin with a bracket. */
export const BRACKETED: readonly ReadForm[] = [
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
  // `[#00120] loss: 0.5`
  form(
    { iteration: 2 },
    4,
    ({ first, second, third, fourth, fifth }) =>
      first.text === "[" && second?.text === "#" && isWhole(third) && fourth?.text === "]" && fifth?.kind === "word",
  ),
  // `[train: 3, 50 / 200] loss: 0.5`
  ({ first, second, third, fourth, fifth }, scan) => {
    const [iteration, close] = scan.tokens.slice(5, 7);
    const isPlaced = isWhole(fourth) && fifth?.text === "," && iteration?.kind === "fraction" && close?.text === "]";
    if (first.text !== "[" || third?.text !== ":" || !isPlaced || !enterSection(scan, [second?.text ?? ""])) return 0;
    put(scan, "epoch", fourth.number, 3);
    put(scan, "iteration", iteration.number, 5);
    return 7;
  },
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

/** Lines that begin with a mark. */
export const MARKED: readonly ReadForm[] = [
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

/** Lines that begin with a counter: `[5]`, `[3/25]`. */
export const COUNTED: readonly ReadForm[] = [
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

/** Lines that begin with a fraction. */
export const FRACTIONS: readonly ReadForm[] = [
  // `1/21150 (epoch 0), loss = 4.1`
  form(
    { iteration: 0 },
    2,
    ({ second, third }, { names }) => second?.text === "(" && third?.kind === "word" && names.rankOf(third.text) > 0,
  ),
];

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
