import { AT } from "./no-pairs.ts";
import { joined, type Scan } from "./pair-scan.ts";
import { isWhole } from "./surroundings.ts";
import type { Token } from "../tokens/tokens.ts";

/** The last token of a name that goes on behind `index`, and the text it goes on with. */
interface Rest {
  readonly text: string;
  readonly end: number;
}

/** What a score is taken at, with a sign behind it: `mAP @0.5: 0.75`, `Recall @ 10 = 0.5`, `AP @ IoU=0.5:0.95: 0.25`. */
export function thresholdAt({ tokens, words, separator, names }: Scan, index: number): Rest | undefined {
  if (words.length === 0 || separator || names.kindOf(joined(words)) !== "metric") return undefined;
  const isNamed = tokens[index + 1]?.kind === "word" && tokens[index + 2]?.kind === "separator";
  const end = numberEnd(tokens, isNamed ? index + 3 : index + 1);
  // `best loss @ 12: 0.5`: where it was.
  if (end === index + 1 && isWhole(tokens[end]) && !OF_FIRST.test(words.at(-1) ?? "")) return undefined;
  return end === -1 ? undefined : { text: textOf(tokens, index, end), end };
}

/** What is of the first so many. */
const OF_FIRST = /^(?:recall|precision|hits?|ndcg|m?ap|mrr|hr|acc|accuracy|top|pass|success|f1|p|r)$/i;

/**
 * The second bound of `mAP@0.5:0.95: 0.25` and `mAP_0.5:0.95: 0.25`, of which the tokenizer takes `mAP@0.5` for a word, and the one of `AP@IoU=0.5: 0.25`.
 * `index` is that of the word.
 */
export function boundBehind(tokens: readonly Token[], index: number): Rest | undefined {
  const [word, sign, number] = tokens.slice(index, index + 3);
  if (sign?.kind !== "separator" || sign.gap !== "none" || number?.gap !== "none") return undefined;
  // `mAP_0.5:0.95   0.25`
  const isBeforeNumber = tokens[index + 3]?.kind === "number" && tokens[index + 3]?.gap !== "none";
  if (word === undefined || (numberEnd(tokens, index + 2) === -1 && !isBeforeNumber)) return undefined;
  if (!(sign.text === ":" ? /(?:@\.?\d[\d.]*|_0?\.\d+)$/ : AT).test(word.text)) return undefined;
  return { text: sign.text + number.text, end: index + 2 };
}

/** Index of the last token of `0.5` or `0.5:0.95` at `from` with a sign behind it; -1 when there is none. */
function numberEnd(tokens: readonly Token[], from: number): number {
  const [number, sign] = [tokens[from], tokens[from + 1]];
  const isRange = number?.kind === "junk" && /^[\d.:]+$/.test(number.text);
  return (isRange || (number?.kind === "number" && number.unit === "")) && sign?.kind === "separator" ? from : -1;
}

function textOf(tokens: readonly Token[], from: number, to: number): string {
  return tokens
    .slice(from, to + 1)
    .map(({ text }) => text)
    .join("");
}
