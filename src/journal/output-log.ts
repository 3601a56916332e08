import type { StreamName } from "../model/run.ts";
import type { OutputGap } from "../model/watcher-protocol.ts";
import { DiskRoom } from "./disk-room.ts";
import { OutputRoom, segmentBytes } from "./output-room.ts";
import { OutputSegment, sizeOnDisk, type WaitingPiece } from "./output-segment.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError, wordsOf } from "./system-error.ts";

/** Bytes that may wait for a slow disk before output is no longer kept. The relay itself never waits. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

const FULL = "the disk is full";

export interface OutputLogOptions {
  /** Bytes that the log and its index may take on disk. */
  readonly limit: number | "none";
  /** Called after each write. */
  readonly onGrowth: () => void;
}

/**
 * The child's output on disk, in segments: each has the bytes of both streams in the order in which they came, and an
 * index that says for each piece when it came, from which stream and how long it is. The wrapper is their only writer,
 * and after it was killed the watcher. A disk that is full or slow, and a limit that is reached, cost bytes of the log,
 * which are counted, and never hold up the child.
 */
export class OutputLog {
  readonly #run: RunDirectory;
  readonly #onGrowth: () => void;
  readonly #segmentBytes: number;
  readonly #room: OutputRoom;
  readonly #disk: DiskRoom;
  #segment: { readonly start: number; readonly file: OutputSegment } | undefined;
  #waiting: WaitingPiece[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #isClosed = false;
  readonly #dropped = new Map<string, number>();

  readonly #continues: boolean;

  /** A new log. */
  static create(run: RunDirectory, options: OutputLogOptions): OutputLog {
    return new OutputLog(run, options, false);
  }

  /** Goes on with the log of a writer that was killed. */
  static continue(run: RunDirectory, options: OutputLogOptions): OutputLog {
    return new OutputLog(run, options, true);
  }

  private constructor(run: RunDirectory, { limit, onGrowth }: OutputLogOptions, continues: boolean) {
    this.#run = run;
    this.#onGrowth = onGrowth;
    this.#continues = continues;
    const most = limit === "none" ? Number.POSITIVE_INFINITY : limit;
    this.#segmentBytes = limit === "none" ? most : segmentBytes(most);
    this.#room = new OutputRoom(run, most);
    this.#disk = new DiskRoom(run.root);
  }

  /** Takes a piece of output. `bytes` must not change afterwards. */
  append(stream: StreamName, timestamp: number, bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      this.#drop(bytes.length, "the disk is slower than the output");
      return;
    }
    this.#waiting.push({ stream, timestamp, bytes });
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeWaiting();
  }

  /** The output was looked at for metrics up to this byte: what is before it may go when there is need for room. */
  release(offset: number): void {
    this.#room.release(offset);
    // Before the first write it is not known yet what is on disk.
    if (this.#segment !== undefined && !this.#isClosed) this.#writing ??= this.#writeWaiting();
  }

  /** Resolves when everything that was taken is written or counted as dropped. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    await this.#segment?.file.close();
    this.#segment = undefined;
  }

  /** Bytes that wait for the disk. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** What was not kept, by reason. */
  get gaps(): readonly OutputGap[] {
    return Array.from(this.#dropped, ([reason, bytes]) => ({ reason, bytes }));
  }

  /** What was kept and then removed for the limit. */
  get removed(): readonly OutputGap[] {
    return this.#room.gaps;
  }

  async #writeWaiting(): Promise<void> {
    do {
      const pieces = this.#waiting;
      this.#waiting = [];
      await this.#write(pieces);
      this.#waitingBytes -= lengthOf(pieces);
      // Word of what was looked at may have come in the meantime.
      await this.#room.make(0);
    } while (this.#waiting.length > 0);
    this.#writing = undefined;
  }

  /** Writes what the segment has room for, then the next part in the next segment. Never throws. */
  async #write(pieces: readonly WaitingPiece[]): Promise<void> {
    for (let from = 0; from < pieces.length;) {
      const rest = pieces.slice(from);
      try {
        from += await this.#writeSome(rest);
      } catch (error) {
        this.#drop(lengthOf(rest), reasonOf(error));
        return;
      }
    }
  }

  /** Writes at least one piece, and returns how many. Those that are lost are counted. */
  async #writeSome(pieces: readonly WaitingPiece[]): Promise<number> {
    const { start, file } = await this.#open();
    const { count, bytes } = fitting(pieces, this.#segmentBytes - file.size);
    await this.#room.make(bytes);
    const some = pieces.slice(0, count);
    if (!(await this.#disk.take(bytes))) {
      this.#drop(lengthOf(some), FULL);
      return count;
    }
    const { pieces: kept, error } = await file.write(some);
    this.#room.note({ start, end: start + file.logBytes, size: file.size });
    if (kept > 0) this.#onGrowth();
    if (error !== undefined) this.#drop(lengthOf(some.slice(kept)), reasonOf(error));
    return count;
  }

  /** The segment that is to be written: the next one when this one is full. */
  async #open() {
    if (this.#segment !== undefined && this.#segment.file.size < this.#segmentBytes) return this.#segment;
    const full = this.#segment;
    if (full === undefined && this.#continues) {
      await this.#room.load();
      const start = this.#room.newest?.start ?? 0;
      this.#segment = { start, file: await OutputSegment.continue(this.#run.outputSegment(start)) };
      const { file } = this.#segment;
      this.#room.note({ start, end: start + file.logBytes, size: file.size });
      return this.#segment;
    }
    const start = full === undefined ? 0 : full.start + full.file.logBytes;
    this.#segment = { start, file: await OutputSegment.create(this.#run.outputSegment(start)) };
    await full?.file.close().catch(() => {}); // all of it is written, and nobody comes back to it
    return this.#segment;
  }

  #drop(bytes: number, reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + bytes);
  }
}

/** As many pieces as fit, and the one that passes the room; at least one. */
function fitting(pieces: readonly WaitingPiece[], room: number): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const piece of pieces) {
    bytes += sizeOnDisk(piece);
    count += 1;
    if (bytes >= room) break;
  }
  return { count, bytes };
}

function lengthOf(pieces: readonly WaitingPiece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
}

function reasonOf(error: unknown): string {
  if (isSystemError(error)) return error.code === "ENOSPC" ? FULL : wordsOf(error);
  return error instanceof Error ? error.message : String(error);
}
