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

/**
 * Every token there is, by its groups. Some token matches at every place of a line. Repetitions that can fail after they
 * matched are bounded, so that one line costs time linear in its length.
 */
export const TOKEN = new RegExp(
  [
    String.raw`(\s+)`,
    String.raw`\[ {0,4}(?:\d+ ?- {0,4})?(\d+)(?:, {0,2}\d{1,3}(?:\.\d{1,20})?%)? {0,2}(?:(?:\/|of) {0,2}(\d+) {0,2}(?:\( {0,2}\d+% ?\) ?)?)?\]`,
    String.raw`(\d{1,18}(?:,\d{3}){0,5}) {0,2}\/ {0,2}(\d{1,18}(?:,\d{3}){0,5})(?![\d.\/]|:[^ ])(?: {0,2}\( {0,2}(\d+(?:\.\d+)?) ?%\))?`,
    `(${JUNK})`,
    String.raw`(?!\d{1,9}_\p{L})(${NUMBER}|${NOT_FINITE})(%|[\p{L}µ°][\p{L}\p{N}_°]*(?:\/[\p{L}]+)*)?`,
    // `16_h1`: a number may begin a name.
    String.raw`((?:\d{1,9}(?=_\p{L}))?[\p{L}_](?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))*(?:\/(?:[\p{L}\p{N}_.@-]|['’](?=\p{L}))+)*|\/(?= ))`,
    String.raw`([=:])`,
    String.raw`([([])`,
    String.raw`([)\]])`,
    String.raw`[^]`,
  ].join("|"),
  "uy",
);
