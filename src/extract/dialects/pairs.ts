import type { Extracted } from "../../model/extract.ts";
import { barIn } from "../bars.ts";
import { createNameBook, type NameBook } from "../name-book.ts";
import { scanPairs } from "../pair-scanner.ts";
import { NOTHING, shapedDialect } from "../reading.ts";
import { BAR_COUNTER } from "../step-names.ts";

/** Three and more blanks say no more than two, and shorter runs keep every pattern linear. */
const WIDE_BLANK = / {3,}/g;

/** Box-drawing characters are column separators. */
const RULES = /[\u2500-\u259f\u2800-\u28ff]+/g;

// A line that is no more than a position, perhaps with a title behind it: `Epoch 3/10`, `----- step 5 -----`,
// `Iteration 1000, Testing net`. Not a sentence: `step 1200 failed`.
const HEADER =
  /^[^\p{L}\p{N}]*(?:(?:train|training|val|validation|eval|evaluation|test|starting|start|begin) )?(?:global[ _]step|step|steps|epoch|iter|iteration|round|ep|trial)\b[^\p{L}\p{N}]{0,6}\d[\d,]*(?:(?: ?\/ ?| of )\d[\d,]*)?(?: ?$| ?[\])}:;,|=*#>.–—-])/iu;

/**
 * Names and numbers in any of the usual grammars, several to a line, also mixed: `loss=0.5`, logfmt, `loss: 0.5`,
 * `loss 0.5 | acc 91%`, `Epoch: [0][10/782] Loss 7.04 (7.01)`, and the postfix of a progress bar.
 */
export const pairs = shapedDialect<NameBook>({
  id: "pairs",
  createState: createNameBook,
  read(text, names) {
    const trimmed = text.trim();
    const line = trimmed.includes("   ") ? trimmed.replace(WIDE_BLANK, "  ") : trimmed;
    const bar = barIn(line, names);
    if (bar === "download") return NOTHING;
    const reading = scanPairs((bar === undefined ? line : bar.text).replace(RULES, " | "), names);
    if (bar !== undefined) {
      const entries = [...reading.entries, bar.position];
      return { entries: onlyPosition(entries, names) ? [] : entries, steady: reading.steady };
    }
    if (reading.entries.length === 0 || !onlyPosition(reading.entries, names) || HEADER.test(line)) return reading;
    return { entries: [], steady: reading.steady };
  },
});

function onlyPosition(entries: readonly Extracted[], names: NameBook): boolean {
  return entries.every(({ key }) => key === BAR_COUNTER || names.rankOf(key) > 0);
}
