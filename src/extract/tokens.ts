/** One piece of a line. `gap` is what stands before it: nothing, one blank, or more (a tab, a column). */
export interface Token {
  readonly kind: "word" | "number" | "fraction" | "counter" | "separator" | "open" | "close" | "mark" | "junk";
  readonly text: string;
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

const NUMBER = String.raw`[-+]?(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`;
const NOT_FINITE = String.raw`[-+]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)(?=(?:ms|us|s|%)?(?![\p{L}\p{N}_]))`;

// What is no number although it has digits: dates, clocks, versions and addresses, URLs, paths, quoted text, ranges.
const JUNK = [
  String.raw`\d{4}[-/]\d\d[-/]\d\d(?:T[^ ]*)?`,
  String.raw`\d+(?::\d+)+(?:[.,]\d+)?`,
  String.raw`\d+(?:\.\d+)?:\d+\.\d+`,
  String.raw`[vV]?\d+(?:\.\d+){2,}[^ ,;]*`,
  String.raw`[a-zA-Z][a-zA-Z0-9+]*:\/\/[^ ]*`,
  String.raw`(?<![^ "'=(\[])(?:\.{1,2}|~)?\/[^ ,;]+`,
  String.raw`"[^"]*"`,
  String.raw`\d+-\d+(?![\d.eE])`,
].join("|");

// Repetitions that can fail after they matched are bounded, so that one line costs time linear in its length.
const TOKEN = new RegExp(
  [
    String.raw`(\s+)`,
    String.raw`\[ {0,2}(?:\d+-)?(\d+) {0,2}(?:\/ {0,2}(\d+) {0,2}(?:\( {0,2}\d+% ?\) ?)?)?\]`,
    String.raw`(\d{1,18}(?:,\d{3}){0,5}) {0,2}\/ {0,2}(\d{1,18}(?:,\d{3}){0,5})(?![\d.:\/])(?: {0,2}\( {0,2}(\d+(?:\.\d+)?) ?%\))?`,
    `(${JUNK})`,
    String.raw`(${NUMBER}|${NOT_FINITE})(%|[\p{L}µ°][\p{L}\p{N}_°]*(?:\/[\p{L}]+)*)?`,
    String.raw`([\p{L}_](?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))*(?:\/(?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))+)*|\/(?= ))`,
    String.raw`([=:])`,
    String.raw`([([])`,
    String.raw`([)\]])`,
    String.raw`[^]`,
  ].join("|"),
  "gu",
);

/** Cuts a line into words, numbers and what stands between them. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let gap: Token["gap"] = "none";
  // Groups by number: an object of named groups for each match would cost more than the rest of the reading.
  for (const match of line.matchAll(TOKEN)) {
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
    if (blank !== undefined) {
      gap = text.length > 1 || text === "\t" ? "wide" : "blank";
      continue;
    }
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
    tokens.push({ kind, text, gap, number: digits, unit: unit ?? "", total: counterTotal ?? total, percent });
    gap = "none";
  }
  return tokens;
}
