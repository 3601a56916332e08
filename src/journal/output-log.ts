import { type FileHandle, open, readFile } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import type { OutputGap } from "../model/watcher-protocol.ts";
import { indexLine, parseIndexLine } from "./output-index.ts";
import type { RunDirectory } from "./run-directory.ts";

/** Bytes that may wait for a slow disk before output is no longer kept. The relay itself never waits. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

interface Waiting {
  readonly stream: StreamName;
  readonly timestamp: number;
  readonly bytes: Uint8Array;
}

/**
 * The child's output on disk: `output.log` has the bytes of both streams in the order in which they came,
 * `output.index` says for each piece when it came, from which stream and how long it is. The wrapper is their only
 * writer. A disk that is full or slow costs bytes of the log, which are counted, and never holds up the child.
 */
export class OutputLog {
  readonly #run: RunDirectory;
  readonly #onGrowth: () => void;
  #files: { readonly log: FileHandle; readonly index: FileHandle } | undefined;
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
    await Promise.all([this.#files?.log.close(), this.#files?.index.close()]);
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
    // Writing at a position needs a file that was not opened to append.
    const flags = this.#continues ? "r+" : "w";
    const log = await open(this.#run.outputLog, flags, 0o600);
    const index = await open(this.#run.outputIndex, flags, 0o600);
    if (this.#continues) await this.#findEnds();
    this.#files = { log, index };
    return this.#files;
  }

  /** Continues behind the last piece that is complete in both files; what a killed writer left beyond it is lost. */
  async #findEnds(): Promise<void> {
    const index = await readFile(this.#run.outputIndex, "latin1");
    this.#indexEnd = index.lastIndexOf("\n") + 1;
    const lines = index.slice(0, this.#indexEnd).split("\n");
    this.#logEnd = lines.reduce((sum, line) => sum + (parseIndexLine(line)?.bytes ?? 0), 0);
  }

  #drop(bytes: number, reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + bytes);
  }
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
