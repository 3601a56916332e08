import { codeAt } from "./code-at.ts";
import type { Token } from "./tokens.ts";

// Most of a line is plain: words, numbers such as `0.5`, `3e-4`, `91%` and `18ms`, single marks. They are read here
// by their characters, many times quicker than by the pattern. Wherever a longer token could begin, or another
// alternative of the pattern could take more, the answer is `undefined` and the pattern has the last word.

const [TAB, BLANK, PERCENT, OPEN, CLOSE, PLUS, COMMA, MINUS] = [0x09, 0x20, 0x25, 0x28, 0x29, 0x2b, 0x2c, 0x2d];
const [DOT, SLASH, COLON, SEMICOLON, EQUALS, AT, LIST, LIST_END] = [0x2e, 0x2f, 0x3a, 0x3b, 0x3d, 0x40, 0x5b, 0x5d];
const [QUOTE, APOSTROPHE, UNDERSCORE, PIPE, TILDE, LAST_ASCII] = [0x22, 0x27, 0x5f, 0x7c, 0x7e, 0x7e];

/** The token that begins at `at`, when it is plain. */
export function plainToken(line: string, at: number, gap: Token["gap"]): Token | undefined {
  const code = codeAt(line, at);
  if (isLetter(code) || code === UNDERSCORE || isOtherLetter(code)) return plainWord(line, at, gap);
  if (isDigit(code)) return plainNumber(line, at, at, gap);
  const next = codeAt(line, at + 1);
  switch (code) {
    case PLUS:
    case MINUS:
      if (isDigit(next)) return plainNumber(line, at, at + 1, gap);
      // `-.5`, `-nan`, `-inf`
      return next === DOT || (next | 0x20) === 0x6e || (next | 0x20) === 0x69 ? undefined : mark("mark", line, at, gap);
    case EQUALS:
    case COLON:
      return mark("separator", line, at, gap);
    case LIST:
      // `[10/782]`
      return isDigit(next) || next === BLANK ? undefined : mark("open", line, at, gap);
    case OPEN:
      return mark("open", line, at, gap);
    case CLOSE:
    case LIST_END:
      return mark("close", line, at, gap);
    case QUOTE:
      return quoted(line, at, gap);
    case DOT:
    case SLASH:
    case TILDE:
      return undefined;
  }
  return code > BLANK && code <= LAST_ASCII ? mark("mark", line, at, gap) : undefined;
}

/** Index behind the blanks and tabs that begin at `at`; `at` itself when other white space may follow them. */
export function plainBlanksEnd(line: string, at: number): number {
  let end = at;
  let code = codeAt(line, end);
  while (code === BLANK || code === TAB) {
    end += 1;
    code = codeAt(line, end);
  }
  if (end === line.length) return end;
  return code < BLANK || (code > LAST_ASCII && !isOtherLetter(code)) ? at : end;
}

/** What is quoted is one token; a quote that nothing closes is only a mark. */
function quoted(line: string, at: number, gap: Token["gap"]): Token {
  const close = line.indexOf('"', at + 1);
  if (close === -1) return mark("mark", line, at, gap);
  const text = line.slice(at, close + 1);
  return { kind: "junk", text, at, gap, number: "", unit: "", total: undefined, percent: undefined };
}

function mark(kind: Token["kind"], line: string, at: number, gap: Token["gap"]): Token {
  return { kind, text: line.charAt(at), at, gap, number: "", unit: "", total: undefined, percent: undefined };
}

function plainWord(line: string, at: number, gap: Token["gap"]): Token | undefined {
  const first = codeAt(line, at) | 0x20;
  const second = codeAt(line, at + 1);
  // `v1.2.3`
  if (first === 0x76 && isDigit(second)) return undefined;
  // `nan`, `inf`
  if (first === 0x6e && (second | 0x20) === 0x61 && (codeAt(line, at + 2) | 0x20) === 0x6e) return undefined;
  if (first === 0x69 && (second | 0x20) === 0x6e && (codeAt(line, at + 2) | 0x20) === 0x66) return undefined;
  let end = at + 1;
  for (;;) {
    const code = codeAt(line, end);
    if (isWordPart(code) || isOtherLetter(code)) {
      end += 1;
    } else if (code === SLASH || code === APOSTROPHE) {
      const next = codeAt(line, end + 1);
      // `it's`, `train/loss`; what is rarer is the pattern's.
      if (next > LAST_ASCII || next === APOSTROPHE) return undefined;
      if (!(code === SLASH ? isWordPart(next) : isLetter(next))) break;
      end += 2;
    } else if (code > LAST_ASCII || code === PLUS || (code === COLON && codeAt(line, end + 1) === SLASH)) {
      // `git+https://…`
      return undefined;
    } else {
      break;
    }
  }
  const text = line.slice(at, end);
  return { kind: "word", text, at, gap, number: "", unit: "", total: undefined, percent: undefined };
}

function plainNumber(line: string, at: number, digitsAt: number, gap: Token["gap"]): Token | undefined {
  let end = digitsEnd(line, digitsAt);
  if (codeAt(line, end) === DOT) {
    const fractionEnd = digitsEnd(line, end + 1);
    if (fractionEnd === end + 1) return undefined;
    end = fractionEnd;
  }
  if ((codeAt(line, end) | 0x20) === 0x65) {
    const sign = codeAt(line, end + 1);
    const exponentAt = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
    const exponentEnd = digitsEnd(line, exponentAt);
    if (exponentEnd === exponentAt) return undefined;
    end = exponentEnd;
  }
  const unitEnd = plainUnitEnd(line, end);
  if (unitEnd === undefined) return undefined;
  const [number, unit] = [line.slice(at, end), line.slice(end, unitEnd)];
  const text = unit === "" ? number : line.slice(at, unitEnd);
  return { kind: "number", text, at, gap, number, unit, total: undefined, percent: undefined };
}

/** Index behind the unit glued to a number that ends at `end`; `undefined` where more than a number may stand. */
function plainUnitEnd(line: string, end: number): number | undefined {
  const code = codeAt(line, end);
  switch (code) {
    case PERCENT:
      return end + 1;
    case BLANK: {
      // `3 / 10`
      let after = end + 1;
      while (codeAt(line, after) === BLANK) after += 1;
      return codeAt(line, after) === SLASH ? undefined : end;
    }
    case COMMA:
      // `1,234`
      return isDigit(codeAt(line, end + 1)) ? undefined : end;
    case TAB:
    case CLOSE:
    case LIST_END:
    case PIPE:
    case SEMICOLON:
      return end;
  }
  if (!isLetter(code)) return end === line.length ? end : undefined;
  let unitEnd = end + 1;
  while (isLetter(codeAt(line, unitEnd)) || isDigit(codeAt(line, unitEnd))) unitEnd += 1;
  const stop = codeAt(line, unitEnd);
  return stop === UNDERSCORE || stop === SLASH || stop > LAST_ASCII ? undefined : unitEnd;
}

function digitsEnd(line: string, at: number): number {
  let end = at;
  while (isDigit(codeAt(line, end))) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Letters of the scripts that have a long row of them: Cyrillic, kana, Chinese characters, Hangul. */
export function isOtherLetter(code: number): boolean {
  return (
    code >= 0x410 &&
    (code <= 0x44f ||
      (code >= 0x3041 && code <= 0x3096) ||
      (code >= 0x30a1 && code <= 0x30fa) ||
      (code >= 0x4e00 && code <= 0x9fff) ||
      (code >= 0xac00 && code <= 0xd7a3))
  );
}

function isWordPart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === UNDERSCORE || code === MINUS || code === DOT || code === AT;
}
