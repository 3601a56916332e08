import { createVisibleBytes } from "./visible-bytes.ts";

const ESCAPE = "\u001b";
const BACKSPACE = "\b";
const BLANK = 0x20;

// ECMA-48 §5.4 control sequences, and operating system commands up to BEL or ST. An unfinished one takes what is left of
// its own characters only, so every pattern is linear.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL_SEQUENCE = /\u001b\[[0-?]*[ -/]*[@-~]?/g;
// oxlint-disable-next-line no-control-regex -- see above
const SYSTEM_COMMAND = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
// oxlint-disable-next-line no-control-regex -- see above
const OTHER_ESCAPE = /\u001b[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex -- see above
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\ufeff]/g;
// oxlint-disable-next-line no-control-regex -- see above
const HAS_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\ufeff]/;

/** What no program prints as text: bytes that are no UTF-8, and controls that steer no terminal. */
// oxlint-disable-next-line no-control-regex -- see above
const STRAY = /[\u0001-\u0006\u0010-\u001a\u001c-\u001f\u007f-\u009f\ufffd]/g;

/** One stray character in so many makes bytes binary. Text of another encoding, such as Latin-1, has fewer. */
const STRAY_SHARE = 8;

/**
 * What a terminal would show of these bytes: without colours, cursor movement and titles, with backspaces applied, and
 * without blanks at the end. Bytes that are no UTF-8 become U+FFFD.
 */
export function visibleText(bytes: Uint8Array): string {
  return plainlyShown(bytes, 0, bytes.length) ?? shown(decode(bytes, 0, bytes.length));
}

/** The same for a line in which metrics are looked for: nothing of binary data, such as an image sent to the terminal. */
export function searchableText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  // Blanks at the end are no part of it from the beginning: a text that is cut from another is slower to look at.
  const plain = plainlyShown(bytes, start, end);
  if (plain !== undefined) return plain;
  let stop = end;
  while (stop > start && bytes[stop - 1] === BLANK) stop -= 1;
  const text = decode(bytes, start, stop);
  if (!HAS_CONTROLS.test(text) && !text.includes("\ufffd")) return text.trimEnd();
  const whole = stop === end ? text : decode(bytes, start, end);
  return isBinary(whole) ? "" : shown(whole);
}

const visible = createVisibleBytes();

/** The same without patterns, for most lines. */
function plainlyShown(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = visible.write(bytes, start, end);
  return length === -1 ? undefined : asciiText(visible.bytes, 0, length);
}

function isBinary(text: string): boolean {
  return (text.match(STRAY)?.length ?? 0) * STRAY_SHARE > text.length;
}

/** The text of bytes that are known to be printable ASCII. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString("latin1", start, end);
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString("utf8", start, end);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function shown(decoded: string): string {
  let text = decoded;
  if (!HAS_CONTROLS.test(text)) return text.trimEnd();
  if (text.includes(ESCAPE)) {
    text = text.replace(SYSTEM_COMMAND, "").replace(CONTROL_SEQUENCE, "").replace(OTHER_ESCAPE, "");
  }
  if (text.includes(BACKSPACE)) text = applyBackspaces(text);
  return text.replace(CONTROLS, "").trimEnd();
}

/** A backspace moves the cursor and erases nothing: only what is written after it replaces what stood there. */
function applyBackspaces(text: string): string {
  const cells: string[] = [];
  let cursor = 0;
  for (const character of text) {
    if (character === BACKSPACE) {
      cursor = Math.max(0, cursor - 1);
    } else {
      cells[cursor] = character;
      cursor += 1;
    }
  }
  return cells.join("");
}
