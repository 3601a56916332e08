import type { Token } from "../../tokens/tokens.ts";
import { put, type Scan } from "../pair-scan.ts";
import { BRACKETED, COUNTED, FRACTIONS, MARKED } from "./brackets.ts";
import type { Lead, ReadForm } from "./form.ts";
import { NUMBERED } from "./numbers.ts";
import { GLUED, WORDED } from "./words.ts";

/** By the kind of the line's first token. Of those that fit, the first has the word. */
const FORMS: Readonly<Partial<Record<Token["kind"], readonly ReadForm[]>>> = {
  open: BRACKETED,
  mark: MARKED,
  counter: COUNTED,
  fraction: FRACTIONS,
  number: NUMBERED,
  word: WORDED,
};

/**
 * The position that a line begins with and that no name with a sign says: `[3/25][100/1583]`, `300:` before a tab, `Epoch21`. The
 * answer is the index of the token to go on from.
 */
export function leadingPosition(scan: Scan): number {
  const [first, second, third, fourth, fifth] = scan.tokens;
  if (first === undefined) return 0;
  const lead: Lead = { first, second, third, fourth, fifth };
  for (const read of FORMS[first.kind] ?? []) {
    const end = read(lead, scan);
    if (end > 0) return end;
  }
  return 0;
}

/** `[Training epoch3:250/806]`: two positions in one. Whether `index` is that of such a word. */
export function putGlued(scan: Scan, index: number): boolean {
  const [word, sign, fraction] = [scan.tokens[index], scan.tokens[index + 1], scan.tokens[index + 2]];
  if (sign?.text !== ":" || fraction?.kind !== "fraction" || fraction.gap !== "none") return false;
  const [, name, number] = GLUED.exec(word?.text ?? "") ?? [];
  if (name === undefined || number === undefined) return false;
  put(scan, name, number, index);
  put(scan, "batch", fraction.number, index + 2);
  return true;
}
