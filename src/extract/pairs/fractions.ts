import { isQualifier, isSplitWord } from "../names/names.ts";
import { parseNumber, unitKind } from "../tokens/numbers.ts";
import { add, isPositionOf, joined, put, reset, type Scan } from "./pair-scan.ts";
import { enterSection } from "./sections.ts";
import { BAR_COUNTER } from "../names/step-names.ts";
import { spacedUnit } from "./surroundings.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/** Reads `3/10`: a position, a share (`Accuracy: 93/100`), or the counter of a bar. The answer is the index of the last token read. */
export function readFraction(scan: Scan, token: Token, index: number): number {
  const { words, separator } = scan;
  reset(scan);
  const name = words.join("_");
  const rate = spacedUnit(scan.tokens, index);
  if (words.length === 0) {
    if (rate !== undefined && unitKind(rate) === "rate") {
      add(scan, rate, parseNumber(token.number) ?? Number.NaN, index, { weak: true, multiple: 1 });
      return index + 1;
    }
    const before = scan.found.at(-1);
    // `epoch 010  2000 / 8223 loss=1.27`
    // `| 200/ 2983 batches |`
    const isCounted = /^(?:batch(?:es)?|iters?|iterations|steps)$/i.test(scan.tokens[index + 1]?.text ?? "");
    const isInEpoch = token.gap !== "none" && before?.at === index - 1 && scan.names.rankOf(before.key) > 0;
    if (isInEpoch || isCounted) put(scan, "batch", token.number, index);
    else if (!isShareOfValue(scan.tokens, index)) put(scan, BAR_COUNTER, token.number, index);
  } else if (separator && isCompound(scan, name)) {
    // `epoch/iter: 19/5159`
    const [one = "", two = ""] = name.split("/");
    put(scan, one, token.number, index);
    const value = parseNumber(token.total ?? "") ?? Number.NaN;
    add(scan, two, value, index, { weak: false, multiple: undefined });
  } else if (isPositionOf(scan, words, separator)) {
    put(scan, separator ? name : (words.at(-1) ?? name), token.number, index);
  } else if (!separator && words.every((word) => isQualifier(word.toLowerCase()))) {
    // `Final training  15/299 loss: 0.41`
    put(scan, BAR_COUNTER, token.number, index);
  } else if (scan.names.kindOf(name) === "metric") {
    const share = printedShare(scan.tokens, index + 1);
    if (share !== -1) {
      add(scan, name, parseNumber(scan.tokens[share]?.number ?? "") ?? Number.NaN, share, { weak: false, multiple: 1 });
      return share;
    }
    const value = shareBehind(scan.tokens, index) ?? quotient(token);
    if (token.percent === undefined) add(scan, name, value, index, { weak: false, multiple: undefined });
    else add(scan, name, Number(token.percent), index, { weak: false, multiple: 1, isPercent: true });
  }
  return index;
}

/**
 * The index of what a share comes to, printed behind its parts: `acc: 45476/54430=0.8355`, `acc: 45476.0/54430.0=0.8355`,
 * `recall: 26258 / 29058 * 100 = 90.36 %`. `index` is that of the token behind them; -1 where nothing is said.
 */
export function printedShare(tokens: readonly Token[], index: number): number {
  const [times, hundred] = [tokens[index], tokens[index + 1]];
  const at = times?.text === "*" && hundred?.number === "100" ? index + 2 : index;
  const [sign, share] = [tokens[at], tokens[at + 1]];
  return sign?.text === "=" && share?.kind === "number" && share.number.includes(".") ? at + 1 : -1;
}

/** Whether a name is of two positions. */
function isCompound({ names }: Scan, name: string): boolean {
  const at = name.indexOf("/");
  return at > 0 && names.rankOf(name.slice(0, at)) > 0 && names.rankOf(name.slice(at + 1)) > 0;
}

/** `92.5% (1234/1334)`, `%WER 12.34 [ 1234 / 10000, 123 ins ]`, `acc 0.925 = 1234/1334` */
function isShareOfValue(tokens: readonly Token[], index: number): boolean {
  const [value, sign] = [tokenAt(tokens, index - 2), tokenAt(tokens, index - 1)];
  return (
    (sign?.kind === "open" || sign?.text === "=") &&
    value?.kind === "number" &&
    (value.unit === "%" || value.number.includes("."))
  );
}

/** `Accuracy: 9699/10000 (0.9699)`: the share as it is printed. */
function shareBehind(tokens: readonly Token[], index: number): number | undefined {
  const [fraction, open, share, close] = tokens.slice(index, index + 4);
  if (fraction === undefined || open?.text !== "(" || share?.kind !== "number" || close?.text !== ")") return undefined;
  const value = parseNumber(share.number) ?? Number.NaN;
  return share.unit === "" && Math.abs(value - quotient(fraction)) < ROUNDED ? value : undefined;
}

/** How far a printed share may be from the quotient. */
const ROUNDED = 0.006;

function quotient(token: Token): number {
  return (parseNumber(token.number) ?? Number.NaN) / (parseNumber(token.total ?? "") ?? Number.NaN);
}

/** `[10/782]`, `[50]`: a position in the epoch, or the epoch itself behind its name. */
export function readCounter(scan: Scan, token: Token, index: number): void {
  const { words, separator } = scan;
  reset(scan);
  const before = scan.found.at(-1);
  if (words.length > 0 && isPositionOf(scan, words, separator)) {
    put(scan, words.join("_"), token.number, index);
  } else if (
    separator &&
    scan.names.kindOf(joined(words)) === "metric" &&
    shareBehind(scan.tokens, index) !== undefined
  ) {
    // `Accuracy: [9699/10000](0.9699)`
    add(scan, joined(words), shareBehind(scan.tokens, index) ?? Number.NaN, index, {
      weak: false,
      multiple: undefined,
    });
  } else if (isPercentage(scan.tokens[index - 1], token)) {
    scan.steady = false;
  } else if (token.total !== undefined || (before?.at === index - 1 && scan.names.rankOf(before.key) > 0)) {
    // `Train: 3 [0/10009 (0%)]`: the number behind a split's name is the epoch.
    if (before?.at === index - 1 && isSplitWord(before.key.toLowerCase())) {
      if (!/^\d{1,300}$/.test(before.token?.number ?? "")) scan.steady = false;
      if (Number.isInteger(before.value)) {
        scan.found.pop();
        enterSection(scan, [before.key]);
        scan.found.push({ ...before, key: "epoch", section: "", weak: false, at: index });
      }
    }
    const next = scan.tokens[index + 1];
    // `Train: [0/300][10/1251]`
    put(scan, next?.kind === "counter" && next.gap === "none" ? "epoch" : "batch", token.number, index);
    // `Valid mean rank at [100/500]: 12.5`
    if (next?.kind === "separator" && words.length > 1 && /^(?:at|after)$/i.test(words.at(-1) ?? ""))
      scan.words = words.slice(0, -1);
  }
}

/** `%SER 61.18 [ 1603 / 2620 ]`: of what a number is the percentage. */
function isPercentage(value: Token | undefined, { number, total }: Token): boolean {
  if (total === undefined || value?.kind !== "number" || !value.number.includes(".")) return false;
  return Math.abs(Number(value.number) - (100 * Number(number)) / Number(total)) < 0.01;
}

/**
 * `1epoch:train:26-50batch: loss=0.5`: a range with its unit glued behind it is over at its end. The answer is the index of
 * the unit; `undefined` for anything else.
 */
export function rangeUnit(scan: Scan, { text }: Token, index: number): number | undefined {
  const unit = scan.tokens[index + 1];
  const [, end] = RANGE.exec(text) ?? [];
  if (end === undefined || unit?.kind !== "word" || unit.gap !== "none" || scan.names.rankOf(unit.text) === 0)
    return undefined;
  put(scan, unit.text, end, index + 1);
  return index + 1;
}

const RANGE = /^\d{1,12}-(\d{1,12})$/;
