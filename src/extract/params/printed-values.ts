/** A param as it was found: its name, with dots between the parts of a nested one, and its value as it was printed. */
export type FoundParam = readonly [name: string, value: string];

const [NEWLINE, QUOTE, APOSTROPHE, COMMA, COLON, EQUALS, BACKSLASH] = [0x0a, 0x22, 0x27, 0x2c, 0x3a, 0x3d, 0x5c];

/** Deeper nesting is not taken apart: the value is then the text of the rest. */
const DEEPEST = 6;

const KEY = /^["']?([\p{L}_][\p{L}\p{N}_.@/ -]{0,98}?)["']?$/u;

/** The index behind the bracket that closes the one at `at`; `undefined` where none does. */
export function closingEnd(text: string, at: number): number | undefined {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE || code === APOSTROPHE) {
      index = quoteEnd(text, index);
    } else if (isOpening(code)) {
      depth += 1;
    } else if (isClosing(code)) {
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
  return partsOf(inside).flatMap((part) => {
    const sign = separatorAt(part, 0, EQUALS, COLON);
    const name = sign === -1 ? undefined : KEY.exec(part.slice(0, sign).trim())?.[1];
    if (name === undefined) return [];
    const value = part.slice(sign + 1).trim();
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

/** Cut at commas and ends of lines where they stand in no brackets and no quotes. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = separatorAt(text, 0, COMMA, NEWLINE); at !== -1; at = separatorAt(text, from, COMMA, NEWLINE)) {
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

/** The index of the first of two characters, from `start` on, that stands in no brackets and no quotes; -1 where none does. */
function separatorAt(text: string, start: number, one: number, other: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE || code === APOSTROPHE) index = quoteEnd(text, index);
    else if (isOpening(code)) depth += 1;
    else if (isClosing(code)) depth -= 1;
    else if (depth === 0 && (code === one || code === other)) return index;
  }
  return -1;
}

/** `(`, `[`, `{` */
function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b || code === 0x7b;
}

/** `)`, `]`, `}` */
function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d || code === 0x7d;
}

/** Index of the quote that ends a text; of one that has no end, its own: an apostrophe is no quote. */
function quoteEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  // Names and values are short: without a bound, a text full of apostrophes would be gone through again and again.
  const stop = Math.min(text.length, at + 1000);
  for (let index = at + 1; index < stop; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === quote) return index;
  }
  return at;
}
