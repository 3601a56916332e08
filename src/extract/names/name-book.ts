import { isMetricWord, isQualifier, kindOf, type NameKind } from "./names.ts";
import { wordsOf } from "./name-words.ts";
import { createTellingWords, tellsNothing } from "./telling-words.ts";
import { type StepRank, stepRank } from "./step-names.ts";

/**
 * What the names of a log say, each looked at once: a training script prints the same few over and over. It changes no
 * answer, only its cost.
 */
export interface NameBook {
  /** Whether a look says that the name is unknown, no position, and that of no mean. */
  tellsNothing(name: string): boolean;
  kindOf(name: string): NameKind;
  /** 0 when the name says no position. */
  rankOf(name: string): StepRank | 0;
  /** Whether the word may belong to the name of the metric word behind it: `train`, `val_loss`. */
  belongsToName(word: string): boolean;
}

/** Names kept. A log with more has names that do not come again, such as file names. */
const NAME_LIMIT = 4096;

/** Longer names are looked at anew each time: what is kept must stay small. */
const LENGTH_LIMIT = 100;

/** A book without a name. */
export function createNameBook(): NameBook {
  const known = new Map<string, KnownName>();
  const telling = createTellingWords();
  // Of one name several things are asked, one behind the other.
  let lastName: string | undefined;
  let lastKnown = NOTHING_KNOWN;

  function look(name: string): KnownName {
    if (name !== lastName) {
      lastKnown = tellsNothing(telling, name) ? NOTHING_KNOWN : lookUp(name);
      lastName = name;
    }
    return lastKnown;
  }

  function lookUp(name: string): KnownName {
    const found = known.get(name);
    if (found !== undefined) return found;
    const unknown: KnownName = { kind: undefined, rank: undefined, belongs: undefined };
    if (name.length > LENGTH_LIMIT) return unknown;
    // All at once: names that come again are back soon, and no name costs bookkeeping while it is known.
    if (known.size >= NAME_LIMIT) known.clear();
    known.set(name, unknown);
    return unknown;
  }

  return {
    tellsNothing: (name) => tellsNothing(telling, name),
    kindOf(name) {
      const found = look(name);
      return (found.kind ??= kindOf(name));
    },
    rankOf(name) {
      const found = look(name);
      return (found.rank ??= stepRank(name) ?? 0);
    },
    belongsToName(word) {
      const found = look(word);
      return (found.belongs ??= wordsOf(word).every((part) => isQualifier(part) || isMetricWord(part)));
    },
  };
}

/** Of a name whose words tell nothing. */
const NOTHING_KNOWN: KnownName = { kind: "unknown", rank: 0, belongs: false };

/** What was asked of a name so far. */
interface KnownName {
  kind: NameKind | undefined;
  rank: StepRank | 0 | undefined;
  belongs: boolean | undefined;
}
