import { createNameBook, type NameBook } from "../names/name-book.ts";
import { scanPairs } from "../pairs/pair-scanner.ts";
import { NOTHING, type Reading, shapedDialect } from "../reading.ts";

interface TitledState {
  readonly names: NameBook;
  /** Whether the last line was the title of results, or one of them. */
  isOpen: boolean;
}

/** `***** Eval results *****`, `==== [node 3] metrics ====`; what is left of a prefix may stand in front: `__main__ -   `, `:  `. */
const TITLE =
  /^\s*(?:[\w.]{0,40} ?[-:] {1,8})?([*=#-])\1{2,60}\s{0,20}[\p{L}_[][\p{L}\p{N}_ :()[\]-]{2,80}\1{3,60}\s*$/u;
const OF_RESULTS = /\b(?:results?|metrics|scores?)\b/i;

/** `***** Eval results 500 *****`: the step, where nothing names it. */
const NUMBERED = /\s(\d{1,12})\)?\s*\W{3,60}$/;

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
 */
export const titledResults = shapedDialect<TitledState>({
  id: "titled-results",
  createState: (names = createNameBook()) => ({ names, isOpen: false }),
  memory: {
    get: ({ isOpen }) => Number(isOpen),
    set: (state, memory) => {
      state.isOpen = memory === 1;
    },
    isBlock: ({ isOpen }) => isOpen,
  },
  read(text, state) {
    if (isTitle(text)) {
      state.isOpen = true;
      return positionsOf(text, state.names);
    }
    if (!state.isOpen) return undefined;
    state.isOpen = ROW.test(text);
    return state.isOpen ? rowOf(text, state.names) : undefined;
  },
});

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
