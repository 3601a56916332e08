import { PatternError } from "./pattern-error.ts";
import { BLANKS, type CharacterSet, complement, DIGITS, setOf, WORDS } from "./tree.ts";

const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORDS,
  W: complement(WORDS),
  s: BLANKS,
  S: complement(BLANKS),
};
const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", 0: "\0" };

/** One escape: what it stands for, and how many characters it has, backslash included. */
export interface Escape {
  readonly set: CharacterSet;
  readonly length: number;
}

/**
 * Reads the escape at `at`, where the backslash stands.
 * @throws PatternError for a back-reference, which no search in linear time can have, and for an unknown letter
 */
export function escapeAt(text: string, at: number): Escape {
  const letter = text[at + 1];
  if (letter === undefined) throw new PatternError("ends in a backslash; type \\\\ for one", at + 1);
  const known = Object.hasOwn(CLASSES, letter) ? CLASSES[letter] : undefined;
  if (known !== undefined) return { set: known, length: 2 };
  if (/[1-9k]/.test(letter)) {
    throw new PatternError("has a back-reference, which tracelet does not have; write the text out again", at + 1);
  }
  if (letter === "x" || letter === "u") return codeAt(text, at);
  const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
  if (control !== undefined) return { set: setOf(control), length: 2 };
  if (/[a-zA-Z0-9]/.test(letter)) {
    throw new PatternError(`has \\${letter}, which tracelet does not know; there are \\d \\w \\s \\b \\t`, at + 1);
  }
  return { set: setOf(letter), length: 2 };
}

/** `\x41`, `\u0041`. */
function codeAt(text: string, at: number): Escape {
  const digits = text[at + 1] === "x" ? 2 : 4;
  const code = text.slice(at + 2, at + 2 + digits);
  if (code.length !== digits || !/^[\da-f]+$/i.test(code)) {
    throw new PatternError(`has \\${text[at + 1]} without ${digits} hexadecimal digits behind it`, at + 1);
  }
  return { set: setOf(String.fromCharCode(Number.parseInt(code, 16))), length: 2 + digits };
}
