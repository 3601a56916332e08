const [TAB, BLANK, STAR, COMMA, COLON, BAR, ESCAPE, BACKSPACE] = [0x09, 0x20, 0x2a, 0x2c, 0x3a, 0x7c, 0x1b, 0x08];

/**
 * Whether a line of these bytes can say anything about metrics: it has a digit or the letters of `nan` or `inf`, or it may
 * be the header or a rule of a table.
 */
export function mayMatter(bytes: Uint8Array, start: number, end: number): boolean {
  let begun = false;
  let gap = false;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte > BLANK) {
      if (gap) return true;
      if (byte <= 0x39) {
        if (byte >= 0x30) return true;
        if (byte === COMMA && isLetter(bytes[index + 1] ?? 0)) return true;
      } else if (byte === BAR || (byte === 0xe2 && isBoxDrawing(bytes, index))) {
        return true;
      } else if (isNotFinite(bytes, index, end)) {
        return true;
      }
      if (!begun) {
        begun = true;
        if (mayBeginTable(bytes, index)) return true;
      }
    } else if (byte === ESCAPE || byte === BACKSPACE) {
      // What is hidden between letters would have to be taken away first.
      return true;
    } else if (begun && (byte === TAB || bytes[index + 1] === BLANK)) {
      gap = true;
    }
  }
  return endsWithBracket(bytes, start, end) || endsWithName(bytes, start, end) || endsWithMarks(bytes, start, end);
}

/** The end of a title: `INFO:***** Eval results *****`. */
function endsWithMarks(bytes: Uint8Array, start: number, end: number): boolean {
  const last = bytes[end - 1];
  return end - start > FAR && last === STAR && bytes[end - 2] === STAR && bytes[end - 3] === STAR;
}

/** A name far from the edge, whose number stands below it (`                    train_loss:`), and `Result for trial:`. */
function endsWithName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < FAR) return false;
  const isFar = bytes[start] === BLANK && bytes[start + FAR - 1] === BLANK;
  if (!isFar && !beginsResult(bytes, start)) return false;
  let last = end - 1;
  while (last >= start && (bytes[last] as number) <= BLANK) last -= 1;
  return bytes[last] === COLON;
}

/** `Res`, `res` */
export function beginsResult(bytes: Uint8Array, start: number): boolean {
  return ((bytes[start] as number) | 0x20) === 0x72 && bytes[start + 1] === 0x65 && bytes[start + 2] === 0x73;
}

const FAR = 8;

/** A line that opens or closes a part of an object that is printed over several: `"train": {`, `},`. */
function endsWithBracket(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end - 1;
  while (last >= start && ((bytes[last] as number) <= BLANK || bytes[last] === COMMA)) last -= 1;
  // `[`, `]`, `{` and `}`
  const byte = (bytes[last] ?? 0) | 0x20;
  return last >= start && (byte === 0x7b || byte === 0x7d);
}

/** U+2500 to U+257F. */
function isBoxDrawing(bytes: Uint8Array, index: number): boolean {
  return bytes[index + 1] === 0x94 || bytes[index + 1] === 0x95;
}

/** A rule, or a word for a position, which the header of a table begins with. */
function mayBeginTable(bytes: Uint8Array, index: number): boolean {
  const [first, second] = [bytes[index] ?? 0, bytes[index + 1] ?? 0];
  if (!isLetter(first)) return first === second || first === 0x2b;
  const pair = String.fromCharCode(first | 0x20, second | 0x20);
  return pair === "ep" || pair === "it" || pair === "st" || pair === "ge" || pair === "ro" || pair === "ba";
}

/** `nan` or `inf` that may be a number of its own: not the `INFO` of a log line. Letters behind must make `infinity` or a unit. */
function isNotFinite(bytes: Uint8Array, index: number, end: number): boolean {
  const letter = (bytes[index] as number) | 0x20;
  if (letter !== 0x6e && letter !== 0x69) return false;
  if (index + 2 >= end) return false;
  const [second, third] = letter === 0x6e ? [0x61, 0x6e] : [0x6e, 0x66];
  if (((bytes[index + 1] ?? 0) | 0x20) !== second || ((bytes[index + 2] ?? 0) | 0x20) !== third) return false;
  const next = index + 3 < end ? (bytes[index + 3] ?? 0) | 0x20 : 0;
  const goesOn = next >= 0x61 && next <= 0x7a;
  // `inity`, `ms`, `us`, `s`
  return !goesOn || next === 0x69 || next === 0x6d || next === 0x75 || next === 0x73;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
