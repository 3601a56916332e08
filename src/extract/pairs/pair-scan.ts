import type { Extracted } from "../../model/extract.ts";
import { isKey } from "../names/keys.ts";
import { firstOfEach } from "./line-splits.ts";
import type { NameBook } from "../names/name-book.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { NOTHING, type NumberSource, type NumberSources, type Reading } from "../reading.ts";
import { BAR_COUNTER } from "../names/step-names.ts";
import type { Token } from "../tokens/tokens.ts";

/** What has been read of a line. */
export interface Scan {
  readonly tokens: readonly Token[];
  readonly names: NameBook;
  /** The name so far. */
  words: string[];
  /** Whether a `=` or `:` stands behind the name. */
  separator: boolean;
  /** `train/` behind `[train]`, when the line has such sections. */
  section: string;
  /** Whether the section ends with its bracket. */
  inBracket: boolean;
  /** Whether the whole line is about the part that the section names. */
  isOfPart: boolean;
  readonly found: Found[];
  /** Whether no digit has decided more than a value. */
  steady: boolean;
}

export interface Found {
  readonly key: string;
  readonly value: number;
  readonly section: string;
  /** Counts only beside a position on the same line. */
  readonly weak: boolean;
  /** Index of the token it was read from. */
  readonly at: number;
  /** The token whose number the value is, times `multiple`; `undefined` when it is more than that. */
  readonly token: Token | undefined;
  readonly multiple: number;
  /** Whether it is the percentage behind the token's number that the value is. */
  readonly isPercent: boolean;
}

/** Forgets the name so far. */
export function reset(scan: Scan): void {
  // A new list, since the old one may be in use as a name; most tokens that reset follow no word.
  if (scan.words.length > 0) scan.words = [];
  scan.separator = false;
}

/** The whole name when a separator stands behind it, else its last word: `Validation @ step 400`. */
export function isPositionOf({ names }: Scan, words: readonly string[], separator: boolean): boolean {
  return names.rankOf(separator ? joined(words) : (words.at(-1) ?? "")) > 0;
}

/** `Avg Time x Batch 0.007` is no batch. */
export function isPartOf(words: readonly string[], number: string): boolean {
  return words.length > 1 && number.includes(".") && !/^ep/i.test(words.at(-1) ?? "");
}

/** The words of a name as one. */
export function joined(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? "") : words.join("_");
}

/** Notes a position, `multiple` times the number: `Step: 10k`. */
export function put(scan: Scan, key: string, number: string, at: number, multiple = 1): void {
  const value = parseNumber(number);
  // Whether such a number is finite is a question of its digits.
  if (number.length > 300 || /\d[eE]/.test(number)) scan.steady = false;
  if (value === undefined || !Number.isFinite(value)) return;
  const token = scan.tokens[at];
  const source = token?.kind === "word" ? undefined : token;
  const found = {
    key,
    value: value * multiple,
    section: "",
    weak: false,
    at,
    token: source,
    multiple,
    isPercent: false,
  };
  scan.found.push(found);
}

interface AddedNumber {
  readonly weak: boolean;
  readonly multiple: number | undefined;
  readonly isPercent?: boolean;
}

/** Notes a number. `multiple` is `undefined` where the value is more than the token's number times it. */
export function add(
  scan: Scan,
  key: string,
  value: number,
  at: number,
  { weak, multiple, isPercent = false }: AddedNumber,
): void {
  if (!isKey(key)) return;
  const token = multiple === undefined ? undefined : scan.tokens[at];
  scan.found.push({ key, value, section: scan.section, weak, at, token, multiple: multiple ?? 1, isPercent });
}

/** Drops what counts only beside a position, and names the sections where a name is in more than one. */
export function settle({ tokens, found, names, steady, isOfPart }: Scan, line: string): Reading {
  if (found.length === 0) return steady ? NOTHING : { entries: [], steady };
  const positioned = found.some(({ key }) => key !== BAR_COUNTER && names.rankOf(key) > 0);
  const strong = found.filter(({ weak }) => !weak);
  // `rcnn_cls: 3.11, rcnn_box 0.53`: one of a list that lacks its sign; `species 1` says which.
  const last = found.at(-1);
  const isListed = strong.length > 1 && last?.weak === true && /[.]|e-/i.test(last.token?.number ?? "");
  // `| LR 0.01 | Loss 0.5 |`: beside a metric no setting.
  const isRate = ({ key, weak }: Found): boolean => weak && /^(?:lr|learning_rate)$/i.test(key);
  const isMixed = !positioned && strong.length > 0 && strong.length < found.length;
  const isBesideMetric = isMixed && found.some(isRate) && strong.some(({ key }) => names.kindOf(key) === "metric");
  const beside = isBesideMetric ? found.filter((one) => !one.weak || isRate(one)) : strong;
  const counted = found.findIndex((one, at) => isCountOfSteps(one, tokens) && found.slice(0, at).some(isEpoch));
  const all = positioned || isListed ? found : beside;
  const kept = counted === -1 ? all : all.filter((one) => one !== found[counted]);
  const firsts = firstOfEach(kept, { tokens, names, isOfPart });
  const entries: Extracted[] = [];
  for (const [key, { value }] of firsts) entries.push({ key, value });
  return { entries, steady, sources: () => sourcesOf(line, [...firsts.values()]) };
}

/** `Epoch: 2, Steps: 384 | loss: 0.5`: how many steps the epoch had. `Steps: 100/384` and `iters: 100` say where. */
function isCountOfSteps({ key, token, at }: Found, tokens: readonly Token[]): boolean {
  return (
    tokens[at + 1]?.text === "|" && token?.kind === "number" && /^steps$/i.test(key) && tokens[at - 1]?.text === ":"
  );
}

function isEpoch({ key }: Found): boolean {
  return /^epoch$/i.test(key);
}

function sourcesOf(line: string, found: readonly Found[]): NumberSources | undefined {
  const numbers = found.map(({ token, multiple, isPercent }): NumberSource | undefined => {
    if (token === undefined) return undefined;
    const { number, percent, text, at } = token;
    if (!isPercent) return { text: number, at: numberStart(token), multiple };
    return percent === undefined ? undefined : { text: percent, at: at + text.lastIndexOf(percent), multiple };
  });
  return numbers.every((number) => number !== undefined) ? { text: line, numbers } : undefined;
}

/** Index of the token's number in the line: `[3` and `[1-3` do not begin with it. */
function numberStart({ kind, text, at }: Token): number {
  if (kind !== "counter") return at;
  const from = text.indexOf("-") + 1;
  return at + from + text.slice(from).search(/\d/);
}
