const BACKSPACE = 0x08;
const ESCAPE = 0x1b;

/** Whether these bytes have a digit, or the letters of `nan` or `inf` in any case. */
export function mayHoldNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte <= 0x39) {
      if (byte >= 0x30) return true;
    } else if (isNotFinite(bytes, index, end)) {
      return true;
    }
  }
  return false;
}

/**
 * Whether bytes without a digit have `nan` or `inf` that may be a number of its own: not the `INFO` of a log line. Letters
 * that follow must be able to make `infinity` or a unit.
 */
export function mayHoldNotFinite(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    // What is hidden between letters would have to be taken away first.
    if (byte === BACKSPACE || byte === ESCAPE) return true;
    if (isNotFinite(bytes, index, end)) {
      const next = index + 3 < end ? (bytes[index + 3] ?? 0) | 0x20 : 0;
      const goesOn = next >= 0x61 && next <= 0x7a;
      // `inity`, `ms`, `us`, `s`
      if (!goesOn || next === 0x69 || next === 0x6d || next === 0x75 || next === 0x73) return true;
    }
  }
  return false;
}

function isNotFinite(bytes: Uint8Array, index: number, end: number): boolean {
  const letter = (bytes[index] ?? 0) | 0x20;
  if (letter !== 0x6e && letter !== 0x69) return false;
  if (index + 2 >= end) return false;
  const [second, third] = letter === 0x6e ? [0x61, 0x6e] : [0x6e, 0x66];
  return ((bytes[index + 1] ?? 0) | 0x20) === second && ((bytes[index + 2] ?? 0) | 0x20) === third;
}
