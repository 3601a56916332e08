import { isAscii } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;
/** What is made text at a time: of more than twice of it V8 would take that it lives long. */
const TEXT_BYTES = 64 * 1024;
const NEWLINE = 10;

/** One line of a file that ends in a newline. */
export interface FileLine {
  /** The line without its newline; `undefined` where it is longer than allowed. */
  readonly text: string | undefined;
  /** Offset of its first byte. */
  readonly start: number;
  /** Offset just behind its newline. */
  readonly end: number;
}

/**
 * The complete lines of a file from an offset on. What follows the last newline is not given: it may be completed later.
 * They come chunk by chunk, each of which is to be gone through before the next is asked for: an asynchronous step for each
 * line would cost more than reading it. Holds one line and one chunk at most; a line longer than `longest` bytes is passed
 * over without being kept.
 * Throws what the file system throws.
 */
export async function* readLineChunks(path: string, from: number, longest: number): AsyncGenerator<Iterable<FileLine>> {
  const file = await open(path, "r");
  try {
    yield* chunksOf(file, from, longest);
  } finally {
    await file.close();
  }
}

/** The same lines one by one. */
export async function* readLines(path: string, from: number, longest: number): AsyncGenerator<FileLine> {
  for await (const lines of readLineChunks(path, from, longest)) yield* lines;
}

async function* chunksOf(file: FileHandle, from: number, longest: number): AsyncGenerator<Iterable<FileLine>> {
  /** What follows the last newline, and where it begins in the file. */
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from;
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let position = from; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    let begin = 0;
    if (end > 0 && heldBytes > 0) {
      begin = chunk.indexOf(NEWLINE) + 1;
      const bytes = heldBytes + begin;
      const isTooLong = bytes - 1 > longest;
      yield isTooLong
        ? [{ text: undefined, start, end: start + bytes }]
        : linesIn(Buffer.concat([...held, chunk.subarray(0, begin)]), start, longest);
      held = [];
      heldBytes = 0;
      start += bytes;
    }
    if (begin < end) yield linesIn(chunk.subarray(begin, end), start, longest);
    start += Math.max(0, end - begin);
    heldBytes += bytesRead - end;
    if (heldBytes > longest) held = [];
    else if (end < bytesRead) held.push(Buffer.from(chunk.subarray(end)));
    // Of a regular file a short read is the end; asking again would double the calls for a small one.
    if (bytesRead < CHUNK_BYTES) return;
  }
}

/** @param bytes whole lines, the last one with its newline */
function* linesIn(bytes: Buffer, start: number, longest: number): Generator<FileLine> {
  for (let from = 0; from < bytes.length;) {
    const to = endOfPiece(bytes, from);
    const piece = bytes.subarray(from, to);
    if (isAscii(piece)) yield* linesOfText(piece.toString("latin1"), start + from, longest);
    else yield* linesOfBytes(piece, start + from, longest);
    from = to;
  }
}

/** Behind the last newline that a piece of text has room for, or behind the next where a line has more than that. */
function endOfPiece(bytes: Buffer, from: number): number {
  if (bytes.length - from <= TEXT_BYTES) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, from + TEXT_BYTES);
  return (last >= from ? last : bytes.indexOf(NEWLINE, from + TEXT_BYTES)) + 1;
}

function* linesOfText(text: string, start: number, longest: number): Generator<FileLine> {
  for (let from = 0; from < text.length;) {
    const to = text.indexOf("\n", from);
    yield { text: to - from > longest ? undefined : text.slice(from, to), start: start + from, end: start + to + 1 };
    from = to + 1;
  }
}

/** Where characters have several bytes, and where the bytes may be no text, only they tell where a line ends. */
function* linesOfBytes(bytes: Buffer, start: number, longest: number): Generator<FileLine> {
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(NEWLINE, from);
    const text = to - from > longest ? undefined : bytes.toString("utf8", from, to);
    yield { text, start: start + from, end: start + to + 1 };
    from = to + 1;
  }
}
