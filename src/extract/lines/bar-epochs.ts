const [BLANK, SHARP, PERCENT, OPEN, COLON, EQUALS, LIST] = [0x20, 0x23, 0x25, 0x28, 0x3a, 0x3d, 0x5b];
const [E, P, O, C, H] = [0x65, 0x70, 0x6f, 0x63, 0x68];

const WORD = Buffer.from("poch");

/** How far into a state its epoch may begin: behind `Training `, and a colour. */
const LEAD = 48;

/** The index from `from` on at which some word for an epoch may stand; the length where there is none. */
export function nextEpochWord(bytes: Uint8Array, from: number): number {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.indexOf(WORD, from);
  return found === -1 ? bytes.length : found;
}

/**
 * Which epoch a state of a progress bar begins with: 3 for `Epoch 3:  40%|███▌ |` and `Training epoch [3/10]`; -1 where it
 * says none.
 */
export function epochOf(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end, start + LEAD);
  for (let at = start; at < stop; at += 1) {
    if (((bytes[at] as number) | 0x20) === E && isWordAt(bytes, at + 1)) return numberBehind(bytes, at + 5, end);
  }
  return -1;
}

function isWordAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === P && bytes[at + 1] === O && bytes[at + 2] === C && bytes[at + 3] === H;
}

/** The number behind the word. A percentage is none: what a bar has counted changes before or behind what it says of it. */
function numberBehind(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSign(bytes[at] as number)) at += 1;
  const behind = digitsEnd(bytes, at, end);
  if (behind === at) return -1;
  return bytes[behind] === PERCENT ? -1 : valueOf(bytes, at, behind);
}

function isSign(byte: number): boolean {
  return byte === BLANK || byte === COLON || byte === SHARP || byte === EQUALS || byte === LIST || byte === OPEN;
}

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1;
  return at;
}

function valueOf(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + (bytes[at] as number) - 0x30;
  return value;
}
