/** A pattern as it was understood. */
export type Tree =
  | { readonly kind: "character"; readonly set: CharacterSet }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly Tree[] }
  | { readonly kind: "choice"; readonly options: readonly Tree[] }
  | {
      readonly kind: "repeat";
      readonly part: Tree;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  /** `index` counts the groups that capture, from 0. */
  | { readonly kind: "group"; readonly part: Tree; readonly index: number };

export type Assertion = "start" | "end" | "boundary" | "no boundary";

/** Ranges of UTF-16 code units, both ends included. */
export type CharacterSet = readonly (readonly [from: number, to: number])[];

/** What the parser makes of the text of a pattern. */
export interface ParsedPattern {
  readonly tree: Tree;
  /** The names of the groups by their index; `undefined` for one without a name. */
  readonly groups: readonly (string | undefined)[];
}

export const LAST_UNIT = 0xffff;
export const DIGITS: CharacterSet = [[0x30, 0x39]];
export const WORDS: CharacterSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** What ECMAScript's `\s` has. */
export const BLANKS: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** Everything: what is searched is one line. */
export const ANYTHING: CharacterSet = [[0, LAST_UNIT]];

/** The set of all that is not in this one. */
export function complement(set: CharacterSet): CharacterSet {
  const inverse: [number, number][] = [];
  let from = 0;
  for (const [first, last] of set.toSorted(([one], [other]) => one - other)) {
    if (first > from) inverse.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= LAST_UNIT) inverse.push([from, LAST_UNIT]);
  return inverse;
}

/** The set with the other case of each letter. */
export function withBothCases(set: CharacterSet): CharacterSet {
  const both = [...set];
  for (const [from, to] of set) {
    // Beyond the letters of a few alphabets there is no case, and a class of everything has them all.
    for (let unit = from; unit <= Math.min(to, 0x0587); unit += 1) {
      const letter = String.fromCharCode(unit);
      for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
        if (other.length === 1 && other !== letter) both.push([other.charCodeAt(0), other.charCodeAt(0)]);
      }
    }
  }
  return both;
}

export function setOf(character: string): CharacterSet {
  return [[character.charCodeAt(0), character.charCodeAt(0)]];
}
