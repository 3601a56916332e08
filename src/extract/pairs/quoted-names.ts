import { codeAt } from "../tokens/code-at.ts";
import { keyOf } from "../names/keys.ts";

const [BLANK, QUOTE, APOSTROPHE, COMMA, COLON, EQUALS, OBJECT, OBJECT_END] = [
  0x20, 0x22, 0x27, 0x2c, 0x3a, 0x3d, 0x7b, 0x7d,
];

/** What is quoted and longer is no name. */
const LONGEST_NAME = 100;

/**
 * The text from `start` on with the names in front of a colon or `=` as keys and without their quotes: `"val loss": 0.5` is
 * `val_loss: 0.5`.
 */
export function withoutQuotes(text: string, start = 0): string {
  const parts: string[] = [];
  let from = start;
  for (let at = start; at < text.length; at += 1) {
    const quote = text.charCodeAt(at);
    if (quote !== QUOTE && quote !== APOSTROPHE) continue;
    const end = nameEnd(text, at + 1);
    if (end === at + 1 || codeAt(text, end) !== quote || !isSignAt(text, end + 1)) continue;
    parts.push(text.slice(from, at), keyOf(text.slice(at + 1, end)));
    from = end + 1;
    at = end;
  }
  if (parts.length === 0) return text.slice(start);
  parts.push(text.slice(from));
  // Of one piece, as what is put together by a plus is not: the text is looked at character by character.
  return parts.join("");
}

function nameEnd(text: string, start: number): number {
  const stop = Math.min(text.length, start + LONGEST_NAME);
  let end = start;
  while (end < stop && !isNoPart(text.charCodeAt(end))) end += 1;
  return end;
}

function isNoPart(code: number): boolean {
  if (code > EQUALS && code < OBJECT) return false;
  switch (code) {
    case QUOTE:
    case APOSTROPHE:
    case COMMA:
    case COLON:
    case EQUALS:
    case OBJECT:
    case OBJECT_END:
      return true;
  }
  return false;
}

function isSignAt(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code === COLON || code === EQUALS || (code === BLANK && codeAt(text, at + 1) === COLON);
}
