import { plainBlanksEnd, plainToken } from "./plain-tokens.ts";
import { TOKEN } from "./token-pattern.ts";

/** One piece of a line. `gap` is what stands before it: nothing, one blank, or more (a tab, a column). */
export interface Token {
  readonly kind: "word" | "number" | "fraction" | "counter" | "separator" | "open" | "close" | "mark" | "junk";
  readonly text: string;
  /** Index of its first character in the line. */
  readonly at: number;
  readonly gap: "none" | "blank" | "wide";
  /** Of a number and of the first half of a fraction or counter. */
  readonly number: string;
  /** Glued behind a number. */
  readonly unit: string;
  /** The second half of `3/10`. */
  readonly total: string | undefined;
  /** The percentage in brackets behind a fraction: `9330/10000 (93%)`. */
  readonly percent: string | undefined;
}

/**
 * The token at an index that may lie before the first one. V8 takes an index below zero for a name, and a look for a
 * property of that name is many times as slow as one at an index.
 */
export function tokenAt(tokens: readonly Token[], index: number): Token | undefined {
  return index < 0 ? undefined : tokens[index];
}

/** Cuts a line into words, numbers and what stands between them. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let gap: Token["gap"] = "none";
  let at = 0;
  while (at < line.length) {
    const blanksEnd = plainBlanksEnd(line, at);
    if (blanksEnd > at) {
      gap = gapOf(line, at, blanksEnd);
      at = blanksEnd;
      if (at === line.length) break;
    }
    const token = plainToken(line, at, gap) ?? patternToken(line, at, gap);
    if (typeof token === "number") {
      gap = gapOf(line, at, token);
      at = token;
    } else {
      tokens.push(token);
      gap = "none";
      at += token.text.length;
    }
  }
  return tokens;
}

/** The same by the pattern alone: what the quick way is compared with. */
export function tokenizeByPattern(line: string): Token[] {
  const tokens: Token[] = [];
  let gap: Token["gap"] = "none";
  for (let at = 0; at < line.length;) {
    const token = patternToken(line, at, gap);
    if (typeof token === "number") {
      gap = gapOf(line, at, token);
      at = token;
    } else {
      tokens.push(token);
      gap = "none";
      at += token.text.length;
    }
  }
  return tokens;
}

function gapOf(line: string, start: number, end: number): Token["gap"] {
  return end - start > 1 || line[start] === "\t" ? "wide" : "blank";
}

/** The token that begins at `at`, or the index behind the white space there. */
function patternToken(line: string, at: number, gap: Token["gap"]): Token | number {
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(line);
  if (match === null) throw new Error("the token pattern has no alternative for every character");
  // Groups by number: an object of named groups for each match would cost more than the rest of the reading.
  const [
    text,
    blank,
    counter,
    counterTotal,
    fraction,
    total,
    percent,
    junk,
    number,
    unit,
    word,
    separator,
    open,
    close,
  ] = match;
  if (blank !== undefined) return at + text.length;
  let kind: Token["kind"] = "mark";
  if (word !== undefined) kind = "word";
  else if (number !== undefined) kind = "number";
  else if (separator !== undefined) kind = "separator";
  else if (counter !== undefined) kind = "counter";
  else if (fraction !== undefined) kind = "fraction";
  else if (open !== undefined) kind = "open";
  else if (close !== undefined) kind = "close";
  else if (junk !== undefined) kind = "junk";
  const digits = number ?? fraction ?? counter ?? "";
  return { kind, text, at, gap, number: digits, unit: unit ?? "", total: counterTotal ?? total, percent };
}
