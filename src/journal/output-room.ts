import { rm, writeFile } from "node:fs/promises";
import type { OutputGap } from "../model/watcher-protocol.ts";
import { findSegments, type FoundSegment } from "./output-segments.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** Largest segment: MLflow shows files of up to 50 MiB, and an upload that breaks off goes on at the next one. */
const LARGEST_SEGMENT_BYTES = 32 * 1024 * 1024;
/** Segments that the limit has room for, at least. */
const LEAST_SEGMENTS = 8;

const OVER_LIMIT = "the output log reached its limit (--log-limit)";

/** Bytes after which a segment ends, the piece that passes them included. */
export function segmentBytes(limit: number): number {
  return Math.min(limit / LEAST_SEGMENTS, LARGEST_SEGMENT_BYTES);
}

/**
 * Keeps the output log within its limit. The first segment and the newest stay. Of those between, the oldest goes: at the
 * limit when it was looked at for metrics, at twice the limit in any case. Used by the log's writer alone.
 */
export class OutputRoom {
  readonly #run: RunDirectory;
  readonly #limit: number;
  #segments: FoundSegment[] = [];
  #size = 0;
  #readTo = 0;

  constructor(run: RunDirectory, limit: number) {
    this.#run = run;
    this.#limit = limit;
  }

  /** Takes what is on disk into account. */
  async load(): Promise<void> {
    this.#segments = await findSegments(this.#run);
    this.#size = this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** The newest segment. */
  get newest(): FoundSegment | undefined {
    return this.#segments.at(-1);
  }

  /** Says how the newest segment stands; one with another start is a new one. */
  note(segment: FoundSegment): void {
    const { newest } = this;
    if (newest?.start === segment.start) {
      this.#size -= newest.size;
      this.#segments.pop();
    }
    this.#segments.push(segment);
    this.#size += segment.size;
  }

  /** The output is looked at up to this byte. */
  release(offset: number): void {
    this.#readTo = Math.max(this.#readTo, offset);
  }

  /** Removes what has to go before so many bytes are written. Never throws. */
  async make(incoming: number): Promise<void> {
    while (this.#size + incoming > this.#limit) {
      const [first, oldest, next] = this.#segments;
      if (first === undefined || oldest === undefined || next === undefined) return;
      const isRead = oldest.end <= this.#readTo;
      if (!isRead && this.#size + incoming <= 2 * this.#limit) return;
      // A disk that refuses even this is left alone until the next time.
      if (!(await this.#remove(oldest, first.end))) return;
      this.#segments.splice(1, 1);
      this.#size -= oldest.size;
    }
  }

  /** What was removed, as far as the segments on disk show it. */
  get gaps(): OutputGap[] {
    return this.#segments.flatMap(({ end: from }, index) => {
      const to = this.#segments[index + 1]?.start ?? from;
      return to > from ? [{ reason: OVER_LIMIT, bytes: to - from, from, to }] : [];
    });
  }

  /** The log goes first: an index alone is no segment. */
  async #remove({ start, end }: FoundSegment, from: number): Promise<boolean> {
    const { log, index } = this.#run.outputSegment(start);
    const note = `\n[tracelet: bytes ${from} to ${end} of the output were removed here: --log-limit]\n`;
    // The names of the other segments say the same to a program.
    await writeFile(this.#run.outputDropped(from), note, { mode: 0o600 }).catch(() => {});
    try {
      await rm(log, { force: true });
      await rm(index, { force: true });
      return true;
    } catch {
      return false; // see `make`
    }
  }
}

/**
 * Brings the log of a run that has ended below its limit, now that nobody will look at it for metrics any more. The
 * caller is the log's writer. A folder that cannot be read is left as it is.
 * @returns what was removed, now and before
 */
export async function settleOutput(run: RunDirectory, limit: number | "none"): Promise<readonly OutputGap[]> {
  if (limit === "none") return [];
  const room = new OutputRoom(run, limit);
  try {
    await room.load();
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
  room.release(Number.POSITIVE_INFINITY);
  await room.make(0);
  return room.gaps;
}
