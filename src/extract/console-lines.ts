import type { ConsoleLine } from "../model/extract.ts";
import type { StreamName } from "../model/run.ts";
import { visibleText } from "./terminal-text.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const ESCAPE = 0x1b;
const BACKSPACE = 0x08;

/** Bytes kept of one line; what comes behind is not looked at. A line of metrics is far shorter. */
export const LINE_LIMIT = 64 * 1024;

/**
 * A stretch of redraws longer than this many bytes gives a line although no newline came, so that a bar that is redrawn
 * for hours has points too. Counted in bytes, not in time: the same bytes must give the same lines on every reading.
 */
export const STRETCH_LIMIT = 64 * 1024;

/** Cuts the bytes of one stream into lines as a person would have seen them. */
export interface LineReader {
  /** `offset` is the position of the chunk's first byte in the output log. */
  push(chunk: Uint8Array, timestamp: number, offset: number): ConsoleLine[];
  /** The stream has ended: the line that has no newline yet. */
  end(): ConsoleLine[];
}

/**
 * Lines that cannot hold a number are left out before they are decoded. Of a line that was redrawn after carriage
 * returns, the last state that shows anything counts. The lines do not depend on where the chunks were cut.
 */
export function createLineReader(stream: StreamName): LineReader {
  /** Bytes since the last newline or carriage return. */
  let current = emptySegment();
  /** The last state that a carriage return ended, when it showed anything. */
  let drawn: Segment | undefined;
  let stretch = 0;
  let lastTimestamp = 0;
  let lastOffset = 0;

  /** Ends the segment: it replaces the state drawn before, unless it is blank. */
  function settle(): void {
    if (current.length > 0 && showsSomething(current)) {
      drawn = current;
      current = emptySegment();
    } else {
      current.length = 0;
      current.cut = false;
    }
  }

  function finishLine(into: ConsoleLine[], timestamp: number, offset: number): void {
    settle();
    const segment = drawn;
    drawn = undefined;
    stretch = 0;
    if (segment === undefined || !mayHoldNumber(segment.bytes, 0, segment.length)) return;
    const text = visibleText(keptBytes(segment));
    if (text !== "") into.push({ text, stream, timestamp, offset });
  }

  /** The bytes from `start` to `end` of the chunk hold no newline. */
  function take(
    chunk: Uint8Array,
    start: number,
    end: number,
    into: ConsoleLine[],
    timestamp: number,
    base: number,
  ): void {
    // Searched within the line only: a search to the end of the chunk for each line would be quadratic.
    const line = chunk.subarray(start, end);
    let from = 0;
    while (from < line.length) {
      const found = line.indexOf(RETURN, from);
      append(current, line, from, found === -1 ? line.length : found);
      if (found === -1) {
        stretch += line.length - from;
        return;
      }
      stretch += found + 1 - from;
      from = found + 1;
      settle();
      if (stretch >= STRETCH_LIMIT) finishLine(into, timestamp, base + start + from);
    }
  }

  return {
    push(chunk, timestamp, offset) {
      const lines: ConsoleLine[] = [];
      let from = 0;
      while (from < chunk.length) {
        const newline = chunk.indexOf(NEWLINE, from);
        const end = newline === -1 ? chunk.length : newline;
        const whole = newline !== -1 && current.length === 0 && drawn === undefined;
        // A whole line without a number needs no copy: nothing of it outlives this call.
        if (!whole || mayHoldNumber(chunk, from, end)) {
          take(chunk, from, end, lines, timestamp, offset);
          if (newline !== -1) finishLine(lines, timestamp, offset + newline + 1);
        } else {
          stretch = 0;
        }
        from = end + 1;
      }
      lastTimestamp = timestamp;
      lastOffset = offset + chunk.length;
      return lines;
    },
    end() {
      const lines: ConsoleLine[] = [];
      finishLine(lines, lastTimestamp, lastOffset);
      return lines;
    },
  };
}

interface Segment {
  bytes: Uint8Array;
  length: number;
  /** Whether bytes were left out at its end. */
  cut: boolean;
}

function emptySegment(): Segment {
  return { bytes: new Uint8Array(256), length: 0, cut: false };
}

function append(segment: Segment, chunk: Uint8Array, start: number, end: number): void {
  const room = LINE_LIMIT - segment.length;
  if (end - start > room) segment.cut = true;
  const stop = Math.min(end, start + room);
  if (stop <= start) return;
  const needed = segment.length + stop - start;
  if (needed > segment.bytes.length) {
    const grown = new Uint8Array(Math.min(LINE_LIMIT, Math.max(needed, segment.bytes.length * 2)));
    grown.set(segment.bytes.subarray(0, segment.length));
    segment.bytes = grown;
  }
  segment.bytes.set(chunk.subarray(start, stop), segment.length);
  segment.length = needed;
}

/** A line that was cut ends at its last blank: half a number would be a wrong number. */
function keptBytes(segment: Segment): Uint8Array {
  const bytes = segment.bytes.subarray(0, segment.length);
  if (!segment.cut) return bytes;
  return bytes.subarray(0, Math.max(0, bytes.lastIndexOf(0x20)));
}

function showsSomething(segment: Segment): boolean {
  const bytes = segment.bytes.subarray(0, segment.length);
  // Escape sequences and backspaces have printable bytes and may still leave nothing to see.
  if (bytes.includes(ESCAPE) || bytes.includes(BACKSPACE)) return visibleText(bytes) !== "";
  return bytes.some((byte) => byte > 0x20);
}

/** Whether these bytes have a digit, or the letters of `nan` or `inf` in any case. */
function mayHoldNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte <= 0x39) {
      if (byte >= 0x30) return true;
    } else if (index + 2 < end) {
      const letter = byte | 0x20;
      if (letter === 0x6e && isPair(bytes, index + 1, 0x61, 0x6e)) return true;
      if (letter === 0x69 && isPair(bytes, index + 1, 0x6e, 0x66)) return true;
    }
  }
  return false;
}

function isPair(bytes: Uint8Array, index: number, first: number, second: number): boolean {
  return ((bytes[index] ?? 0) | 0x20) === first && ((bytes[index + 1] ?? 0) | 0x20) === second;
}
