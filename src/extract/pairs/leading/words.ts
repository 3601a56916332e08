import { isSplitWord } from "../../names/names.ts";
import { put } from "../pair-scan.ts";
import { enterSection } from "../sections.ts";
import { isWhole } from "../surroundings.ts";
import { form, type ReadForm } from "./form.ts";
import { letteredPositions, performedPosition, titledPosition } from "./titles.ts";

/** What is counted beside epochs and steps. */
const COUNTED_STAGE = /^(?:checkpoint|pass|cycle|sweep|stage)$/i;

const MANY = /^(?:epoch|step|iteration|round|episode|generation|cycle)s$/i;

/** What at the start of a line says how far it is, and anywhere else is a setting. */
export const COUNT_DONE = /^n(?:um)?[-_](?:trees|steps)$/i;

/** A word for a position with its number: `Epoch21`, `step_100`. */
export const GLUED = /^(epoch|ep|step|iter|iteration|round|episode)[-_]?(\d{1,9})$/i;

/** Lines that begin with a word. */
export const WORDED: readonly ReadForm[] = [
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
  (_, scan) => performedPosition(scan),
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
  // `num-trees:5 train-loss:0.95`, `num_steps: 500, reward: 21.5`
  form(
    { iteration: 2 },
    3,
    ({ first, second, third, fourth, fifth }, { names }) =>
      second?.kind === "separator" &&
      isWhole(third) &&
      COUNT_DONE.test(first.text) &&
      names.kindOf((fourth?.text === "," ? fifth : fourth)?.text ?? "") === "metric",
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
