import { type FileHandle, open } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import { parseIndexLine } from "./output-index.ts";
import { segmentStarts } from "./output-segments.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** Most that is read of an index at once. */
const INDEX_BYTES = 16 * 1024;

/** Where a reader of the output log stands, so that a later one can go on there. */
export interface OutputPlace {
  /** The byte of the output with which the segment begins. */
  readonly segment: number;
  /** Bytes of the segment's log and of its index that were read. */
  readonly log: number;
  readonly index: number;
}

export interface ReadPiece {
  readonly stream: StreamName;
  /** Milliseconds since the epoch at which it was read from the child. */
  readonly timestamp: number;
  readonly bytes: Buffer;
}

export interface ReadPieces {
  readonly pieces: readonly ReadPiece[];
  /** Behind the last of them. */
  readonly place: OutputPlace;
}

export const OUTPUT_START: OutputPlace = { segment: 0, log: 0, index: 0 };

/**
 * Reads some of what follows a place in an output log, which may still be written. What was removed is passed over.
 * @param most bytes that it stops at, with whole pieces; at least one comes
 * @returns `undefined` where there is nothing more yet
 * @throws what the file system throws
 */
export async function readOutputPieces(
  run: RunDirectory,
  place: OutputPlace,
  most: number,
): Promise<ReadPieces | undefined> {
  for (let from = place; ;) {
    const found = await readSegment(run, from, most);
    if (found !== undefined) return found;
    const start = (await segmentStarts(run)).find((segment) => segment > from.segment);
    if (start === undefined) return undefined;
    // Once there is another segment this one is complete, which it may not have been above.
    const rest = await readSegment(run, from, most);
    if (rest !== undefined) return rest;
    from = { segment: start, log: 0, index: 0 };
  }
}

async function readSegment(run: RunDirectory, place: OutputPlace, most: number): Promise<ReadPieces | undefined> {
  const paths = run.outputSegment(place.segment);
  const index = await openIfThere(paths.index);
  if (index === undefined) return undefined;
  try {
    const log = await openIfThere(paths.log);
    if (log === undefined) return undefined;
    try {
      return await readOpen(log, index, place, most);
    } finally {
      await log.close();
    }
  } finally {
    await index.close();
  }
}

async function readOpen(
  log: FileHandle,
  index: FileHandle,
  { segment, log: logStart, index: indexStart }: OutputPlace,
  most: number,
): Promise<ReadPieces | undefined> {
  const { buffer, bytesRead } = await index.read(Buffer.allocUnsafe(INDEX_BYTES), 0, INDEX_BYTES, indexStart);
  // What follows the last newline may be written anew after a failure, so it is read again.
  const lines = buffer.toString("latin1", 0, buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1).split("\n");
  // The index is written after the log, so a log that is shorter was cut from outside.
  const available = Math.max(0, (await log.stat()).size - logStart);
  const found = [];
  let bytes = 0;
  let indexEnd = indexStart;
  for (const line of lines.slice(0, -1)) {
    if (bytes >= most) break;
    indexEnd += line.length + 1;
    const piece = parseIndexLine(line);
    if (piece === undefined) continue;
    const length = Math.min(piece.bytes, available - bytes);
    found.push({ ...piece, start: bytes, end: bytes + length });
    bytes += length;
  }
  if (indexEnd === indexStart) return undefined;
  const text = Buffer.allocUnsafe(bytes);
  const read = await log.read(text, 0, bytes, logStart);
  const pieces = found.map(({ stream, timestamp, start, end }) => ({
    stream,
    timestamp,
    bytes: text.subarray(Math.min(start, read.bytesRead), Math.min(end, read.bytesRead)),
  }));
  return { pieces, place: { segment, log: logStart + bytes, index: indexEnd } };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}
