import { classAt } from "./character-class.ts";
import { escapeAt } from "./escapes.ts";
import { PatternError } from "./pattern-error.ts";
import { quantifierAt } from "./quantifier.ts";
import { ANYTHING, type CharacterSet, type ParsedPattern, setOf, type Tree, withBothCases } from "./tree.ts";

const DEEPEST = 50;

/** What may be the name of a group: what may be the name of a metric, without blanks. */
const GROUP_NAME = /^[A-Za-z_][\w./@-]*$/;

const REFUSED: readonly (readonly [start: string, name: string])[] = [
  ["(?=", "a lookahead"],
  ["(?!", "a negative lookahead"],
  ["(?<=", "a lookbehind"],
  ["(?<!", "a negative lookbehind"],
  ["(?>", "an atomic group"],
  ["(?(", "a conditional group"],
  ["(?P=", "a back-reference"],
];

/**
 * Reads a regular expression: what ECMAScript and Python have in common, without what cannot be searched for in linear
 * time. Named groups are `(?<name>…)` or `(?P<name>…)`; `(?i)` in front makes letters of both cases equal.
 * @throws PatternError
 */
export function parseExpression(text: string): ParsedPattern {
  return new ExpressionParser(text).parse();
}

class ExpressionParser {
  readonly #text: string;
  readonly #groups: (string | undefined)[] = [];
  #ignoresCase = false;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ParsedPattern {
    this.#ignoresCase = this.#takes("(?i)");
    const tree = this.#choice();
    if (this.#at < this.#text.length) throw new PatternError("has a ) without its (", this.#at + 1);
    return { tree, groups: this.#groups };
  }

  #choice(): Tree {
    const options = [this.#sequence()];
    while (this.#takes("|")) options.push(this.#sequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: "choice", options };
  }

  #sequence(): Tree {
    const parts: Tree[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text[this.#at] ?? "")) parts.push(this.#repeated());
    return { kind: "sequence", parts };
  }

  #repeated(): Tree {
    const part = this.#single();
    const found = quantifierAt(this.#text, this.#at);
    if (found === undefined) return part;
    if (part.kind === "assertion") throw new PatternError("repeats what has no length", this.#at + 1);
    this.#at = found.end;
    if (quantifierAt(this.#text, this.#at) !== undefined) {
      throw new PatternError("has two quantifiers in a row; put what the second is about in (?:…)", this.#at + 1);
    }
    const { least, most, isLazy } = found;
    return { kind: "repeat", part, least, most, isLazy };
  }

  #single(): Tree {
    const at = this.#at;
    const character = this.#text[at] ?? "";
    if (character === "(") return this.#group();
    if (character === "[") {
      const { set, end } = classAt(this.#text, at);
      this.#at = end;
      return this.#character(set);
    }
    if (character === "\\") {
      if (this.#takes("\\b")) return { kind: "assertion", what: "boundary" };
      if (this.#takes("\\B")) return { kind: "assertion", what: "no boundary" };
      const { set, length } = escapeAt(this.#text, at);
      this.#at += length;
      return this.#character(set);
    }
    if (quantifierAt(this.#text, at) !== undefined) {
      throw new PatternError(`has a ${character} with nothing before it to repeat; type \\${character}`, at + 1);
    }
    this.#at += 1;
    if (character === "^") return { kind: "assertion", what: "start" };
    if (character === "$") return { kind: "assertion", what: "end" };
    if (character === ".") return { kind: "character", set: ANYTHING };
    return this.#character(setOf(character));
  }

  #group(): Tree {
    const at = this.#at;
    const refused = REFUSED.find(([start]) => this.#text.startsWith(start, at));
    if (refused !== undefined) throw unsupported(refused[1], at);
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new PatternError(`has more than ${DEEPEST} groups in each other`, at + 1);
    const captures = !this.#takes("(?:");
    const index = this.#groups.length;
    if (captures) this.#groups.push(this.#groupName());
    const part = this.#choice();
    if (!this.#takes(")")) throw new PatternError("has a ( without its )", at + 1);
    this.#depth -= 1;
    return captures ? { kind: "group", part, index } : part;
  }

  /** Goes behind `(`, `(?<name>` or `(?P<name>`. */
  #groupName(): string | undefined {
    const at = this.#at;
    if (!this.#takes("(?<") && !this.#takes("(?P<")) {
      this.#at += 1;
      if (this.#text[this.#at] !== "?") return undefined;
      const hint = this.#text.startsWith("?i", this.#at) ? "; (?i) stands in front of the whole pattern" : "";
      throw new PatternError(`has ${this.#text.slice(at, at + 3)}, which tracelet does not know${hint}`, at + 1);
    }
    const end = this.#text.indexOf(">", this.#at);
    const name = this.#text.slice(this.#at, end === -1 ? undefined : end);
    if (end === -1 || !GROUP_NAME.test(name)) {
      throw new PatternError(`has a group whose name is '${name}'; type a name like (?<loss>…)`, at + 1);
    }
    if (this.#groups.includes(name)) throw new PatternError(`has two groups named ${name}`, at + 1);
    this.#at = end + 1;
    return name;
  }

  #character(set: CharacterSet): Tree {
    return { kind: "character", set: this.#ignoresCase ? withBothCases(set) : set };
  }

  #takes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function unsupported(what: string, at: number): PatternError {
  return new PatternError(
    `has ${what}, which tracelet does not have; match what stands there, outside of the named groups`,
    at + 1,
  );
}
