import type { Extracted } from "../../model/extract.ts";
import { type Bar, barIn, sourcesInLine } from "../bars.ts";
import { createNameBook, type NameBook } from "../names/name-book.ts";
import { OUTLINE_LIMIT } from "../quick/outline.ts";
import { createPlainPairReader, type PlainPairReader, type PlainPairs } from "../quick/plain-pairs.ts";
import { scanPairs } from "../pairs/pair-scanner.ts";
import { withoutQuotes } from "../pairs/quoted-names.ts";
import { positionWords } from "../names/other-languages.ts";
import { NOTHING, type NumberSources, type Reading, shapedDialect } from "../reading.ts";
import { BAR_COUNTER } from "../names/step-names.ts";

/** Three and more blanks say no more than two, and shorter runs keep every pattern linear. */
const WIDE_BLANK = / {3,}/g;

/** Box-drawing characters are column separators. */
const RULES = / {0,2}[\u2500-\u259f\u2800-\u28ff]+ {0,2}/g;

// A line that is no more than a position, perhaps with a title behind it: `Epoch 3/10`, `----- step 5 -----`,
// `Iteration 1000, Testing net`. Not a sentence: `step 1200 failed`.
const POSITION = `(?:global[ _]step|step|steps|epoch|iter|iteration|generation|gen|episodes?|round|ep|trial|tick|batch|minibatch|${positionWords.join("|")})`;
// Which of several trainings it is of: `Fold 1 | Epoch 3/10`.
const OF_RUN = String.raw`(?:(?:fold|run|client)[^\p{L}\p{N}]{0,3}\d{1,4}(?: ?/ ?\d{1,4})?[^\p{L}\p{N}]{1,5})?`;
const TOTAL = "(?:(?: ?\\/ ?| of )-?\\d[\\d,]*)?";
const HEADER = new RegExp(
  String.raw`^[^\p{L}\p{N}]*${OF_RUN}(?:(?:${[
    "train|training|val|valid|validation|eval|evaluation|evaluate|evaluating|test|testing|learning|current|starting|start",
    "begin|beginning|ending|imputation|optimization|boosting|processing|entering|running|finished|completed|end|of|after|at|for|metrics|results?|statistics|stats",
    "losses|summary|performance|report|online|external|internal",
  ].join(
    "|",
  )})(?:,| -|:)? ){0,4}${POSITION}(?![\p{L}\p{N}_])(?: n(?:o|r|um|umber)\b)?[^\p{L}\p{N}]{0,6}\d[\d,]*${TOTAL}(?: (?:begin|begins|start|starts|started|end|ends|ended|complete|completed|finished|done|train|training|val|validation|eval|evaluation|test|testing|results?|metrics|summary|report|stats|statistics|completa|completada|conclu[ií]da|总结|总結|结果|(?:训练|訓練|验证|测试)?(?:完成|结束|开始|開始)|완료|시작)){0,3}(?: ?$| {0,2}[[\])}:;,|=*#>.!–—(-]| (?:@|at|on) \d{1,4}[-:/]\d\d| took\b|\s[\w\s-]{0,20}\btime\b)`,
  "iu",
);

interface PairsState {
  readonly names: NameBook;
  readonly readPlain: PlainPairReader;
}

/**
 * Names and numbers in any of the usual grammars, several to a line, also mixed: `loss=0.5`, logfmt, `loss: 0.5`,
 * `loss 0.5 | acc 91%`, `Epoch: [0][10/782] Loss 7.04 (7.01)`, and the postfix of a progress bar.
 */
export const pairs = shapedDialect<PairsState>({
  id: "pairs",
  createState: (names = createNameBook()) => ({ names, readPlain: createPlainPairReader(names) }),
  isElastic: (text) => !WITHIN.test(text),
  read(text, { names, readPlain }) {
    const bare = unwrapped(text.trim());
    const trimmed = plainNotation(bare);
    const line = trimmed.includes("   ") ? trimmed.replace(WIDE_BLANK, "  ") : trimmed;
    const bar = barIn(line, names);
    if (bar === "download") return NOTHING;
    const bared = (bar === undefined ? line : bar.text).replace(RULES, " | ");
    // What is longer than any outline needs no more than its entries.
    const plain = bared.length > OUTLINE_LIMIT && bar === undefined ? plainOf(bared, readPlain) : undefined;
    if (plain !== undefined) return { entries: plain.entries, steady: false };
    const reading = scanPairs(bared, names);
    if (bar !== undefined) {
      const entries = [...reading.entries, bar.position];
      // A scaled count is rounded.
      const steady = reading.steady && bare.length === text.trim().length && bar.source.multiple === 1;
      if (onlyPosition(entries, names)) return { entries: [], steady };
      const sources = reading.sources;
      return { entries, steady, sources: () => inBar(bar, line, sources?.()) };
    }
    // What was taken away had digits: where the others stand is then not to be told by counting.
    if (bare.length !== text.trim().length) return { entries: reading.entries, steady: false };
    if (reading.entries.length === 0) return reading;
    if (isItem(bared, reading.entries, names)) return NOTHING;
    if (onlyPosition(reading.entries, names))
      return isHeader(bared, reading) ? reading : { entries: [], steady: reading.steady };
    // `Epoch 1 - Evaluation time (s): 2.31 - metrics:`
    const positions = reading.entries.filter(({ key }) => names.rankOf(key) > 0);
    const isRestNoise = reading.entries.every(
      ({ key }) => names.rankOf(key) > 0 || key === BAR_COUNTER || names.kindOf(key) === "noise",
    );
    return positions.length > 0 && isRestNoise && HEADER.test(bared) ? { entries: positions, steady: false } : reading;
  },
});

function plainOf(text: string, read: PlainPairReader): PlainPairs | undefined {
  const bytes = Buffer.from(text);
  return read(bytes, 0, bytes.length);
}

function inBar(bar: Bar, line: string, sources: NumberSources | undefined): NumberSources | undefined {
  return sources && sourcesInLine(bar, line, sources);
}

/** What stands within so many characters of something else, in the patterns of this file. */
const WITHIN =
  /^\s*(?:[{[(]? ?["']|\d+: \p{L})|(?:tensor|param|rray|np\.float\d\d|float)\(|=\[[-\d.e]+ ?=|\btime\b|\bEND\b/iu;

/** Of a search with its settings in front of what they gave: `END ...C=0.1, gamma=1;, score=0.5`. */
const SEARCHED = /\bEND[ .]{1,200}\w{1,60}=[^;]{1,400};/;

/** `lr 0.01 -> 0.001`: what a learning rate was before. */
const CHANGED_RATE =
  /(\b(?:lr|learning[ _]rate)\b[ :=]{0,4})\d{0,20}\.?\d{1,20}(?:e[-+]?\d{1,3})? {0,2}-{1,2}> {0,2}(?=\d|\.\d)/gi;

/** `train==[0.75=0.5 + 0.25]`: a number, and what it is the sum of. */
const SUMMED = /={1,2}\[([-\d.e]{1,40}) ?=(?: ?[-\d.e]{1,40} ?\+){1,8} ?[-\d.e]{1,40}\]/g;

/**
 * `tensor(0.5, device='cuda:0')`, `np.float64(0.5)`, and Julia's `0.5f0` are 0.5; `('loss', 0.5)` is a pair, `R^2` a name, and
 * a learning rate of `0.1 -> 0.01` is 0.01.
 */
function unwrapped(text: string): string {
  const ended = text.includes("END") ? text.replace(SEARCHED, "END ") : text;
  const result = ended.includes("->") ? ended.replace(CHANGED_RATE, "$1") : ended;
  const summed = result.includes("=[") ? result.replace(SUMMED, "=$1") : result;
  const squared = /[Rr](?:\^2|²)/.test(summed) ? summed.replace(/\b([Rr])(?:\^2(?![\w.])|²)/g, "$12") : summed;
  const plain = squared.includes("f0") ? squared.replace(/(\d)f0(?![\w.])/g, "$1") : squared;
  if (!plain.includes("(")) return plain;
  const bare = plain.replace(WRAPPED, "$1");
  return bare.includes("('") ? bare.replace(PAIRED, "$1: $2") : bare;
}

const PAIRED = /\('([\p{L}][^'"]{0,60})', ?([-+]?(?:\d[\d.]{0,40}(?:e[-+]?\d+)?|nan|inf))\)/giu;

const WRAPPED =
  /\b(?:tensor|param|[Aa]rray|DeviceArray|np\.float\d\d|float)\(\[?\s?([-+]?[\d.]{1,40}(?:e[-+]?\d+)?|nan|-?inf)(?![\d.]|(?:, {0,2}| {1,8})[-+]?[\d.])[^()]{0,80}(?:<\w+>)?\)/g;

/** Names in quotes without them, as in an object over several lines; and Fortran's `1.5D-03`. */
function plainNotation(text: string): string {
  let plain = text;
  // `metric 'epoch_loss'=4.25`
  if (QUOTED_NAME.test(text) || text.includes("'=") || text.includes('"=') || WITH_OBJECT.test(text))
    plain = withoutQuotes(text, OPENING.exec(text)?.[0].length);
  if (NOT_ASCII.test(plain)) plain = plain.replace(FULL_WIDTH, toAscii).replace(ORDINAL, "轮 $1 ");
  return plain.includes("D") ? plain.replace(/(\d)D(?=[-+]\d\d)/g, "$1E") : plain;
}

const NOT_ASCII = /[\u3000-\uffef]/;
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** `：` and `，` as `:` and `,`: the same characters in the width of the letters around them. */
function toAscii(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - 0xfee0);
}

/** `第3轮`, `第 3/10 轮`, `第 3 个epoch的`: a position with its word around it. */
const ORDINAL = /第 ?(\d{1,9}(?: ?\/ ?\d{1,9})?) ?(?:轮|輪|回合|步|次迭代|[个個] ?epoch)的?/g;

const OPENING = /^[{[(] ?/;
// `loss=1.15, metrics={'acc': 0.25}`
const WITH_OBJECT = /\w=\{["']/;
const QUOTED_NAME = /^[{[(]? ?(["'])[^"'=:,{}]{1,100}\1 ?:/;

const ITEM = /^[^"=:][^=:]{0,100}[=:][^=:]{1,60},$/;

/** `warmup_ratio=0.1,` on a line of its own: one of the settings in a call or an object. */
function isItem(line: string, [only, other]: readonly Extracted[], names: NameBook): boolean {
  if (only === undefined || other !== undefined || !line.endsWith(",") || !ITEM.test(line)) return false;
  return names.kindOf(only.key) !== "metric" && names.rankOf(only.key) === 0;
}

/** A line that gives more than one position, such as `STEP: 24/100 -- GLOBAL_STEP: 25`, is no sentence either. */
function isHeader(line: string, { entries }: Reading): boolean {
  return (entries.length > 1 || HEADER.test(line)) && !HOW_MANY.test(line);
}

/** `batch = 64`, `steps = 1000`: how large one is or how many there are, as settings have it. */
const HOW_MANY = /^\s*(?:(?:mini)?batch ?[:=]|(?:iter|iters|iterations|steps) =) {0,8}\d+\s*$/;

function onlyPosition(entries: readonly Extracted[], names: NameBook): boolean {
  return entries.every(({ key }) => key === BAR_COUNTER || names.rankOf(key) > 0);
}
