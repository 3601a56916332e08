/** A param as it was found: its name, with dots between the parts of a nested one, and its value as it was printed. */
export type FoundParam = readonly [name: string, value: string];

const OPENING = "([{";
const CLOSING = ")]}";

/** Deeper nesting is not taken apart: the value is then the text of the rest. */
const DEEPEST = 6;

const KEY = /^["']?([\p{L}_][\p{L}\p{N}_.@/ -]{0,98}?)["']?$/u;

/** The index behind the bracket that closes the one at `at`; `undefined` where none does. */
export function closingEnd(text: string, at: number): number | undefined {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (character === '"' || character === "'") {
      index = quoteEnd(text, index);
    } else if (OPENING.includes(character)) {
      depth += 1;
    } else if (CLOSING.includes(character)) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

/**
 * The names and values between a pair of brackets: `lr=0.1, betas=(0.9, 0.999)` and `'lr': 0.1, 'model': {'depth': 2}`.
 * Nested objects become names with dots; a value is otherwise its text, without quotes.
 */
export function entriesOf(inside: string, prefix = "", depth = 0): FoundParam[] {
  return partsOf(inside, ",\n").flatMap((part) => {
    const [rawName = "", ...rest] = partsOf(part, "=:");
    const name = KEY.exec(rawName.trim())?.[1];
    if (name === undefined || rest.length === 0) return [];
    const value = part.slice(rawName.length + 1).trim();
    return paramsOf(`${prefix}${name}`, value, depth);
  });
}

/** One param, or those of the object that is its value. */
export function paramsOf(name: string, value: string, depth = 0): FoundParam[] {
  const isObject = value.startsWith("{") && value.endsWith("}") && depth < DEEPEST;
  const inner = isObject ? entriesOf(value.slice(1, -1), `${name}.`, depth + 1) : [];
  return inner.length > 0 ? inner : [[name, unquoted(value)]];
}

export function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

/** Cut at these characters where they stand in no brackets and no quotes. */
function partsOf(text: string, separators: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (character === '"' || character === "'") index = quoteEnd(text, index);
    else if (OPENING.includes(character)) depth += 1;
    else if (CLOSING.includes(character)) depth -= 1;
    else if (depth === 0 && separators.includes(character)) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** Index of the quote that ends a text; of one that has no end, its own: an apostrophe is no quote. */
function quoteEnd(text: string, at: number): number {
  const quote = text[at] ?? "";
  // Names and values are short: without a bound, a text full of apostrophes would be gone through again and again.
  const stop = Math.min(text.length, at + 1000);
  for (let index = at + 1; index < stop; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === quote) return index;
  }
  return at;
}
