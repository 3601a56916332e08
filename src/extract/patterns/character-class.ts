import { escapeAt } from "./escapes.ts";
import { PatternError } from "./pattern-error.ts";
import { type CharacterSet, complement, setOf } from "./tree.ts";

/** A class in brackets, and the index behind it. */
export interface ClassFound {
  readonly set: CharacterSet;
  readonly end: number;
}

/**
 * Reads the class that begins at `at` with a bracket: `[a-z_]`, `[^\s,]`.
 * @throws PatternError
 */
export function classAt(text: string, at: number): ClassFound {
  const isNegated = text[at + 1] === "^";
  let index = at + (isNegated ? 2 : 1);
  const first = index;
  const set: (readonly [number, number])[] = [];
  for (;;) {
    const character = text[index];
    if (character === undefined) throw new PatternError("has a [ without its ]", at + 1);
    // A bracket that comes first means itself, as in POSIX; an empty class would match nothing.
    if (character === "]" && index > first) break;
    if (character === "[" && text[index + 1] === ":") {
      throw new PatternError("has a POSIX class, which tracelet does not have; type \\d, \\w or \\s", index + 1);
    }
    const from = memberAt(text, index);
    const dash = index + from.length;
    const hasRange = text[dash] === "-" && text[dash + 1] !== undefined && text[dash + 1] !== "]";
    if (!hasRange) {
      set.push(...from.set);
      index = dash;
      continue;
    }
    const to = memberAt(text, dash + 1);
    const [low, high] = [only(from.set), only(to.set)];
    if (low === undefined || high === undefined || low > high) {
      throw new PatternError(`has the range ${text.slice(index, dash + 1 + to.length)}, which is none`, index + 1);
    }
    set.push([low, high]);
    index = dash + 1 + to.length;
  }
  return { set: isNegated ? complement(set) : set, end: index + 1 };
}

function memberAt(text: string, at: number): { readonly set: CharacterSet; readonly length: number } {
  const character = text[at] ?? "";
  if (character === "\\") return text[at + 1] === "b" ? { set: setOf("\b"), length: 2 } : escapeAt(text, at);
  if (/[\ud800-\udfff]/.test(character)) {
    throw new PatternError("has a character in brackets that only a choice can have; type (?:…|…)", at + 1);
  }
  return { set: setOf(character), length: 1 };
}

function only(set: CharacterSet): number | undefined {
  const [range] = set;
  return set.length === 1 && range?.[0] === range?.[1] ? range?.[0] : undefined;
}
