import { isMetricWord, isQualifier, kindOf, type NameKind, wordsOf } from "./names.ts";
import { type StepRank, stepRank } from "./step-names.ts";

/**
 * What the names of a log say, each looked at once: a training script prints the same few over and over. It changes no
 * answer, only its cost.
 */
export interface NameBook {
  kindOf(name: string): NameKind;
  /** 0 when the name says no position. */
  rankOf(name: string): StepRank | 0;
  /** Whether the word may belong to the name of the metric word behind it: `train`, `val_loss`. */
  belongsToName(word: string): boolean;
}

/** Names kept of each sort. A log with more has names that do not come again, such as file names. */
const NAME_LIMIT = 4096;

/** Longer names are looked at anew each time: what is kept must stay small. */
const LENGTH_LIMIT = 100;

/** A book without a name. */
export function createNameBook(): NameBook {
  return {
    kindOf: remembered(kindOf),
    rankOf: remembered((name) => stepRank(name) ?? 0),
    belongsToName: remembered((word) => wordsOf(word).every((part) => isQualifier(part) || isMetricWord(part))),
  };
}

function remembered<Answer extends string | number | boolean>(
  answerTo: (name: string) => Answer,
): (name: string) => Answer {
  const answers = new Map<string, Answer>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = answerTo(name);
    if (name.length > LENGTH_LIMIT) return answer;
    // All at once: names that come again are back soon, and no name costs bookkeeping while it is known.
    if (answers.size >= NAME_LIMIT) answers.clear();
    answers.set(name, answer);
    return answer;
  };
}
