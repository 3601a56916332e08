const [BACKSPACE, TAB, ESCAPE, BLANK, QUESTION, LAST_ASCII] = [0x08, 0x09, 0x1b, 0x20, 0x3f, 0x7e];
const [COMMANDS, CONTROL, FINAL] = ["]PX^_", "[", "@"].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const [OPEN, FIRST_FINAL] = [CONTROL[0] as number, FINAL[0] as number];

/** Longer lines are left to the patterns, which know all there is. */
export const LONGEST = 4096;

/** What a terminal shows of a line; valid until the next line is written. */
export interface VisibleBytes {
  readonly bytes: Buffer;
  /**
   * Writes what is shown of these bytes to the beginning of `bytes`, without the blanks at the end, and gives its length.
   * -1 for a line with anything but printable ASCII, tabs, backspaces and whole escape sequences, and for one that is too
   * long.
   */
  write(line: Uint8Array, start: number, end: number): number;
}

/**
 * The same as `visibleText` for most lines with colours (`\u001b[32mINFO\u001b[0m step 5`) by one look at their bytes: many times quicker
 * than by a pattern for each kind of sequence.
 */
export function createVisibleBytes(): VisibleBytes {
  const bytes = Buffer.allocUnsafeSlow(LONGEST);

  function write(line: Uint8Array, start: number, end: number): number {
    if (end - start > LONGEST) return -1;
    let [cursor, length] = [0, 0];
    for (let at = start; at < end; at += 1) {
      const byte = line[at] as number;
      if (byte === ESCAPE) {
        at = sequenceEnd(line, at + 1, end) - 1;
        if (at < start) return -1;
      } else if (byte === BACKSPACE) {
        // It moves the cursor and erases nothing.
        if (cursor > 0) cursor -= 1;
      } else {
        if (byte > LAST_ASCII || (byte < BLANK && byte !== TAB)) return -1;
        bytes[cursor] = byte;
        cursor += 1;
        if (cursor > length) length = cursor;
      }
    }
    while (length > 0 && (bytes[length - 1] as number) <= BLANK) length -= 1;
    return length;
  }

  return { bytes, write };
}

/**
 * The index behind an escape sequence whose second byte is at `at`; -1 for the command of an operating system, and where a
 * sequence stands within another.
 */
function sequenceEnd(line: Uint8Array, at: number, end: number): number {
  if (at >= end) return end;
  const second = line[at] as number;
  if (COMMANDS.includes(second)) return -1;
  let stop = at;
  if (second === OPEN) {
    stop += 1;
    while (stop < end && isBetween(line[stop] as number, 0x30, QUESTION)) stop += 1;
  }
  while (stop < end && isBetween(line[stop] as number, BLANK, 0x2f)) stop += 1;
  if (stop === end) return end;
  const last = line[stop] as number;
  if (second === OPEN) return isBetween(last, FIRST_FINAL, LAST_ASCII) ? stop + 1 : stop;
  if (last === ESCAPE) return -1;
  return isBetween(last, 0x30, LAST_ASCII) ? stop + 1 : stop;
}

function isBetween(byte: number, first: number, last: number): boolean {
  return byte >= first && byte <= last;
}
