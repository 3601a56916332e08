import { createNameBook, type NameBook } from "../names/name-book.ts";
import { scanPairs } from "../pairs/pair-scanner.ts";
import { NOTHING, type Reading, shapedDialect } from "../reading.ts";

interface TitledState {
  readonly names: NameBook;
  /** What the last line was the title of, or one of. */
  open: Open;
}

const [NONE, RULED, ANNOUNCED] = [0, 1, 2] as const;
type Open = typeof NONE | typeof RULED | typeof ANNOUNCED;

/** `***** Eval results *****`, `==== [node 3] metrics ====`; what is left of a prefix may stand in front: `__main__ -   `, `:  `. */
const TITLE =
  /^\s*(?:[\w.]{0,40} ?[-:] {1,8})?([*=#-])\1{2,60}\s{0,20}[\p{L}_[][\p{L}\p{N}_ :()[\]-]{2,80}\1{3,60}\s*$/u;
const OF_RESULTS = /\b(?:results?|metrics|scores?)\b/i;

/** `***** Eval results 500 *****`: the step, where nothing names it. */
const NUMBERED = /\s(\d{1,12})\)?\s*\W{3,60}$/;

/** `Result for trial_3:`, with its rows indented below it. */
const ANNOUNCEMENT = /^Results? (?:for|of) [^:]{1,120}:\s*$/i;

/** Of these: a name with a value, a section, or an item of a list. */
const INDENTED = /^\s{1,40}(?:[\p{L}_][\p{L}\d_@%./() -]{0,80}:(?:\s|$)|- )/u;

/** Longer lines are no titles. */
const LONGEST = 200;

/** `  eval_loss = 0.5`, also with a value that is no number: `  eval_runtime = 0:00:12.34`. */
const ROW = /^\s*(?:[\w.]{0,40} ?[-:] {1,8})?[\p{L}][\p{L}\d_@%./() -]{0,80}?\s*[=:]\s+\S{1,40}\s*%?$/u;

/**
 * Results below a title, one name and one value a line, whose position may stand in any of them:
 *
 *     ***** Eval results *****
 *       eval_accuracy = 0.845
 *       global_step = 343
 *
 * or, as a tree:
 *
 *     Result for trial_3:
 *       info:
 *         policy_loss: 0.5
 *       training_iteration: 7
 */
export const titledResults = shapedDialect<TitledState>({
  id: "titled-results",
  createState: (names = createNameBook()) => ({ names, open: NONE }),
  memory: {
    get: ({ open }) => open,
    set: (state, memory) => {
      state.open = memory as Open;
    },
    isBlock: ({ open }) => open !== NONE,
  },
  read(text, state) {
    if (isTitle(text)) {
      state.open = RULED;
      return positionsOf(text, state.names);
    }
    if (isAnnouncement(text)) {
      state.open = ANNOUNCED;
      return NOTHING;
    }
    if (state.open === NONE) return undefined;
    if (!(state.open === RULED ? ROW : INDENTED).test(text)) state.open = NONE;
    return state.open === NONE ? undefined : rowOf(text, state.names);
  },
});

function isAnnouncement(text: string): boolean {
  return text.length <= LONGEST && (text.startsWith("Res") || text.startsWith("res")) && ANNOUNCEMENT.test(text);
}

/** Most lines are told by their end. */
function isTitle(text: string): boolean {
  const last = text.charAt(text.length - 1);
  if (last !== "*" && last !== "=" && last !== "#" && last !== "-") return false;
  return text.length <= LONGEST && TITLE.test(text) && OF_RESULTS.test(text);
}

function positionsOf(title: string, names: NameBook): Reading {
  if (!/\d/.test(title)) return NOTHING;
  const said = scanPairs(title, names).entries.filter(({ key }) => names.rankOf(key) > 0);
  const [, number] = said.length === 0 ? (NUMBERED.exec(title) ?? []) : [];
  return { entries: number === undefined ? said : [{ key: "step", value: Number(number) }], steady: false };
}

function rowOf(text: string, names: NameBook): Reading {
  const reading = scanPairs(text, names);
  return reading.entries.length === 1 ? reading : NOTHING;
}
