import { constants, type FileHandle, open } from "node:fs/promises";
import { readLines } from "./lines.ts";
import { indexLine, type OutputPiece, parseIndexLine } from "./output-index.ts";
import type { SegmentFiles } from "./run-directory.ts";

/** Longer than any line of the index. */
const LONGEST_INDEX_LINE = 64;

/** A piece of output on its way to the disk. */
export interface WaitingPiece extends Pick<OutputPiece, "stream" | "timestamp"> {
  readonly bytes: Uint8Array;
}

/** What became of some pieces. */
export interface Written {
  /** How many of them are in both files; those behind are lost. */
  readonly pieces: number;
  /** Why not all. */
  readonly error?: unknown;
}

/** One segment of the output log, open to be written: the log and its index. */
export class OutputSegment {
  readonly #log: FileHandle;
  readonly #index: FileHandle;
  #logEnd = 0;
  #indexEnd = 0;
  #isTorn = false;

  /** A new segment, or one in the place of what is there. */
  static async create(files: SegmentFiles): Promise<OutputSegment> {
    return openSegment(files, constants.O_TRUNC);
  }

  /** Goes on behind the last piece that a killed writer has completed; what it has left beyond is lost. */
  static async continue(files: SegmentFiles): Promise<OutputSegment> {
    const segment = await openSegment(files, 0);
    try {
      await segment.#cutAtLastPiece(files.index);
    } catch (error) {
      await segment.close();
      throw error;
    }
    return segment;
  }

  /** Called by `create` and `continue`. */
  constructor(log: FileHandle, index: FileHandle) {
    this.#log = log;
    this.#index = index;
  }

  /** Bytes of output. */
  get logBytes(): number {
    return this.#logEnd;
  }

  /** Bytes on disk, those of the index included. */
  get size(): number {
    return this.#logEnd + this.#indexEnd;
  }

  /**
   * Writes at known positions: after a failure the next pieces take the place of the half-written ones. The log comes
   * first, so that what the index says is there. Never throws.
   */
  async write(pieces: readonly WaitingPiece[]): Promise<Written> {
    const log = await writeAll(
      this.#log,
      pieces.map(({ bytes }) => bytes),
      this.#logEnd,
    );
    if ("error" in log) return this.#torn(0, log.error);
    const lines = pieces.map(indexLineOf);
    const index = await writeAll(this.#index, [Buffer.from(lines.join(""), "latin1")], this.#indexEnd);
    if (!("error" in index)) {
      this.#logEnd += log.written;
      this.#indexEnd += index.written;
      return { pieces: pieces.length };
    }
    // A reader may have seen the lines that are whole: what they stand for has its place.
    let kept = 0;
    let end = 0;
    for (const [at, line] of lines.entries()) {
      if (end + line.length > index.written) break;
      end += line.length;
      kept += 1;
      this.#logEnd += pieces[at]?.bytes.length ?? 0;
    }
    this.#indexEnd += end;
    return this.#torn(kept, index.error);
  }

  /** Leaves nothing behind the last complete piece. */
  async close(): Promise<void> {
    // What refuses to be cut is no file to be cut, or on a disk that is gone: nothing to be done about either.
    if (this.#isTorn) await this.#cut().catch(() => {});
    await Promise.all([this.#log.close(), this.#index.close()]);
  }

  #torn(pieces: number, error: unknown): Written {
    this.#isTorn = true;
    return { pieces, error };
  }

  async #cutAtLastPiece(path: string): Promise<void> {
    const { size } = await this.#log.stat();
    for await (const { text, end } of readLines(path, 0, LONGEST_INDEX_LINE)) {
      const piece = parseIndexLine(text ?? "");
      if (piece === undefined || this.#logEnd + piece.bytes > size) break;
      this.#logEnd += piece.bytes;
      this.#indexEnd = end;
    }
    await this.#cut();
  }

  async #cut(): Promise<void> {
    await this.#log.truncate(this.#logEnd);
    await this.#index.truncate(this.#indexEnd);
  }
}

/** Bytes that a piece takes in both files, about. */
export function sizeOnDisk(piece: WaitingPiece): number {
  return piece.bytes.length + indexLineOf(piece).length;
}

function indexLineOf({ stream, timestamp, bytes }: WaitingPiece): string {
  return indexLine({ stream, timestamp, bytes: bytes.length });
}

async function openSegment({ log: path, index }: SegmentFiles, truncate: number): Promise<OutputSegment> {
  // Writing at a position needs a file that was not opened to append.
  const flags = constants.O_RDWR | constants.O_CREAT | truncate;
  const log = await open(path, flags, 0o600);
  try {
    return new OutputSegment(log, await open(index, flags, 0o600));
  } catch (error) {
    await log.close();
    throw error;
  }
}

type Outcome = { readonly written: number } | { readonly written: number; readonly error: unknown };

/** Writes all pieces, one behind the other, and says how many bytes of them are there. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<Outcome> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let written = 0;
  try {
    written = (await file.writev(pieces, position)).bytesWritten;
    if (written === length) return { written };
    // A disk that takes only a part mostly refuses the rest, and then says why.
    const all = Buffer.concat(pieces);
    while (written < length) {
      written += (await file.write(all, written, length - written, position + written)).bytesWritten;
    }
    return { written };
  } catch (error) {
    return { written, error };
  }
}
