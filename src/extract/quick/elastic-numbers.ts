const [TAB, BLANK, QUOTE, PERCENT, APOSTROPHE, OPEN, CLOSE] = [0x09, 0x20, 0x22, 0x25, 0x27, 0x28, 0x29];
const [PLUS, COMMA, MINUS, DOT, SLASH, COLON, SEMICOLON, EQUALS] = [0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3b, 0x3d];
const [LIST, LIST_END, OBJECT_END, PIPE] = [0x5b, 0x5d, 0x7d, 0x7c];

// As many digits every rule takes for one number: of the whole, of the fraction, and of the fraction in front of a unit.
const [MOST_DIGITS, MOST_BEHIND_DOT, MOST_BEFORE_UNIT] = [15, 20, 9];

/** A unit that is longer may be some other word, which loggers print with so many characters at most. */
const LONGEST_UNIT = 16;

/** What the bytes around a number say, by their values. */
export type NumberEdges = Uint8Array;

const [OPENS, CLOSES, DIGIT, LETTER] = [1, 2, 4, 8];

export function createNumberEdges(): NumberEdges {
  const edges = Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte >= 0x30 && byte <= 0x39) return DIGIT;
    return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a ? LETTER : 0;
  });
  // 0, which no line with an outline has, stands for the line's end.
  for (const byte of [0, BLANK, TAB, CLOSE, LIST_END, OBJECT_END, COMMA, PIPE, SEMICOLON]) edges[byte] = CLOSES;
  for (const byte of [BLANK, TAB, PIPE]) edges[byte] = OPENS | CLOSES;
  for (const byte of [EQUALS, OPEN, LIST, QUOTE, APOSTROPHE, COLON, PLUS, MINUS]) edges[byte] = OPENS;
  return edges;
}

/**
 * Index behind the elastic number whose digits begin at `at`; -1 when there is none. A number is elastic when no rule of
 * this folder asks how many digits it has, as long as the line says nothing that `ShapedDialect.isElastic` knows of: it
 * stands on its own (`loss=0.5`, `step 12`, `[10/782]`, `"lr": 3e-4`), and is no piece of a date, a clock, a version, a
 * range, `1,234`, or a name. `start` and `end` are the line's.
 */
export function elasticEnd(edges: NumberEdges, line: Uint8Array, start: number, at: number, end: number): number {
  const before = at === start ? BLANK : (line[at - 1] as number);
  if (((edges[before] as number) & OPENS) === 0) return -1;
  const isSigned = before === MINUS || before === PLUS;
  const edge = isSigned ? at - 1 : at;
  const opener = edge === start ? BLANK : (line[edge - 1] as number);
  if (!opens(edges, line, start, edge, opener)) return -1;
  const stop = digitsEnd(edges, line, at, end);
  if (stop - at > MOST_DIGITS) return -1;
  let next = byteAt(line, stop, end);
  if (next === DOT) {
    const fractionEnd = digitsEnd(edges, line, stop + 1, end);
    const digits = fractionEnd - stop - 1;
    next = byteAt(line, fractionEnd, end);
    const most = edges[next] === LETTER ? MOST_BEFORE_UNIT : MOST_BEHIND_DOT;
    if (digits === 0 || digits > most) return -1;
    return closes(edges, line, edge === start, fractionEnd, end, opener) ? fractionEnd : -1;
  }
  // `10:11:12 +0100`
  if (isSigned) return -1;
  if (next !== SLASH) return closes(edges, line, edge === start, stop, end, opener) ? stop : -1;
  const totalEnd = digitsEnd(edges, line, stop + 1, end);
  const digits = totalEnd - stop - 1;
  if (digits === 0 || digits > MOST_DIGITS || opener === QUOTE || opener === APOSTROPHE) return -1;
  // `12/31 10:11:12`, `1/2,345`
  const isOver = ((edges[byteAt(line, totalEnd, end)] as number) & CLOSES) !== 0;
  return isOver && edges[byteAt(line, totalEnd + 1, end)] !== DIGIT ? totalEnd : -1;
}

/** Whether a number may stand behind this byte. */
function opens(edges: NumberEdges, line: Uint8Array, start: number, at: number, byte: number): boolean {
  if (byte === MINUS || byte === PLUS) return false;
  if (byte !== COLON) return ((edges[byte] as number) & OPENS) !== 0;
  const before = at - 1 > start ? (line[at - 2] as number) : 0;
  return edges[before] === LETTER || before === QUOTE || before === APOSTROPHE;
}

/** Whether a number may end at `at`. */
function closes(
  edges: NumberEdges,
  line: Uint8Array,
  isFirst: boolean,
  at: number,
  end: number,
  opener: number,
): boolean {
  const byte = byteAt(line, at, end);
  const next = byteAt(line, at + 1, end);
  if (opener === QUOTE || opener === APOSTROPHE) {
    return byte === opener && (next === COMMA || next === OBJECT_END || next === LIST_END);
  }
  // `[0921 12:34:56 @base.py:275]`
  if (opener === LIST) return byte === LIST_END || byte === COMMA;
  if (byte === COMMA) return edges[next] !== DIGIT;
  if (byte === PERCENT) return next !== PIPE;
  if (byte === COLON) return next === BLANK || next === 0;
  const kind = edges[byte] as number;
  // A word at the start may be a logger's name.
  return (kind & CLOSES) !== 0 || (!isFirst && kind === LETTER && isShort(edges, line, at, end));
}

/** Whether the word that begins at `at` ends soon. */
function isShort(edges: NumberEdges, line: Uint8Array, at: number, end: number): boolean {
  for (let index = at + 1; index < at + LONGEST_UNIT; index += 1) {
    if (((edges[byteAt(line, index, end)] as number) & CLOSES) !== 0) return true;
  }
  return false;
}

/** The byte at this index; 0 behind the end. */
function byteAt(line: Uint8Array, at: number, end: number): number {
  return at < end ? (line[at] as number) : 0;
}

function digitsEnd(edges: NumberEdges, line: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && edges[line[stop] as number] === DIGIT) stop += 1;
  return stop;
}
