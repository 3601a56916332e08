import { type FileHandle, open } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import { type IndexedChunk, readIndex } from "./output-index.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

const MOST_BYTES = 64 * 1024;

/** A piece of what the child printed. */
export interface OutputChunk {
  readonly stream: StreamName;
  /** Milliseconds since the epoch at which it was read from the child. */
  readonly timestamp: number;
  /** Where it begins in the output log. */
  readonly offset: number;
  /** 64 KiB at most; never empty. */
  readonly bytes: Buffer;
}

/**
 * What a child printed that has ended, piece by piece from an offset of the output log on. A log without its index, or
 * with more than its index tells of, is given as stdout at the last time that is known. A run without output log has
 * no pieces. Throws what the file system throws.
 */
export async function* readOutputChunks(run: RunDirectory, from = 0): AsyncGenerator<OutputChunk> {
  const log = await openOrMissing(run.outputLog);
  if (log === undefined) return;
  try {
    const { size, mtimeMs } = await log.stat();
    let timestamp = Math.trunc(mtimeMs);
    let offset = 0;
    for await (const chunk of indexOf(run.outputIndex)) {
      ({ timestamp } = chunk);
      offset = chunk.offset + chunk.bytes;
      yield* read(log, chunk, from, size);
    }
    yield* read(log, { stream: "stdout", timestamp, offset, bytes: size - offset }, from, size);
  } finally {
    await log.close();
  }
}

async function* indexOf(path: string): AsyncGenerator<IndexedChunk> {
  try {
    yield* readIndex(path);
  } catch (error) {
    // A wrapper that was killed before its first piece leaves none: the log alone is worth reading.
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
}

/** The part of a chunk that lies behind `from` and is in the log, in pieces. */
async function* read(log: FileHandle, chunk: IndexedChunk, from: number, size: number): AsyncGenerator<OutputChunk> {
  const { stream, timestamp } = chunk;
  const end = Math.min(chunk.offset + chunk.bytes, size);
  for (let offset = Math.max(chunk.offset, from); offset < end;) {
    const length = Math.min(end - offset, MOST_BYTES);
    const { buffer, bytesRead } = await log.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead === 0) return;
    yield { stream, timestamp, offset, bytes: buffer.subarray(0, bytesRead) };
    offset += bytesRead;
  }
}

async function openOrMissing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}
