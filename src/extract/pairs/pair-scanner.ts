import { boundBehind } from "./at-threshold.ts";
import { printedShare, rangeUnit, readCounter, readFraction } from "./fractions.ts";
import type { NameBook } from "../names/name-book.ts";
import { isSplitWord } from "../names/names.ts";
import { multipleOf, parseNumber, unitKind } from "../tokens/numbers.ts";
import { leadingPosition, putGlued } from "./leading/index.ts";
import { addListed } from "./listed-values.ts";
import { readMark } from "./marks.ts";
import { readOpen } from "./opened-brackets.ts";
import { add, isPartOf, isPositionOf, joined, put, reset, type Scan, settle } from "./pair-scan.ts";
import { isNoPair } from "./no-pairs.ts";
import { isInName, isNamedByNumber, isOfDimensions, isOfNumbered, isStepOfMetric } from "./numbers-of-names.ts";
import {
  arrowEnd,
  isBarWithoutEnd,
  isBehindPosition,
  isLabelled,
  isListed,
  isOfAligned,
  isStagePosition,
  metricAtPosition,
} from "./pair-signs.ts";
import { endsSentence, isFunctionWord, MOST_WORDS, phraseAtEnd } from "./phrases.ts";
import { closingOf, keyParenthesis } from "./parentheses.ts";
import type { Reading } from "../reading.ts";
import { gluedValue } from "./run-on.ts";
import { scopedName } from "./scoped-name.ts";
import { addSlashed, addSplits } from "./slashed-values.ts";
import { BAR_COUNTER } from "../names/step-names.ts";
import { isNumberOfName, isPartOfName, signatureEnd, withPart } from "./parts-of-names.ts";
import { enterLabel, enterNamed, enterPart, enterPlaced } from "./sections.ts";
import { changedRate, isRateLine, isWhole, rateCell, spacedUnit } from "./surroundings.ts";
import { type Token, tokenAt, tokenize } from "../tokens/tokens.ts";
import { addUnseparated, nameBehind } from "./unseparated.ts";
import { wordsChange } from "./words-behind.ts";

/** Finds names and the numbers that belong to them, positions included. A name that comes twice has its first number. */
export function scanPairs(line: string, names: NameBook): Reading {
  const scan: Scan = {
    tokens: tokenize(line),
    names,
    words: [],
    separator: false,
    section: "",
    inBracket: false,
    isOfPart: false,
    found: [],
    steady: true,
  };
  for (let index = leadingPosition(scan); index < scan.tokens.length; index += 1) {
    index = step(scan, index);
  }
  return settle(scan, line);
}

/** Reads one token, or several that belong together; the answer is the index of the last one read. */
function step(scan: Scan, index: number): number {
  const token = scan.tokens[index];
  switch (token?.kind) {
    case "word":
      return readWord(scan, token, index);
    case "separator": {
      const tip = token.text === "=" ? arrowEnd(scan, token, index) : undefined;
      if (tip === undefined) readSeparator(scan, token, index);
      else scan.separator = true;
      return tip ?? index;
    }
    case "number":
      enterPlaced(scan);
      return readNumber(scan, token, index);
    case "fraction":
      if (!enterPlaced(scan)) enterLabel(scan);
      return readFraction(scan, token, index);
    case "counter":
      // `avg. loss [951-1000]: 1.25`
      if (
        token.text.includes("-") &&
        scan.tokens[index + 1]?.text === ":" &&
        scan.names.kindOf(joined(scan.words)) === "metric"
      )
        return index;
      if (!enterPlaced(scan)) enterLabel(scan);
      readCounter(scan, token, index);
      return index;
    case "open":
      return readOpen(scan, index);
    case "mark":
      return readMark(scan, token, index);
    case "close":
      if (scan.inBracket && token.text === "]") [scan.section, scan.inBracket] = ["", false];
      reset(scan);
      return index;
    case "junk": {
      const unit = rangeUnit(scan, token, index);
      reset(scan);
      return unit ?? index;
    }
    case undefined:
      reset(scan);
  }
  return index;
}

function readWord(scan: Scan, token: Token, index: number): number {
  const glued = token.text.includes(".") ? gluedValue(token.text) : undefined;
  if (glued !== undefined && scan.tokens[index + 1]?.kind !== "separator") {
    reset(scan);
    add(scan, glued.name, glued.value, index, { weak: true, multiple: undefined });
    return index;
  }
  const last = scan.words.at(-1);
  // `loss 0.5 / acc 0.9`; in `samples / sec` it is a part of the name.
  if (last === undefined && token.text === "/") return index;
  if (scan.separator && isPartOfName(scan, index)) {
    scan.words = withPart(scan.words, token);
    scan.separator = false;
    return index;
  }
  const splitsEnd = scan.separator ? addSplits(scan, index) : -1;
  if (splitsEnd !== -1) {
    reset(scan);
    return splitsEnd;
  }
  // A word behind a separator is a label's text; a wide gap and a full stop begin another cell,
  // but behind `eval`, whose names stand under each other: `eval      loss |  0.5`.
  if (enterNamed(scan, token)) {
    reset(scan);
    return index;
  }
  if (scan.separator && !enterLabel(scan)) enterPart(scan, index);
  // And `Accuracy of   car : 66 %`.
  const isWithin =
    last !== undefined && (scan.words.length === 1 ? isSplitWord(last.toLowerCase()) : isFunctionWord(last));
  const isNewCell = token.gap === "wide" && !isWithin && !isOfAligned(scan, index);
  if (scan.separator || (last !== undefined && (isNewCell || endsSentence(scan, last, index)))) reset(scan);
  if (putGlued(scan, index)) {
    reset(scan);
    return index + 2;
  }
  // `outdir:results/2021 step:200`: the value of a label, and no part of the next name.
  if (scan.words.length === 0 && isLabelled(scan.tokens, index)) return index;
  const signed = signatureEnd(scan, index);
  if (signed !== -1) {
    scan.words.push(token.text);
    return signed;
  }
  const parenthesis = keyParenthesis(scan.tokens, index);
  if (parenthesis === "call" && !isSplitWord(token.text.toLowerCase())) {
    reset(scan);
    return closingOf(scan.tokens, index + 1);
  }
  const bound = /[@.]/.test(token.text) ? boundBehind(scan.tokens, index) : undefined;
  if (bound !== undefined) {
    scan.words.push(token.text + bound.text);
    return bound.end;
  }
  scan.words.push(typeof parenthesis === "object" ? token.text + parenthesis.text : token.text);
  return typeof parenthesis === "object" ? parenthesis.end : index;
}

function readSeparator(scan: Scan, token: Token, index: number): void {
  if (scan.separator) {
    reset(scan);
  } else if (scan.words.length > 0) {
    scan.separator = true;
    if (isStagePosition(scan, index)) scan.words = scan.words.slice(1);
    // `Eval num_timesteps=77`: only what is glued to the sign is the name, with the words that qualify it.
    const isBarred = tokenAt(scan.tokens, index - 1)?.text === "|";
    if (token.text === "=" && token.gap === "none" && !isBarred && !isListed(scan, index))
      scan.words = phraseAtEnd(scan, scan.words);
  }
}

function readNumber(scan: Scan, token: Token, index: number): number {
  const { words, separator } = scan;
  const listEnd = separator ? addListed(scan, index) : undefined;
  if (!separator && isInName(scan, index)) {
    words.push(token.text);
    scan.steady = false;
    return index;
  }
  if (separator && isNumberOfName(scan, index)) {
    scan.words = withPart(words, token);
    scan.separator = false;
    return index;
  }
  reset(scan);
  if (listEnd !== undefined) return listEnd;
  // `13epoch`
  if (words.length === 0 && token.unit !== "" && scan.names.rankOf(token.unit) > 0)
    put(scan, isBarWithoutEnd(scan, index) ? BAR_COUNTER : token.unit, token.number, index);
  const next = scan.tokens[index + 1];
  const behind = scan.tokens[index + 2];
  // `68.7/s/gpu LR: 0.001`, `10.0it/1000it`
  if (next?.text === "/" && next.gap === "none" && behind?.gap === "none") {
    const isPosition = behind.unit === token.unit && scan.names.rankOf(token.unit) > 0;
    if (isPosition && words.length > 0) put(scan, token.unit, token.number, index);
    if (isPosition || behind.kind === "word") return index + 2;
  }
  // `total 3-px error: 12.5`
  if (!separator && next?.text === "-" && isNamedByNumber(scan, words, index)) {
    scan.words = [...words, `${token.text}-${behind?.text}`];
    scan.steady = false;
    return index + 2;
  }
  if (isOfNumbered(scan, words, index) || (!separator && isOfDimensions(scan, words, index))) {
    scan.words = [...words, token.text];
    return index;
  }
  if (next?.gap === "none" && (next.kind === "word" || (next.kind === "mark" && /^[-_#$&]$/.test(next.text))))
    return index;
  // `acc: 45476.0/54430.0=0.8355`
  const share = next?.text === "/" && behind?.kind === "number" ? printedShare(scan.tokens, index + 3) : -1;
  if (share !== -1 && scan.names.kindOf(joined(words)) === "metric") {
    add(scan, joined(words), parseNumber(scan.tokens[share]?.number ?? "") ?? Number.NaN, share, {
      weak: false,
      multiple: 1,
    });
    return share;
  }
  // `Ratio: 4.25:1`
  if (
    next?.text === ":" &&
    next.gap === "none" &&
    behind?.gap === "none" &&
    isWhole(behind) &&
    token.number.includes(".")
  )
    return index + 2;
  // `cost=0.00..35.50`
  if (next?.text === "." && next.gap === "none" && behind?.gap === "none" && /^\.?\d/.test(behind.text))
    return index + 2;

  const spaced = spacedUnit(scan.tokens, index);
  const end = spaced === undefined ? index : index + 1;
  const multiple = multipleOf(token.unit);
  const unit = multiple === undefined ? (token.unit !== "" ? token.unit : spaced) : spaced;
  const kind = unit === undefined ? "plain" : unitKind(unit);
  if (kind === "time" || kind === "size" || kind === "unknown") return end;

  const value = (parseNumber(token.number) ?? Number.NaN) * (multiple ?? 1);
  if (isBehindPosition(scan, words, index)) {
    put(scan, spaced ?? next?.text ?? "", token.number, index);
    return index + 1;
  }
  const rate = changedRate(scan.tokens, index);
  if (rate !== undefined) {
    add(scan, rate, value, index, { weak: false, multiple: multiple ?? 1 });
    return end;
  }
  if (words.length === 0) {
    if (kind === "rate" && spaced !== undefined) {
      const isLine = isRateLine(scan.tokens, index, end);
      const rate = isLine ? { name: spaced, end } : rateCell(scan.tokens, spaced, index, end);
      if (rate !== undefined) add(scan, rate.name, value, index, { weak: !isLine, multiple: multiple ?? 1 });
      return rate?.end ?? end;
    }
    return spaced === undefined ? nameBehind(scan, value, multiple ?? 1, index) : end;
  }
  if (!separator && isStepOfMetric(scan, words, index)) {
    put(scan, "iteration", token.number, index);
    scan.words = words;
    return index;
  }
  // `time 243.5 samples/sec`
  if (kind === "rate" && spaced !== undefined && scan.names.kindOf(joined(words)) === "noise") {
    add(scan, spaced, value, index, { weak: true, multiple: multiple ?? 1 });
    return end;
  }
  const name = separator ? scopedName(scan, words) : (words.at(-1) ?? "");
  // `Epoch (train): 100% 1875/1875`
  if (token.unit === "%" && next?.kind === "fraction") return end;
  if (isPositionOf(scan, words, separator) && (separator || !isPartOf(words, token.number))) {
    // `Epoch: 98.2%` is a share of it.
    if (token.unit !== "%") put(scan, name, token.number, index, multiple);
    if (!separator) scan.words = metricAtPosition(scan, words, index);
  } else if (separator) {
    // Of a list the bracket stands in between (`lr=[5e-05, 5e-05]`); it is judged as strictly as behind a colon.
    const sign = tokenAt(scan.tokens, index - 1)?.text === "=" ? "=" : ":";
    const isOther = isNoPair(scan, name, index) || wordsChange(scan.tokens, index, end, sign);
    if (words.length <= MOST_WORDS && !isOther) {
      const slashed = addSlashed(scan, words, index);
      if (slashed !== undefined) return slashed;
      add(scan, name, value, index, { weak: false, multiple: multiple ?? 1 });
    }
  } else if (!wordsChange(scan.tokens, index, end, undefined)) {
    const slashed = addSlashed(scan, words, index);
    if (slashed !== undefined) return slashed;
    addUnseparated(scan, words, { value, multiple: multiple ?? 1 }, index, end);
  }
  return end;
}
