import { FAILURES, METRIC_WORDS, OTHER_TELLING_WORDS } from "./name-vocabulary.ts";
import { plainWords } from "./other-languages.ts";
import { RANKED_WORDS } from "./step-names.ts";

/** What the letters of a word are to its name. */
export type Telling =
  /** Nothing: a name of such words is `unknown`, and no position. */
  | typeof TELLS_NOTHING
  /** The name has to be looked at. */
  | typeof TELLS
  /** The line has to be looked at: it may be a list of settings or a remark. */
  | typeof TELLS_OF_LINE;

export const [TELLS_NOTHING, TELLS, TELLS_OF_LINE] = [0, 1, 2] as const;

/** Words in front of a sign that other dialects than that of pairs may take the line for. */
export const WORDS_OF_LINES: ReadonlySet<string> = new Set([
  ...(
    "config configuration arg args argument arguments param params parameter parameters hparam hparams hparameters " +
    "hyperparam hyperparams hyperparameters settings options namespace save saved saving better"
  ).split(" "),
  ...FAILURES.map((word) => word.toLowerCase()),
]);

/** By `hashOf`. A word that tells nothing may have the number of one that does, which only costs a look. */
export type TellingWords = Uint8Array;

const HASHES = 1 << 14;

export function createTellingWords(): TellingWords {
  const telling = new Uint8Array(HASHES);
  for (const word of [...METRIC_WORDS, ...OTHER_TELLING_WORDS, ...RANKED_WORDS, ...plainWords])
    telling[hashOf(word)] = TELLS;
  for (const word of WORDS_OF_LINES) telling[hashOf(word)] = TELLS_OF_LINE;
  return telling;
}

function hashOf(word: string): number {
  let hash = 0;
  for (const character of word) hash = withLetter(hash, character.charCodeAt(0));
  return hash & (HASHES - 1);
}

/** The number of a word with one more letter, in lower case. */
export function withLetter(hash: number, letter: number): number {
  return (Math.imul(hash, 31) + letter) | 0;
}

const [LOSS, ACCU, PERP, ACC, MEM] = [0x6c6f7373, 0x61636375, 0x70657270, 0x616363, 0x6d656d];

/** Whether these four letters make a word telling wherever they stand in it: `trainloss`. */
export function areTelling(letters: number): boolean {
  return letters === LOSS || letters === ACCU || letters === PERP;
}

/** What a word says that ends here. `tail` has its last four letters. */
export function tellingOf(telling: TellingWords, hash: number, tail: number): Telling {
  const found = telling[hash & (HASHES - 1)] as Telling;
  if (found !== TELLS_NOTHING) return found;
  const last = tail & 0xffffff;
  return last === ACC || last === MEM ? TELLS : TELLS_NOTHING;
}

const [SLASH, UNDERSCORE] = [0x2f, 0x5f];

/**
 * Whether a name is of letters, `_` and `/`, each capital is the first of a word (`AvgPool`), and all its words tell nothing:
 * most names that come once only.
 */
export function tellsNothing(telling: TellingWords, name: string): boolean {
  let [hash, tail, before] = [0, 0, UNDERSCORE];
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (isCapital(code)) {
      // `Total_T`, `ABC` and `mIoU` are written for what they are.
      if (!isSmall(name.charCodeAt(at + 1))) return false;
      if (isSmall(before) && (tellingOf(telling, hash, tail) !== TELLS_NOTHING || isOfParts(name))) return false;
      hash = withLetter(0, code | 0x20);
      tail = code | 0x20;
    } else if (isSmall(code)) {
      hash = withLetter(hash, code);
      tail = (tail << 8) | code;
      if (areTelling(tail)) return false;
    } else {
      if (at === 0 || (code !== UNDERSCORE && code !== SLASH)) return false;
      if (tellingOf(telling, hash, tail) !== TELLS_NOTHING) return false;
      hash = tail = 0;
    }
    before = code;
  }
  return name !== "" && tellingOf(telling, hash, tail) === TELLS_NOTHING;
}

/** Some forms of names with more than one part are compared whatever their capitals: `seConds/it`. */
function isOfParts(name: string): boolean {
  return name.includes("_") || name.includes("/");
}

function isSmall(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}
