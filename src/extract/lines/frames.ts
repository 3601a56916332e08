import type { LineReader } from "./console-lines.ts";

const [ESCAPE, LIST, NEWLINE] = [0x1b, 0x5b, 0x0a];
const [UP, UP_TO_START, TO_COLUMN] = [0x41, 0x46, 0x47];

/** A display is not higher than a screen. */
const MOST_ROWS = 200;

/** An escape sequence that moves the cursor is no longer than this. */
const LONGEST_MOVE = 6;

const END_OF_PIECE = Buffer.of(NEWLINE);
const RETURN = Buffer.of(0x0d);

/** Where a display that is drawn again and again has its cursor. Rows are counted from any place. */
export interface FramePlace {
  readonly row: number;
  /** The lowest row so far. */
  readonly bottom: number;
  /** How many rows the cursor went up at most. */
  readonly reach: number;
  /** Newlines since it went up last. */
  readonly newlines: number;
}

/** Hands the bytes of one stream to a line reader, and knows which row of a display each line is in. */
export interface Frames {
  push(chunk: Uint8Array, timestamp: number, offset: number): void;
  end(): void;
  /** Bytes are missing here. */
  skip(): void;
  /** The row of the line that is handed on now, and the first that the cursor may still come to; `undefined` in no display. */
  readonly place: FramePlace | undefined;
  memory(): FramesMemory;
  recall(memory: FramesMemory): void;
}

export interface FramesMemory {
  readonly place: FramePlace | undefined;
  readonly carry: Uint8Array;
}

/**
 * Several bars, and tables and panels that live, are drawn anew by going up (`ESC [ 5 A`, ECMA-48 §8.3.22): what stands
 * before such a move is a line of its own, and what follows is in a row that was there before. A move to the first column
 * of the row (`ESC [ G`, §8.3.9) is a carriage return.
 * @param onLeft the display is no more: lines have come for which nobody went up
 */
export function createFrames(reader: LineReader, onLeft: () => void): Frames {
  let place: FramePlace | undefined;
  /** The beginning of an escape sequence that the chunk before this one ended in. */
  let carry: Uint8Array = new Uint8Array(0);
  let lastTimestamp = 0;
  let nextOffset = 0;

  function feed(piece: Uint8Array, timestamp: number, offset: number): void {
    let from = 0;
    while (place !== undefined && from < piece.length) {
      const at = piece.indexOf(NEWLINE, from);
      if (at === -1) break;
      reader.push(piece.subarray(from, at + 1), timestamp, offset + from);
      from = at + 1;
      place = below(place);
      // A display may let some lines pass above it.
      if (place.newlines <= 2 * place.reach + 4) continue;
      place = undefined;
      onLeft();
    }
    if (from < piece.length) reader.push(from === 0 ? piece : piece.subarray(from), timestamp, offset + from);
  }

  function goUp(rows: number, timestamp: number, offset: number): void {
    place ??= { row: 0, bottom: 0, reach: 0, newlines: 0 };
    reader.push(END_OF_PIECE, timestamp, offset);
    const row = place.row - rows;
    const { bottom } = place;
    place = { row, bottom, reach: Math.min(MOST_ROWS, Math.max(place.reach, bottom - row)), newlines: 0 };
  }

  return {
    get place() {
      return place;
    },
    push(chunk, timestamp, offset) {
      const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
      const base = offset - carry.length;
      const stop = unfinishedAt(bytes);
      carry = bytes.slice(stop);
      let from = 0;
      for (let at = bytes.indexOf(ESCAPE); at !== -1 && at < stop; at = bytes.indexOf(ESCAPE, at + 1)) {
        const move = moveAt(bytes, at);
        if (move === undefined) continue;
        if (at > from) feed(bytes.subarray(from, at), timestamp, base + from);
        if (move.rows === 0) reader.push(RETURN, timestamp, base + at);
        else goUp(move.rows, timestamp, base + at);
        from = move.end;
      }
      if (from < stop)
        feed(stop === bytes.length && from === 0 ? bytes : bytes.subarray(from, stop), timestamp, base + from);
      lastTimestamp = timestamp;
      nextOffset = base + stop;
    },
    end() {
      if (carry.length > 0) reader.push(carry, lastTimestamp, nextOffset);
      carry = new Uint8Array(0);
      reader.end();
    },
    skip() {
      place = undefined;
      carry = new Uint8Array(0);
      reader.skip();
    },
    memory: () => ({ place, carry }),
    recall(memory) {
      ({ place, carry } = memory);
    },
  };
}

function below({ row, bottom, reach, newlines }: FramePlace): FramePlace {
  return { row: row + 1, bottom: Math.max(bottom, row + 1), reach, newlines: newlines + 1 };
}

/** The move that begins at `at`: so many rows up for `ESC [ A` and `ESC [ 3 F`, none for `ESC [ G`. */
function moveAt(bytes: Uint8Array, at: number): { readonly rows: number; readonly end: number } | undefined {
  if (bytes[at + 1] !== LIST) return undefined;
  let number = 0;
  let end = at + 2;
  for (; end < at + LONGEST_MOVE; end += 1) {
    const byte = bytes[end] ?? 0;
    if (byte < 0x30 || byte > 0x39) break;
    number = number * 10 + byte - 0x30;
  }
  const kind = bytes[end];
  if (kind === TO_COLUMN) return number <= 1 ? { rows: 0, end: end + 1 } : undefined;
  if (kind !== UP && kind !== UP_TO_START) return undefined;
  return { rows: Math.max(1, number), end: end + 1 };
}

/** The index of an escape sequence at the end that may become a move; the length where there is none. */
function unfinishedAt(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0 && at > bytes.length - LONGEST_MOVE; at -= 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ESCAPE) return at;
    if (byte !== LIST && (byte < 0x30 || byte > 0x39)) break;
  }
  return bytes.length;
}
