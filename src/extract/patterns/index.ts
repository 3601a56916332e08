import { parseExpression } from "./expression.ts";
import { needleOf } from "./needle.ts";
import { PatternError } from "./pattern-error.ts";
import { programOf } from "./program.ts";
import { createSearch } from "./search.ts";
import { isTemplate, parseTemplate } from "./template.ts";

export { PatternError } from "./pattern-error.ts";

/** A pattern that is ready to be looked for. */
export interface Pattern {
  /** The names of its groups in their order; `undefined` for one without a name. */
  readonly groups: readonly (string | undefined)[];
  /** Every match has this text in it; empty where nothing is known. */
  readonly needle: string;
  /** The texts of the groups in the leftmost match, `undefined` for one that took no part in it. */
  find(text: string): readonly (string | undefined)[] | undefined;
}

const LONGEST_PATTERN = 2000;

/**
 * Reads a regular expression or a template. Whatever it is, looking for it in a text takes time in proportion to the
 * text, so that no pattern can stop the watcher.
 * @throws PatternError
 */
export function compilePattern(text: string): Pattern {
  if (text.length > LONGEST_PATTERN) throw new PatternError(`is longer than ${LONGEST_PATTERN} characters`, 1);
  const { tree, groups } = isTemplate(text) ? parseTemplate(text) : parseExpression(text);
  const needle = needleOf(tree);
  const search = createSearch(programOf(tree), groups.length);
  return {
    groups,
    needle,
    find(line) {
      if (!line.includes(needle)) return undefined;
      const places = search.in(line);
      return (
        places &&
        groups.map((_, index) => {
          const [start, end] = [places[index * 2] ?? -1, places[index * 2 + 1] ?? -1];
          return start === -1 || end === -1 ? undefined : line.slice(start, end);
        })
      );
    },
  };
}
