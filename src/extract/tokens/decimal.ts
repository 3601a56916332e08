const [PLUS, MINUS, DOT] = [0x2b, 0x2d, 0x2e];

/** Powers of ten that a double has exactly. One operation with such a power and such an integer is rounded correctly. */
export const POWERS = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
] as const;
/** A whole number of so many digits is one too. */
export const EXACT_DIGITS = 15;

/**
 * The value of the ASCII number in these bytes, the same as `Number` of its text. `undefined` where that needs more than
 * one exact operation, or when it is another notation: `1,234`.
 */
export function decimalAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  const sign = bytes[at];
  if (sign === PLUS || sign === MINUS) at += 1;
  let [digits, behindDot, dotted, value] = [0, 0, false, 0];
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      digits += 1;
      if (dotted) behindDot += 1;
    } else if (byte === DOT && !dotted) {
      dotted = true;
    } else {
      break;
    }
  }
  if (digits === 0 || digits > EXACT_DIGITS) return undefined;
  const exponent = at === end ? 0 : exponentAt(bytes, at, end);
  if (exponent === undefined) return undefined;
  const power = POWERS[Math.abs(exponent - behindDot)];
  if (power === undefined) return undefined;
  const magnitude = exponent < behindDot ? value / power : value * power;
  return sign === MINUS ? -magnitude : magnitude;
}

function exponentAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (((bytes[start] ?? 0) | 0x20) !== 0x65) return undefined;
  const sign = bytes[start + 1];
  let at = start + (sign === PLUS || sign === MINUS ? 2 : 1);
  if (at >= end || end - at > 3) return undefined;
  let value = 0;
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x39) return undefined;
    value = value * 10 + byte - 0x30;
  }
  return sign === MINUS ? -value : value;
}
