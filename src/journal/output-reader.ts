import { type FileHandle, open } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import { type OutputPiece, parseIndexLine } from "./output-index.ts";
import { segmentStarts } from "./output-segments.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** Most that is read at once. */
const CHUNK_BYTES = 32 * 1024;
/** Most that is given at once. What is found in it waits until all of it is looked at, and must not be much. */
const STEP_BYTES = 8 * 1024;
/** Most that is read of the index at once. What its lines become waits for the output that they tell of, and must not be much. */
const INDEX_CHUNK_BYTES = 4 * 1024;

/** What comes next in an output log. Offsets count from the start of the output. */
export type OutputStep =
  | {
      readonly kind: "bytes";
      readonly stream: StreamName;
      /** Milliseconds since the epoch at which they were read from the child. */
      readonly timestamp: number;
      readonly offset: number;
      /** Lent until the next step is asked for. */
      readonly bytes: Uint8Array;
    }
  /** A segment begins. */
  | { readonly kind: "segment"; readonly offset: number }
  /** What was here was removed. */
  | { readonly kind: "hole"; readonly offset: number; readonly to: number };

interface OpenSegment {
  readonly start: number;
  readonly log: FileHandle;
  readonly index: FileHandle;
}

/**
 * Reads an output log while it is written, segment by segment. A segment that is open stays readable when it is removed.
 * Throws what the file system throws.
 */
export class OutputReader {
  readonly #run: RunDirectory;
  #segment: OpenSegment | undefined;
  #indexEnd = 0;
  #pieces: OutputPiece[] = [];
  #taken = 0;
  #left = 0;
  #offset: number;
  /** How far the pieces reach: what is written behind them may still change. */
  #known: number;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** Where the bytes in the chunk begin and end. */
  #chunkStart = 0;
  #chunkEnd = 0;
  readonly #indexChunk = Buffer.allocUnsafeSlow(INDEX_CHUNK_BYTES);

  /** @param from where a segment begins */
  constructor(run: RunDirectory, from = 0) {
    this.#run = run;
    this.#offset = from;
    this.#known = from;
  }

  /** `undefined`: there is nothing more yet. */
  async next(): Promise<OutputStep | undefined> {
    for (;;) {
      const bytes = await this.#readBytes();
      if (bytes !== undefined) return bytes;
      if (await this.#readIndex()) continue;
      const start = await this.#nextStart();
      if (start === undefined) return undefined;
      // Once there is another segment this one is complete, which it may not have been above.
      if (await this.#readIndex()) continue;
      if (start > this.#offset) return this.#leap(start);
      const entered = await this.#enter(start);
      if (entered === "removed") continue;
      return entered === "entered" ? { kind: "segment", offset: start } : undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#segment?.log.close(), this.#segment?.index.close()]);
    this.#segment = undefined;
  }

  async #readBytes(): Promise<OutputStep | undefined> {
    for (;;) {
      const piece = this.#pieces[this.#taken];
      if (piece === undefined || this.#segment === undefined) return undefined;
      if (this.#offset >= this.#chunkEnd) await this.#fillChunk(this.#segment);
      const offset = this.#offset;
      const most = Math.min(this.#left, this.#chunkEnd - offset, STEP_BYTES);
      // The index is written after the log, so a log that is shorter was cut from outside.
      this.#advance(most <= 0 ? this.#left : most);
      if (most <= 0) continue;
      const { stream, timestamp } = piece;
      const start = offset - this.#chunkStart;
      return { kind: "bytes", stream, timestamp, offset, bytes: this.#chunk.subarray(start, start + most) };
    }
  }

  /** Reads what follows of all pieces together: a command may print in small ones. */
  async #fillChunk({ log, start }: OpenSegment): Promise<void> {
    const most = Math.min(this.#known - this.#offset, CHUNK_BYTES);
    const { bytesRead } = await log.read(this.#chunk, 0, most, this.#offset - start);
    this.#chunkStart = this.#offset;
    this.#chunkEnd = this.#offset + bytesRead;
  }

  #advance(bytes: number): void {
    this.#offset += bytes;
    this.#left -= bytes;
    if (this.#left > 0) return;
    this.#taken += 1;
    this.#left = this.#pieces[this.#taken]?.bytes ?? 0;
  }

  /** Whether there are pieces to read. */
  async #readIndex(): Promise<boolean> {
    if (this.#segment === undefined) return false;
    const { index } = this.#segment;
    const { buffer, bytesRead } = await index.read(this.#indexChunk, 0, INDEX_CHUNK_BYTES, this.#indexEnd);
    // What follows the last newline may be written anew after a failure, so it is read again.
    const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
    this.#indexEnd += end;
    const lines = buffer.toString("latin1", 0, end).split("\n");
    this.#pieces = lines.map(parseIndexLine).filter((piece) => piece !== undefined);
    this.#taken = 0;
    this.#left = this.#pieces[0]?.bytes ?? 0;
    this.#known = this.#pieces.reduce((sum, piece) => sum + piece.bytes, this.#offset);
    return this.#pieces.length > 0;
  }

  async #nextStart(): Promise<number | undefined> {
    const starts = await segmentStarts(this.#run);
    const { start: current } = this.#segment ?? { start: -1 };
    return starts.find((start) => start > current && start >= this.#offset);
  }

  #leap(to: number): OutputStep {
    const offset = this.#offset;
    this.#offset = to;
    return { kind: "hole", offset, to };
  }

  async #enter(start: number): Promise<"entered" | "removed" | "incomplete"> {
    const { log: logPath, index: indexPath } = this.#run.outputSegment(start);
    const log = await openIfThere(logPath);
    if (log === undefined) return "removed";
    // Made after the log, or removed after it: the next look will tell.
    const index = await openIfThere(indexPath).catch(async (error: unknown) => {
      await log.close();
      throw error;
    });
    if (index === undefined) {
      await log.close();
      return "incomplete";
    }
    await this.close();
    this.#segment = { start, log, index };
    this.#indexEnd = 0;
    return "entered";
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}
