const [PERCENT, BAR] = [0x25, 0x7c];

/** The first bytes of a line or a block that a bar is drawn with. */
const [DRAWN, OF_LINES, OF_BLOCKS] = [0xe2, 0x94, 0x96];

/** Whether a state of a line is a bar: `40%|####      |`, or one of lines or blocks. */
export function isDrawnBar(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end - 1; at += 1) {
    const [byte, next] = [bytes[at], bytes[at + 1]];
    if (byte === PERCENT && next === BAR) return true;
    if (byte === DRAWN && (next === OF_LINES || next === OF_BLOCKS)) return true;
  }
  return false;
}
