import { constants, type FileHandle, open } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import type { OutputGap } from "../model/watcher-protocol.ts";
import { readLines } from "./lines.ts";
import { indexLine, parseIndexLine } from "./output-index.ts";
import type { RunDirectory } from "./run-directory.ts";

/** Bytes that may wait for a slow disk before output is no longer kept. The relay itself never waits. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/** Longer than any line of the index. */
const LONGEST_INDEX_LINE = 64;

interface Files {
  readonly log: FileHandle;
  readonly index: FileHandle;
}

interface Waiting {
  readonly stream: StreamName;
  readonly timestamp: number;
  readonly bytes: Uint8Array;
}

/**
 * The child's output on disk: `output.log` has the bytes of both streams in the order in which they came,
 * `output.index` says for each piece when it came, from which stream and how long it is. The wrapper is their only
 * writer, and after it was killed the watcher. A disk that is full or slow costs bytes of the log, which are counted, and never holds up the child.
 */
export class OutputLog {
  readonly #run: RunDirectory;
  readonly #onGrowth: () => void;
  #files: Files | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #logEnd = 0;
  #indexEnd = 0;
  #writing: Promise<void> | undefined;
  readonly #dropped = new Map<string, number>();

  readonly #continues: boolean;

  /** A new log. `onGrowth` is called after each write. */
  static create(run: RunDirectory, onGrowth: () => void): OutputLog {
    return new OutputLog(run, onGrowth, false);
  }

  /** Goes on with the log of a writer that was killed. */
  static continue(run: RunDirectory, onGrowth: () => void): OutputLog {
    return new OutputLog(run, onGrowth, true);
  }

  private constructor(run: RunDirectory, onGrowth: () => void, continues: boolean) {
    this.#run = run;
    this.#onGrowth = onGrowth;
    this.#continues = continues;
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

  /** Resolves when everything that was taken is written or counted as dropped. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    if (this.#files) await closeBoth(this.#files);
  }

  /** Bytes that wait for the disk. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** What was not kept, by reason. */
  get gaps(): readonly OutputGap[] {
    return Array.from(this.#dropped, ([reason, bytes]) => ({ reason, bytes }));
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const pieces = this.#waiting;
      this.#waiting = [];
      const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
      try {
        await this.#write(pieces);
        this.#onGrowth();
      } catch (error) {
        this.#drop(bytes, reasonOf(error));
      }
      this.#waitingBytes -= bytes;
    }
    this.#writing = undefined;
  }

  /** Writes at known positions: after a failure the next pieces take the place of the half-written ones. */
  async #write(pieces: readonly Waiting[]): Promise<void> {
    const files = await this.#open();
    const length = await writeAll(
      files.log,
      pieces.map((piece) => piece.bytes),
      this.#logEnd,
    );
    const lines = pieces.map(({ stream, timestamp, bytes }) => indexLine({ stream, timestamp, bytes: bytes.length }));
    this.#indexEnd += await writeAll(files.index, [Buffer.from(lines.join(""), "latin1")], this.#indexEnd);
    this.#logEnd += length;
  }

  async #open() {
    if (this.#files) return this.#files;
    const files = await openBoth(this.#run, this.#continues ? 0 : constants.O_TRUNC);
    try {
      if (this.#continues) await this.#cutAtLastPiece(files);
    } catch (error) {
      await closeBoth(files);
      throw error;
    }
    this.#files = files;
    return files;
  }

  /** What a killed writer left beyond the last piece that is complete in both files is lost. */
  async #cutAtLastPiece(files: Files): Promise<void> {
    const ends = await completeEnds(this.#run, files.log);
    await files.log.truncate(ends.log);
    await files.index.truncate(ends.index);
    this.#logEnd = ends.log;
    this.#indexEnd = ends.index;
  }

  #drop(bytes: number, reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + bytes);
  }
}

/** A writer that was killed before the first output has made no files. */
async function openBoth(run: RunDirectory, truncate: number): Promise<Files> {
  // Writing at a position needs a file that was not opened to append.
  const flags = constants.O_RDWR | constants.O_CREAT | truncate;
  const log = await open(run.outputLog, flags, 0o600);
  try {
    return { log, index: await open(run.outputIndex, flags, 0o600) };
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function closeBoth({ log, index }: Files): Promise<void> {
  await Promise.all([log.close(), index.close()]);
}

/** Where the last piece ends that is complete in both files. */
async function completeEnds(run: RunDirectory, log: FileHandle): Promise<{ log: number; index: number }> {
  const { size } = await log.stat();
  const ends = { log: 0, index: 0 };
  for await (const { bytes, end } of readLines(run.outputIndex, 0, LONGEST_INDEX_LINE)) {
    const piece = parseIndexLine(bytes?.toString("latin1") ?? "");
    if (piece === undefined || ends.log + piece.bytes > size) break;
    ends.log += piece.bytes;
    ends.index = end;
  }
  return ends;
}

/** Writes all pieces, one behind the other, and returns their length. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<number> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let { bytesWritten } = await file.writev(pieces, position);
  if (bytesWritten === length) return length;
  // A disk that takes only a part mostly refuses the rest, and then says why.
  const all = Buffer.concat(pieces);
  while (bytesWritten < length) {
    const more = await file.write(all, bytesWritten, length - bytesWritten, position + bytesWritten);
    bytesWritten += more.bytesWritten;
  }
  return length;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" ? "the disk is full" : (code ?? error.message);
}
