import type { NameBook } from "../names/name-book.ts";
import { isSplitWord } from "../names/names.ts";
import { wordsOf } from "../names/name-words.ts";
import type { Found, Scan } from "./pair-scan.ts";
import { BAR_COUNTER } from "../names/step-names.ts";

/**
 * The first number of each name, with the part of the data that it is of where the line says it: the same name on the lines
 * for training and for validation is two series.
 */
export function firstOfEach(
  found: readonly Found[],
  { tokens, names, isOfPart }: Pick<Scan, "tokens" | "names" | "isOfPart">,
): ReadonlyMap<string, Found> {
  const sectioned = isOfPart || isSectioned(found);
  const firsts = new Map<string, Found>();
  let split = "";
  const splits = new Map<string, string>();
  for (const one of found) {
    const inSection = sectioned || isOfHeldOut(one, names);
    const name = inSection ? one.section + one.key : one.key;
    const own = splitOf(one.key);
    split = own ?? split;
    const isFirst = !firsts.has(name);
    if (isFirst) firsts.set(name, one);
    else if (found.length <= MOST_LED) {
      const [leader, other] = [one, firsts.get(name)].map((number) => leaderOf(number, found, tokens, names));
      if (leader !== undefined && other !== undefined && leader !== other && leader !== name)
        firsts.set(`${leader}/${name}`, one);
    }
    // Before the first split there is nothing to remember.
    if (split === "") continue;
    if (isFirst) splits.set(name, split);
    else if ((splits.get(name) ?? "") !== split && own === undefined) {
      // `train loss: 0.5, acc: 0.8, val loss: 0.6, acc: 0.7`
      const scoped = `${split}_${name}`;
      if (!firsts.has(scoped)) firsts.set(scoped, one);
    }
  }
  return split === "" ? firsts : ofSpokenSplit(firsts, split, tokens, names);
}

/** The first name in the brackets that a number stands in behind it, when it is of a metric: `D_loss` of `[D loss: 0.5, acc: 0.8]`. */
function leaderOf(
  one: Found | undefined,
  found: readonly Found[],
  tokens: Scan["tokens"],
  names: NameBook,
): string | undefined {
  let open = one?.at ?? 0;
  while (open > 0 && tokens[open]?.text !== "[" && tokens[open]?.text !== "]") open -= 1;
  if (tokens[open]?.text !== "[") return undefined;
  const leader = found.find(({ at }) => at > open);
  return leader === undefined || leader === one || names.kindOf(leader.key) !== "metric" ? undefined : leader.key;
}

/** With more numbers a line is no list of such brackets. */
const MOST_LED = 40;

function isSectioned(found: readonly Found[]): boolean {
  if (found.every(({ section }) => section === "")) return false;
  const sections = new Map<string, string>();
  for (const { key, section } of found) {
    if (!sections.has(key)) sections.set(key, section);
    if (sections.get(key) !== section) return true;
  }
  return false;
}

/** `val: loss=0.5`: a number of the data that are held out, which other lines have of the training data. */
function isOfHeldOut({ key, section }: Found, names: NameBook): boolean {
  return section !== "" && isHeldOut(section.slice(0, -1)) && mayBeOfSplit(key, names);
}

/** `val Loss: 0.4 Acc: 0.85`: what the first name of a line says of all behind it, when it says it in a word of its own. */
function ofSpokenSplit(
  firsts: ReadonlyMap<string, Found>,
  split: string,
  tokens: Scan["tokens"],
  names: NameBook,
): ReadonlyMap<string, Found> {
  if (!isHeldOut(split)) return firsts;
  const named = [...firsts].filter(([name]) => !isPosition(name, names));
  const [first, ...others] = named;
  if (first === undefined || others.length === 0 || splitOf(first[0]) !== split) return firsts;
  if (!tokens.some(({ text }) => text === split) || others.some(([name]) => splitOf(name) !== undefined)) return firsts;
  const scoped = new Map<string, Found>();
  for (const [name, one] of firsts) {
    const isOfSplit = name !== first[0] && mayBeOfSplit(name, names) && !firsts.has(`${split}_${name}`);
    scoped.set(isOfSplit ? `${split}_${name}` : name, one);
  }
  return scoped;
}

/** Whether a number of this name may be of one part of the data: no position, no setting, and no name that says its own. */
export function mayBeOfSplit(key: string, names: NameBook): boolean {
  if (isPosition(key, names) || ["setting", "noise"].includes(names.kindOf(key))) return false;
  return !wordsOf(key).some((word) => isSplitWord(word) || word === "best");
}

function isPosition(key: string, names: NameBook): boolean {
  return key === BAR_COUNTER || names.rankOf(key) > 0;
}

/** `val`, `Test`: of no training data. */
export function isHeldOut(split: string): boolean {
  return isSplitWord(split.toLowerCase()) && !/^train/i.test(split);
}

const SPLIT_BEGINNING = /^(?:tr|te|va|ev|de)/i;

/** The split that a name begins with: `val` of `val_loss`. */
export function splitOf(key: string): string | undefined {
  // `training`, `validation`, `eval`, `development`: most names do not begin like any of them.
  if (!SPLIT_BEGINNING.test(key)) return undefined;
  const first = /^\p{L}+/u.exec(key)?.[0];
  return first !== undefined && isSplitWord(first.toLowerCase()) ? first : undefined;
}
