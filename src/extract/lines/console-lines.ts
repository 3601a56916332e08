import { epochOf, nextEpochWord } from "./bar-epochs.ts";
import {
  add,
  clear,
  emptySegment,
  keptLength,
  LINE_LIMIT,
  memoryOf,
  recalled,
  type Segment,
  type SegmentMemory,
} from "./line-segment.ts";
import { isDrawnBar } from "./drawn-bars.ts";
import { mayMatter } from "./number-bytes.ts";
import { visibleText } from "./terminal-text.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const ESCAPE = 0x1b;
const BACKSPACE = 0x08;

/**
 * A stretch of redraws longer than this many bytes gives a line although no newline came, so that a bar that is redrawn
 * for hours has points too. Counted in bytes, not in time: the same bytes must give the same lines on every reading.
 */
export const STRETCH_LIMIT = 64 * 1024;

/**
 * Takes the bytes from `start` to `end`, which hold one line and no newline. They are lent for the call only.
 * `timestamp` and `offset` are those of a `ConsoleLine`.
 */
export type LineHandler = (bytes: Uint8Array, start: number, end: number, timestamp: number, offset: number) => void;

/** Cuts the bytes of one stream into lines as a person would have seen them. */
export interface LineReader {
  /** `offset` is the position of the chunk's first byte in the output log. */
  push(chunk: Uint8Array, timestamp: number, offset: number): void;
  /** The stream has ended: the line that has no newline yet. */
  end(): void;
  /** Bytes are missing here: the line before them has no end, and what comes up to the next newline has no beginning. */
  skip(): void;
  /** What is remembered between two chunks; valid until the next call. */
  memory(): LineMemory;
  /** Goes on as the reader did that had this memory. */
  recall(memory: LineMemory): void;
}

/** A line reader between two chunks. */
export interface LineMemory {
  readonly current: SegmentMemory;
  readonly drawn: SegmentMemory;
  readonly under?: SegmentMemory;
  readonly isWiped?: boolean;
  readonly stretch: number;
  readonly lastTimestamp: number;
  readonly lastOffset: number;
  readonly skipping: boolean;
}

/**
 * Where a line ends that may be left out, which begins at `start`: the index of its newline, or `end` where there is none
 * before it; -1 for any other line. Such a line has no carriage return, and neither has a beginning of it more to say.
 */
export type EmptyLineEnd = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * Lines that cannot matter (see `mayMatter`) are left out before they are decoded. Of a line that was redrawn after carriage
 * returns, the last state that shows anything counts, the last one of each epoch where the states say it, and a bar that was
 * wiped out for a text that ends the line. The lines do not depend on where the chunks were cut.
 */
export function createLineReader(onLine: LineHandler, emptyLineEnd?: EmptyLineEnd): LineReader {
  /** Bytes since the last newline or carriage return. */
  let current = emptySegment();
  /** The last state that a carriage return ended and that showed anything; empty when there is none. */
  let drawn = emptySegment();
  /** The bar that was wiped out with blanks for the text that is drawn now; empty when there is none. */
  let under = emptySegment();
  /** Whether blanks were drawn behind the last state. */
  let isWiped = false;
  let stretch = 0;
  let lastTimestamp = 0;
  let lastOffset = 0;
  /** The beginning of the line is missing. */
  let skipping = false;
  /** Where in the chunk the next word for an epoch may stand. */
  let spoken = -1;

  /** Ends the segment: it replaces the state drawn before, unless it is blank. What was drawn of another epoch is a line. */
  function settle(timestamp: number, offset: number): void {
    if (showsSomething(current.bytes, 0, current.length)) {
      const before = epochOf(drawn.bytes, 0, drawn.length);
      const now = before === -1 ? -1 : epochOf(current.bytes, 0, current.length);
      const isOther = now !== -1 && now !== before;
      if (isOther) handOn(drawn, timestamp, offset);
      clear(under);
      if (!isOther && isWiped && isBar(drawn) && !isBar(current)) [drawn, under] = [under, drawn];
      [current, drawn] = [drawn, current];
      isWiped = false;
    } else if (current.length > 0) isWiped = true;
    clear(current);
  }

  function handOn(segment: Segment, timestamp: number, offset: number): void {
    if (mayMatter(segment.bytes, 0, segment.length)) onLine(segment.bytes, 0, keptLength(segment), timestamp, offset);
  }

  function finishLine(timestamp: number, offset: number): void {
    settle(timestamp, offset);
    stretch = 0;
    handOn(under, timestamp, offset);
    handOn(drawn, timestamp, offset);
    forget();
  }

  const isBar = ({ bytes, length }: Segment): boolean => isDrawnBar(bytes, 0, length);

  function forget(): void {
    clear(drawn);
    clear(under);
    isWiped = false;
  }

  /** Whether states of the chunk, or the one before them, may say their epoch, so that each has to be looked at. */
  function maySayEpochs(chunk: Uint8Array, start: number, end: number): boolean {
    if (spoken < start) spoken = nextEpochWord(chunk, start);
    return spoken < end || epochOf(drawn.bytes, 0, drawn.length) !== -1;
  }

  function appendEach(chunk: Uint8Array, start: number, end: number, timestamp: number, base: number): void {
    let from = start;
    for (let at = indexOrEnd(chunk, RETURN, from); at < end; at = indexOrEnd(chunk, RETURN, from)) {
      add(current, chunk, from, at);
      settle(timestamp, base + at + 1);
      from = at + 1;
    }
    add(current, chunk, from, end);
  }

  /** Appends bytes that hold no newline; of the states they redraw, only the last that shows anything is looked for. */
  function append(chunk: Uint8Array, start: number, end: number, timestamp: number, base: number): void {
    const returned = lastReturn(chunk, start, end);
    if (returned === -1) return add(current, chunk, start, end);
    if (maySayEpochs(chunk, start, end)) return appendEach(chunk, start, end, timestamp, base);
    let stop = returned;
    let hasBlanks = false;
    for (;;) {
      const before = lastReturn(chunk, start, stop);
      if (before === -1) {
        add(current, chunk, start, stop);
        settle(timestamp, base + stop + 1);
        break;
      }
      if (showsSomething(chunk, before + 1, Math.min(stop, before + 1 + LINE_LIMIT))) {
        if (mayBeOver(chunk, start, before + 1, stop)) return appendEach(chunk, start, end, timestamp, base);
        clear(current);
        forget();
        add(drawn, chunk, before + 1, stop);
        break;
      }
      hasBlanks ||= stop > before + 1;
      stop = before;
    }
    isWiped ||= hasBlanks;
    add(current, chunk, returned + 1, end);
  }

  /** The bytes from `start` to `end` of the chunk hold no newline. */
  function take(chunk: Uint8Array, start: number, end: number, timestamp: number, base: number): void {
    let from = start;
    while (from < end) {
      // The first carriage return at which the stretch is over.
      const earliest = from + Math.max(0, STRETCH_LIMIT - stretch - 1);
      const over = earliest < end ? chunk.subarray(0, end).indexOf(RETURN, earliest) : -1;
      const stop = over === -1 ? end : over + 1;
      append(chunk, from, stop, timestamp, base);
      stretch += stop - from;
      if (over !== -1) finishLine(timestamp, base + stop);
      from = stop;
    }
  }

  /** Like `append` and `finishLine` for a line that one chunk has from start to newline, but with no copy. */
  function takeRedrawn(chunk: Uint8Array, start: number, end: number, timestamp: number, offset: number): void {
    let stop = end;
    let from = lastReturn(chunk, start, end) + 1;
    while (from > start && !showsSomething(chunk, from, stop)) {
      stop = from - 1;
      from = lastReturn(chunk, start, stop) + 1;
    }
    from = Math.max(from, start);
    if (from === start || !mayBeOver(chunk, start, from, stop)) {
      if (mayMatter(chunk, from, stop)) onLine(chunk, from, stop, timestamp, offset);
      return;
    }
    take(chunk, start, end, timestamp, offset - end - 1);
    finishLine(timestamp, offset);
  }

  /** Where the first line from `start` on begins that is not left out, of those that the chunk has whole. */
  function behindEmptyLines(chunk: Uint8Array, start: number): number {
    if (emptyLineEnd === undefined) return start;
    let from = start;
    while (from < chunk.length) {
      const end = emptyLineEnd(chunk, from, Math.min(chunk.length, from + LINE_LIMIT));
      if (end === -1 || chunk[end] !== NEWLINE) break;
      from = end + 1;
    }
    return from;
  }

  return {
    push(chunk, timestamp, offset) {
      let from = skipping ? behindLineEnd(chunk) : 0;
      let returned = -1;
      spoken = -1;
      if (from > 0) skipping = false;
      else if (skipping) from = chunk.length;
      while (from < chunk.length) {
        if (stretch === 0 && current.length === 0 && drawn.length === 0) {
          from = behindEmptyLines(chunk, from);
          if (from === chunk.length) break;
        }
        // Looked for again only behind the last one found, so that a chunk is searched once.
        if (returned < from) returned = indexOrEnd(chunk, RETURN, from);
        const end = indexOrEnd(chunk, NEWLINE, from);
        const behind = offset + end + 1;
        const isWhole = end < chunk.length && current.length === 0 && drawn.length === 0;
        if (isWhole && end - from + stretch < Math.min(STRETCH_LIMIT, LINE_LIMIT)) {
          if (returned < end - 1 && maySayEpochs(chunk, from, end)) {
            take(chunk, from, end, timestamp, offset);
            finishLine(timestamp, behind);
          } else if (returned < end) takeRedrawn(chunk, from, end, timestamp, behind);
          else if (mayMatter(chunk, from, end)) onLine(chunk, from, end, timestamp, behind);
          stretch = 0;
        } else {
          take(chunk, from, end, timestamp, offset);
          if (end < chunk.length) finishLine(timestamp, behind);
        }
        from = end + 1;
      }
      lastTimestamp = timestamp;
      lastOffset = offset + chunk.length;
    },
    end() {
      finishLine(lastTimestamp, lastOffset);
    },
    skip() {
      clear(current);
      forget();
      stretch = 0;
      skipping = true;
    },
    memory: () => ({
      current: memoryOf(current),
      drawn: memoryOf(drawn),
      under: memoryOf(under),
      isWiped,
      stretch,
      lastTimestamp,
      lastOffset,
      skipping,
    }),
    recall(memory) {
      current = recalled(memory.current);
      drawn = recalled(memory.drawn);
      under = memory.under === undefined ? emptySegment() : recalled(memory.under);
      isWiped = memory.isWiped ?? false;
      ({ stretch, lastTimestamp, lastOffset, skipping } = memory);
    },
  };
}

/** The index behind the first newline or carriage return; 0 when there is none. */
function behindLineEnd(chunk: Uint8Array): number {
  const end = Math.min(indexOrEnd(chunk, NEWLINE, 0), indexOrEnd(chunk, RETURN, 0));
  return end === chunk.length ? 0 : end + 1;
}

/** So many bytes are looked at one by one, which costs less than a call of the native search: most lines are short. */
const NEAR = 64;

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const near = Math.min(bytes.length, from + NEAR);
  for (let at = from; at < near; at += 1) if (bytes[at] === byte) return at;
  const found = near === bytes.length ? -1 : bytes.indexOf(byte, near);
  return found === -1 ? bytes.length : found;
}

/** From this many bytes on, the native search is worth the view that it needs. */
const LONG = 1024;

/** The index of the last carriage return in this range, or -1. */
function lastReturn(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > LONG) {
    const found = bytes.subarray(start, end).lastIndexOf(RETURN);
    return found === -1 ? -1 : start + found;
  }
  for (let index = end - 1; index >= start; index -= 1) {
    if (bytes[index] === RETURN) return index;
  }
  return -1;
}

/** Whether the state from `from` to `end` may be a text for which a bar was wiped out: nothing is to be seen right before it. */
function mayBeOver(bytes: Uint8Array, start: number, from: number, end: number): boolean {
  const before = lastReturn(bytes, start, from - 1) + 1;
  return (before === 0 || !showsSomething(bytes, before, from - 1)) && !isDrawnBar(bytes, from, end);
}

function showsSomething(bytes: Uint8Array, start: number, end: number): boolean {
  let shown = false;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    // Escape sequences and backspaces have printable bytes and may still leave nothing to see.
    if (byte === ESCAPE || byte === BACKSPACE) return visibleText(bytes.subarray(start, end)) !== "";
    if (byte > 0x20) shown = true;
  }
  return shown;
}
