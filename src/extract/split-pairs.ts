import { isSplitWord } from "./names.ts";
import { parseNumber } from "./numbers.ts";
import type { Token } from "./tokens.ts";

/** Two numbers behind one sign, each of its own split. */
export interface SplitPair {
  readonly names: readonly [string, string];
  /** The second number. */
  readonly value: number;
  /** Its token. */
  readonly at: number;
}

/** Reads `Train / test accuracy: 0.91 / 0.90` and `train/val loss: 0.5/0.6`, whose first number is at `index`. */
export function splitPair(tokens: readonly Token[], words: readonly string[], index: number): SplitPair | undefined {
  const [slash, second] = [tokens[index + 1], tokens[index + 2]];
  if (slash?.text !== "/" || second?.kind !== "number" || words.length < 2) return undefined;
  const [first = "", ...rest] = words;
  const isSpaced = rest[0] === "/";
  const [one = "", other = "", more] = isSpaced ? [first, rest[1]] : first.split("/");
  const name = (isSpaced ? rest.slice(2) : rest).join("_");
  if (more !== undefined || name === "" || !isSplitWord(one.toLowerCase()) || !isSplitWord(other.toLowerCase()))
    return undefined;
  const value = parseNumber(second.number);
  return value === undefined ? undefined : { names: [`${one}_${name}`, `${other}_${name}`], value, at: index + 2 };
}
