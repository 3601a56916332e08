import { parseExpression } from "./expression.ts";
import { PatternError } from "./pattern-error.ts";
import type { ParsedPattern } from "./tree.ts";

/** `{loss}`, and as in a format string of Python `{loss:.4f}`. */
const PLACEHOLDER = /\{([A-Za-z_][\w./@-]*)(?:![rsa])?(?::[^{}]*)?\}/y;

const NUMBER = String.raw`[-+]?(?:(?:\d+(?:,\d\d\d)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[nN][aA][nN]|[iI][nN][fF](?:inity)?)`;

/** Whether a text is a template: it has a placeholder, which an expression cannot have. */
export function isTemplate(text: string): boolean {
  return !/\(\?P?<[A-Za-z_]/.test(text) && /(?<!\\[pP]?)\{[A-Za-z_][\w./@-]*[!:}]/.test(text);
}

/**
 * Reads a line as it is printed, with `{name}` for the numbers: `loss {loss} acc {acc}%`. Blanks stand for any number of
 * blanks, `*` for any text, `{{` and `}}` for a brace; a word at its start is the whole word.
 * @throws PatternError
 */
export function parseTemplate(text: string): ParsedPattern {
  let expression = /^\w/.test(text) ? String.raw`\b` : "";
  const names = new Set<string>();
  for (let at = 0; at < text.length;) {
    PLACEHOLDER.lastIndex = at;
    const [placeholder, name] = PLACEHOLDER.exec(text) ?? [];
    if (placeholder !== undefined && name !== undefined) {
      if (names.has(name)) throw new PatternError(`has two placeholders named ${name}`, at + 1);
      // A number that is of no interest may come several times.
      if (name !== "_") names.add(name);
      expression += name === "_" ? NUMBER : `(?<${name}>${NUMBER})`;
      at += placeholder.length;
      continue;
    }
    const [piece, source] = pieceAt(text, at);
    expression += source;
    at += piece.length;
  }
  return parseExpression(expression);
}

/** What stands at `at`, and the expression for it. */
function pieceAt(text: string, at: number): readonly [piece: string, source: string] {
  const character = text[at] ?? "";
  const [blanks] = /^\s+/.exec(text.slice(at)) ?? [];
  if (blanks !== undefined) return [blanks, String.raw`\s+`];
  if (character === "*") return ["*", ".*?"];
  if (text.startsWith("{{", at) || text.startsWith("}}", at)) return [text.slice(at, at + 2), `\\${character}`];
  if (character === "{" || character === "}") {
    throw new PatternError(`has a ${character} that belongs to no placeholder; type ${character}${character}`, at + 1);
  }
  return [character, /[\w\s]/.test(character) || character > "\u007f" ? character : `\\${character}`];
}
