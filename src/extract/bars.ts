import type { Extracted } from "../model/extract.ts";
import type { NameBook } from "./names/name-book.ts";
import { multipleOf } from "./tokens/numbers.ts";
import type { NumberSource, NumberSources } from "./reading.ts";
import { BAR_COUNTER } from "./names/step-names.ts";

/** A progress bar taken out of its line. */
export interface Bar {
  /** Description and postfix: what may hold metrics. */
  readonly text: string;
  /** Where the bar stands. */
  readonly position: Extracted;
  /** The number of the position, in the line. */
  readonly source: NumberSource;
  /** Where in the line the digits of `text` stand: the ranges it was made of. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

// tqdm: `Epoch 0:  16%|██▏  | 4/25 [00:22<01:58,  0.18it/s, loss=2.01]`. Sizes (`105M/440M`) are downloads.
const BAR =
  /(\d{1,3})%\|[^|]*\| ?(\d{1,15}(?:\.\d{1,9})?[a-zA-Z]{0,2})\/(\d{1,15}(?:\.\d{1,9})?[a-zA-Z]{0,2}|\?)(?: ?\[([^\][]*(?:\[[^\][]*\][^\][]*){0,4}(?=\]|$)|[^\]]*)(?:\]|$)|(?=, |\s*$))/;

// The same drawn with lines: `   1/3   0G   0.708: 75% ━━━━━━━━━─── 3/4 3.6it/s 0.8s<0.3s`.
const DRAWN_BAR =
  /(\d{1,3})% [\u2500-\u257f]{2,200} (\d{1,15})\/(\d{1,15})(?: [\d.]{1,10}[KMG]?(?:it\/s|s\/it))?(?: [\d.:hms]{1,12}(?:<[\d.:hms]{1,12})?)?(?= |$)/;

// And with nothing drawn, as notebooks print it: `Epoch 3: 100% 350/350 [04:06<00:00,  1.42it/s, loss=2.01]`.
const BARE_BAR = /(\d{1,3})% (\d{1,15})\/(\d{1,15}) ?\[(\d+:\d\d[^\][]*)\]/;

function findBar(line: string): RegExpExecArray | null {
  if (line.includes("%|")) return BAR.exec(line);
  const isDrawn = line.includes("% \u2501") || line.includes("% \u2500");
  if (isDrawn) return DRAWN_BAR.exec(line);
  return line.includes("<") && line.includes("% ") ? BARE_BAR.exec(line) : null;
}

/**
 * Finds a tqdm bar; its rate and its clock are left out. `undefined` where there is none. Scaled counts are of what is
 * downloaded, unless something is measured beside them: `12.8k/51.2k [00:01<00:03, 9.60kimg/s, loss=0.57]`.
 */
export function barIn(line: string, names: NameBook): Bar | "download" | undefined {
  const match = findBar(line);
  if (match === null) return undefined;
  const [whole, percent = "", done = "", , inside = ""] = match;
  const [, counted = "", unit = ""] = /^([\d.]+)(\D*)$/.exec(done) ?? [];
  const multiple = counted === done && !done.includes(".") ? 1 : multipleOf(unit);
  if (multiple === undefined || (multiple !== 1 && !/[\p{L}_]=-?\d/u.test(inside))) return "download";
  const description = line.slice(0, match.index).trim().replace(/:$/, "");
  const key = names.rankOf(description) === 0 ? BAR_COUNTER : description;
  const end = match.index + whole.length;
  const postfix = postfixOf(line.indexOf(inside, line.indexOf("[", match.index + percent.length)), inside);
  const text = [description, postfix.map(([from, to]) => line.slice(from, to)).join(","), line.slice(end)].join(" | ");
  const at = match.index + whole.indexOf(`${done}/`);
  return {
    text,
    position: { key, value: Math.round(Number(counted) * multiple) },
    source: { text: counted, at, multiple },
    ranges: [[0, match.index], ...postfix, [end, line.length]],
  };
}

/** The line without a bar at its end and the colon in front of that. */
export function withoutBar(line: string): string {
  const at = line.includes("%|") ? startOfBar(line) : (findBar(line)?.index ?? -1);
  return at === -1 ? line : line.slice(0, at).trimEnd().replace(/:$/, "");
}

function startOfBar(line: string): number {
  return /%\|[^|]*\|[^|]*$/.test(line) ? line.slice(0, line.indexOf("%|")).replace(/\d{1,3}$/, "").length : -1;
}

/** Where a line of its own begins that was printed behind a bar, before the bar's line had ended; -1 where none does. */
export function lineBehindBar(text: string): number {
  const match = text.includes("%|") ? BAR.exec(text) : null;
  if (match === null) return -1;
  const end = match.index + match[0].length;
  return /^[\p{L}\d[{(]/u.test(text.slice(end, end + 2)) ? end : -1;
}

/** What stands behind the clock and the rate: of `00:22<01:58,  0.18it/s, loss=2.01` it is `loss=2.01`. */
function postfixOf(start: number, inside: string): (readonly [from: number, to: number])[] {
  const parts: (readonly [number, number])[] = [];
  let from = start;
  for (const part of inside.split(",")) {
    const to = from + part.length;
    if (!/^\s*(?:\d+:|\?|[\d.]+\s*\S*\/\S*\s*$)/.test(part)) parts.push([from, to]);
    from = to + 1;
  }
  return parts;
}

/** Where the numbers that were found in the bar's text stand in its line. */
export function sourcesInLine(bar: Bar, line: string, { text, numbers }: NumberSources): NumberSources | undefined {
  const digits = bar.ranges.flatMap(([from, to]) => digitsIn(line.slice(from, to)).map((at) => from + at));
  const inText = digitsIn(text);
  const moved = numbers.map((number): NumberSource | undefined => {
    const first = number.text.search(/\d/);
    if (first === -1) return number;
    const place = digits[inText.indexOf(number.at + first)];
    return place === undefined ? undefined : { ...number, at: place - first };
  });
  return moved.every((number) => number !== undefined) ? { text: line, numbers: [...moved, bar.source] } : undefined;
}

function digitsIn(text: string): number[] {
  return Array.from(text.matchAll(/\d/g), ({ index }) => index);
}
