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
    String.raw`(?<blank>\s+)`,
    String.raw`\[ {0,2}(?:\d+-)?(?<counter>\d+) {0,2}(?:\/ {0,2}(?<counterTotal>\d+) {0,2}(?:\( {0,2}\d+% ?\) ?)?)?\]`,
    String.raw`(?<fraction>\d{1,18}(?:,\d{3}){0,5}) {0,2}\/ {0,2}(?<total>\d{1,18}(?:,\d{3}){0,5})(?![\d.:\/])(?: {0,2}\( {0,2}(?<percent>\d+(?:\.\d+)?) ?%\))?`,
    `(?<junk>${JUNK})`,
    String.raw`(?<number>${NUMBER}|${NOT_FINITE})(?<unit>%|[\p{L}µ°][\p{L}\p{N}_°]*(?:\/[\p{L}]+)*)?`,
    String.raw`(?<word>[\p{L}_](?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))*(?:\/(?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))+)*|\/(?= ))`,
    String.raw`(?<separator>[=:])`,
    String.raw`(?<open>[([])`,
    String.raw`(?<close>[)\]])`,
    String.raw`(?<mark>[^])`,
  ].join("|"),
  "gu",
);

/** Cuts a line into words, numbers and what stands between them. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let gap: Token["gap"] = "none";
  for (const match of line.matchAll(TOKEN)) {
    const groups: Partial<Record<string, string>> = match.groups ?? {};
    const text = match[0];
    if (groups["blank"] !== undefined) {
      gap = text.length > 1 || text === "\t" ? "wide" : "blank";
      continue;
    }
    tokens.push({
      kind: kindOfMatch(groups),
      text,
      gap,
      number: groups["counter"] ?? groups["fraction"] ?? groups["number"] ?? "",
      unit: groups["unit"] ?? "",
      total: groups["counterTotal"] ?? groups["total"],
      percent: groups["percent"],
    });
    gap = "none";
  }
  return tokens;
}

function kindOfMatch(groups: Partial<Record<string, string>>): Token["kind"] {
  if (groups["word"] !== undefined) return "word";
  if (groups["number"] !== undefined) return "number";
  if (groups["separator"] !== undefined) return "separator";
  if (groups["mark"] !== undefined) return "mark";
  if (groups["counter"] !== undefined) return "counter";
  if (groups["fraction"] !== undefined) return "fraction";
  if (groups["open"] !== undefined) return "open";
  return groups["close"] === undefined ? "junk" : "close";
}
