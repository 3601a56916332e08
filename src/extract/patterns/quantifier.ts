import { PatternError } from "./pattern-error.ts";

/** How often something is to come, and the index behind that. */
export interface Quantifier {
  readonly least: number;
  readonly most: number;
  readonly isLazy: boolean;
  readonly end: number;
}

const SIMPLE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  "*": [0, Number.POSITIVE_INFINITY],
  "+": [1, Number.POSITIVE_INFINITY],
  "?": [0, 1],
};

/** More of one thing in a row are written otherwise: the search has a state for each. */
const MOST_TIMES = 500;

/**
 * Reads `*`, `+`, `?`, `{2}`, `{2,}` or `{2,5}`, each with a `?` behind it where as little as possible is to be taken.
 * `undefined` where none begins; a brace that is none means itself.
 * @throws PatternError for numbers that are none, and for `a++`
 */
export function quantifierAt(text: string, at: number): Quantifier | undefined {
  const simple = SIMPLE[text[at] ?? ""];
  const counted = simple === undefined && text[at] === "{" ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(text.slice(at)) : null;
  if (simple === undefined && counted === null) return undefined;
  const length = counted?.[0].length ?? 1;
  const [least, most] = simple ?? timesOf(counted, at);
  if (text[at + length] === "+") throw new PatternError("has a possessive quantifier; leave the second + out", at + 1);
  const isLazy = text[at + length] === "?";
  return { least, most, isLazy, end: at + length + (isLazy ? 1 : 0) };
}

function timesOf(counted: RegExpExecArray | null, at: number): readonly [least: number, most: number] {
  const least = Number(counted?.[1]);
  const unbounded = counted?.[2] !== undefined && counted[3] === "";
  const most = unbounded ? Number.POSITIVE_INFINITY : Number(counted?.[3] ?? least);
  if (least > MOST_TIMES || (most > MOST_TIMES && !unbounded)) {
    throw new PatternError(`repeats something more than ${MOST_TIMES} times; type + or *`, at + 1);
  }
  if (least > most) throw new PatternError(`has ${counted?.[0]}, of which the first number is the larger`, at + 1);
  return [least, most];
}
