import { type FileHandle, open } from "node:fs/promises";

const CHUNK_BYTES = 128 * 1024;
const NEWLINE = 10;

/** One line of a file that ends in a newline. */
export interface FileLine {
  /** The line without its newline, lent until the next one is asked for; `undefined` where it is longer than allowed. */
  readonly bytes: Buffer | undefined;
  /** Offset of its first byte. */
  readonly start: number;
  /** Offset just behind its newline. */
  readonly end: number;
}

/**
 * The complete lines of a file from an offset on. What follows the last newline is not given: it may be completed later.
 * Holds one line and one chunk at most; a line longer than `longest` bytes is passed over without being kept.
 * Throws what the file system throws.
 */
export async function* readLines(path: string, from: number, longest: number): AsyncGenerator<FileLine> {
  const file = await open(path, "r");
  try {
    yield* linesOf(file, from, longest);
  } finally {
    await file.close();
  }
}

async function* linesOf(file: FileHandle, from: number, longest: number): AsyncGenerator<FileLine> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from;
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let position = from; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    const chunk = buffer.subarray(0, bytesRead);
    let begin = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, begin)) {
      const length = heldBytes + at - begin;
      const end = position + at + 1;
      const last = chunk.subarray(begin, at);
      const bytes = length > longest ? undefined : held.length === 0 ? last : Buffer.concat([...held, last]);
      yield { bytes, start, end };
      held = [];
      heldBytes = 0;
      begin = at + 1;
      start = end;
    }
    position += bytesRead;
    heldBytes += bytesRead - begin;
    if (heldBytes > longest) held = [];
    else if (begin < bytesRead) held.push(Buffer.from(chunk.subarray(begin)));
    // Of a regular file a short read is the end; asking again would double the calls for a small one.
    if (bytesRead < CHUNK_BYTES) return;
  }
}
