import type { Extracted } from "../../model/extract.ts";
import { isKey, keyOf } from "../names/keys.ts";
import { createNameBook, type NameBook } from "../names/name-book.ts";
import { isSplitWord } from "../names/names.ts";
import { parseNumber } from "../tokens/numbers.ts";
import { shapedDialect } from "../reading.ts";

const NUMBER = String.raw`([-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?|[-+]?(?:nan|inf))`;

// KL divergence after 250 iterations: 1.08 · Accuracy of the network on the 10000 test images: 58 %
// Train loss @epoch 1: 0.38 · Avg. loss per last 100 batches: 6.14 · Mean accuracy over 5 folds: 0.875 (+/- 0.012)
const METRIC_OF = new RegExp(
  String.raw`^[^\p{L}]{0,8}(\p{L}[\p{L}\d@_. /-]{1,40}?) (?:(after|at|for|on|of|over|in|per)\b|@(?= ?(?:epoch|step|iter)))([^=:]{1,80})[:=] ?${NUMBER} ?%?(?: ?\(?(?:\+\/?-|±) ?[\d.]{1,20} ?%?\)?)?\.?$`,
  "iu",
);
// Average Precision (AP) @[ IoU=0.50:0.95 | area= all | maxDets=100 ] = 0.345, and with the number of a rank in front
const METRIC_UNDER = new RegExp(
  String.raw`^ ?(?:\d{1,4}: )?(\p{L}[^@=:]{1,60}?) ?@ ?\[([^\]]{1,100})\] {0,4}[:=] ?${NUMBER}$`,
  "u",
);
// The test accuracy is 93.2% · Average objective function for 'output' is -2.89 over 5120 frames. · Accuracy of 0.91 on test
// Total loss is 2.5 ETA is 7:57:00 · Overall log-probability for 'output' is -0.25 + -0.125 = -0.375 per frame
const METRIC_IS = new RegExp(
  String.raw`^[^\p{L}]{0,8}(?:the )?(\p{L}[\p{L}\d@_ /-]{1,40}?)(?: (?:at|for|on|of|over|in) ([^=:|]{1,80}?))? (?:is|was|of) (?:-?[\d.]{1,40} \+ -?[\d.]{1,40} = )?([-+]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,4})?) ?%?(?:[.,]?$|[.,]? [^=:|\d]{0,20}(?:\d+ )?[^=:|\d]{0,40}$|,? (?:ETA|time|elapsed)\b[^=|]{0,40}$)`,
  "iu",
);
// 0.8412 = Validation score (accuracy)
const VALUE_FIRST = new RegExp(
  String.raw`^${NUMBER}%?\s{1,8}= {1,8}(\p{L}[\p{L} _-]{2,40}?)(?: {1,8}\([^)]{1,40}\))?$`,
  "u",
);

const POSITION =
  /(?<![\d.]|(?:iteration|epoch|step|round|episode|batch)[ _-]?)(\d{1,15}) (iteration|epoch|step|round|episode)s?\b|\b(iteration|epoch|step|round|episode|(?:mini)?batch)(?:[ _-]?|(?:e?s)? \d{1,15}-)(\d{1,15})(?![\d.]|[ _-]?(?:iteration|step|batch)[ _-]?\d)/i;

const NAME_AT_END = /[-|,] *\p{L}[\p{L} _]{0,40}$/u;

/** `Test average recall at [400/500]: 0.25` */
const OF_TOTAL = /^ \[(\d{1,15})\/\d{1,15}\]$/;

/** A sentence whose end is the value of the metric that it begins with. */
export const sentences = shapedDialect<NameBook>({
  id: "sentences",
  createState: (names = createNameBook()) => names,
  isElastic: (text) => !mayBeSentence(text),
  read(text, names) {
    if (text.length > 300 || !mayBeSentence(text)) return undefined;
    const line = text.trim().replace(/\s+/g, " ");
    const found = metricUnder(line, names) ?? metricOf(line, names) ?? metricIs(line, names) ?? valueFirst(line, names);
    return found === undefined ? undefined : { entries: found, steady: false };
  },
});

/** A number behind a sign at the end, or a sign behind a number at the start. */
function mayBeSentence(text: string): boolean {
  return /[:=] {0,8}[-+.\dni][^ ]{0,40}(?: ?%)?(?: \(?(?:\+\/?-|±) ?[\d.]{1,20} ?%?\)?)?\s*$/i.test(text)
    ? / (?:after|at|for|on|of|over|in|per|is|was) |@/.test(text)
    : / (?:is|was|of) {1,8}[-+]?\d/.test(text) || /^\s*[-+.\d]\S*\s{1,8}= /.test(text);
}

function metricUnder(line: string, names: NameBook): readonly Extracted[] | undefined {
  if (!line.includes("@")) return undefined;
  const [, name = "", condition = "", number] = METRIC_UNDER.exec(line) ?? [];
  if (number === undefined || names.kindOf(name) !== "metric") return undefined;
  return entry(`${name.trim()} @[ ${condition.trim()} ]`, number);
}

function metricOf(line: string, names: NameBook): readonly Extracted[] | undefined {
  const [, name = "", preposition = "at", middle = "", number] = METRIC_OF.exec(line) ?? [];
  // Without a number in between, the whole is a name.
  if (number === undefined || !/\d/.test(middle)) return undefined;
  // `Evaluation over 10 episodes: -1.345`
  // and no name of its own: `Training of epoch 3 - loss: 0.5`
  const isOfSplit = isSplitWord(name.toLowerCase()) && number.includes(".") && !NAME_AT_END.test(middle);
  const [, count, , , place] = POSITION.exec(middle) ?? OF_TOTAL.exec(middle) ?? [];
  // `Valid MR at step 200: 35.5`: with a position, a name of any kind
  const [split = "", ...own] = name.toLowerCase().split(" ");
  const isPlacedOfSplit = place !== undefined && own.length > 0 && isSplitWord(split) && number.includes(".");
  if (names.kindOf(name) !== "metric" && !isOfSplit && !isPlacedOfSplit) return undefined;
  // `over 10 episodes` says how many, not where.
  const said = /^(?:after|at)$/i.test(preposition) || place !== undefined ? (place ?? count) : undefined;
  const position: Extracted[] = said === undefined ? [] : [{ key: "step", value: Number(said) }];
  return [...position, ...entry(name, number)];
}

function metricIs(line: string, names: NameBook): readonly Extracted[] | undefined {
  const [, name = "", middle = "", number] = METRIC_IS.exec(line) ?? [];
  // What was best was said before, where it was measured.
  if (number === undefined || / (?:is|was) |\bbest\b/i.test(name) || names.kindOf(name) !== "metric") return undefined;
  // `Score at iteration 100 is 0.35`
  const [, , , , place] = POSITION.exec(middle) ?? [];
  const position: Extracted[] = place === undefined ? [] : [{ key: "step", value: Number(place) }];
  return [...position, ...entry(name, number)];
}

function valueFirst(line: string, names: NameBook): readonly Extracted[] | undefined {
  const [, number, name = ""] = VALUE_FIRST.exec(line) ?? [];
  return number === undefined || names.kindOf(name) !== "metric" ? undefined : entry(name, number);
}

function entry(name: string, number: string): readonly Extracted[] {
  const key = keyOf(name);
  return isKey(key) ? [{ key, value: parseNumber(number) ?? Number.NaN }] : [];
}
