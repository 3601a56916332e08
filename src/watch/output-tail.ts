import { type FileHandle, open, stat } from "node:fs/promises";
import type { Extractor, MetricLine } from "../extract/index.ts";
import { type OutputPiece, parseIndexLine } from "../journal/output-index.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import type { StreamName } from "../model/run.ts";
import type { RecordedOutput } from "../model/view.ts";

/** Most that is read at once. */
const PIECE_BYTES = 256 * 1024;

export interface OutputTailOptions {
  readonly run: RunDirectory;
  readonly extractor: Extractor;
  /** How far an earlier watcher came. */
  readonly recorded: Readonly<Record<StreamName, RecordedOutput>>;
  readonly onLine: (line: MetricLine) => void;
  /** Called once when output is not looked at: why, and how much of it where that is known. */
  readonly onGap: (reason: string, bytes?: number) => void;
  /** A piece was read. */
  readonly onProgress: () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Follows the output log and hands every line with metrics on, once. Extraction is a pure function of the log's bytes:
 * a watcher that takes over goes through the log from its start, to be in the same state, and stays silent about what
 * is recorded. An error in it costs the metrics that would follow and nothing else.
 */
export class OutputTail {
  readonly #options: OutputTailOptions;
  readonly #skipped: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  #files: { readonly log: FileHandle; readonly index: FileHandle } | undefined;
  #indexEnd = 0;
  #logEnd = 0;
  #reading: Promise<void> = Promise.resolve();
  #finished = false;
  #givenUp = false;
  #cutShort = false;
  #deadline = Number.POSITIVE_INFINITY;
  #hurried = false;

  constructor(options: OutputTailOptions) {
    this.#options = options;
  }

  /** Reads what has come since the last time; one call after the other. */
  async readNew(): Promise<void> {
    // Word of new output may still be on its way when the log is known to be complete.
    if (this.#finished) return;
    this.#reading = this.#reading.then(() => this.#guarded(() => this.#read()));
    await this.#reading;
  }

  /**
   * Reads the rest; the log is complete.
   * @param most milliseconds it may take; what is then still to come is left out and told
   */
  async finish(most: number): Promise<void> {
    this.#finished = true;
    this.#deadline = this.#options.now() + (this.#hurried ? 0 : most);
    await this.#reading;
    await this.#guarded(() => this.#read());
    // The end of what was looked at is then no end of a line.
    if (this.#cutShort) await this.#guarded(() => this.#tellRest(most));
    else await this.#guarded(async () => this.#hand(this.#options.extractor.end()));
    await Promise.all([this.#files?.log.close(), this.#files?.index.close()]);
  }

  /** What is still to come is not worth waiting for. */
  hurry(): void {
    this.#hurried = true;
    if (this.#finished) this.#deadline = this.#options.now();
  }

  /** The same bytes would fail again, so there is no second try. */
  async #guarded(act: () => Promise<void>): Promise<void> {
    if (this.#givenUp) return;
    try {
      await act();
    } catch (error) {
      this.#givenUp = true;
      this.#options.onGap(`behind byte ${this.#logEnd} of the output: ${reasonOf(error)}`);
    }
  }

  async #read(): Promise<void> {
    const files = await this.#open();
    if (files === undefined) return;
    for (;;) {
      const pieces = await this.#nextPieces(files.index);
      if (pieces.length === 0) return;
      for (const piece of pieces) await this.#look(files.log, piece);
    }
  }

  async #nextPieces(index: FileHandle): Promise<OutputPiece[]> {
    const { buffer, bytesRead } = await index.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, this.#indexEnd);
    // What follows the last newline may be written anew after a failure, so it is read again.
    const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
    this.#indexEnd += end;
    const lines = buffer.toString("latin1", 0, end).split("\n");
    return lines.map(parseIndexLine).filter((piece) => piece !== undefined);
  }

  async #look(log: FileHandle, piece: OutputPiece): Promise<void> {
    for (let left = piece.bytes; left > 0;) {
      this.#cutShort ||= this.#options.now() >= this.#deadline;
      if (this.#cutShort) return;
      const most = Math.min(left, PIECE_BYTES);
      const { buffer, bytesRead } = await log.read(Buffer.allocUnsafe(most), 0, most, this.#logEnd);
      // The index is written after the log, so a log that is shorter was cut from outside.
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, bytesRead);
      this.#hand(this.#options.extractor.push(piece.stream, bytes, piece.timestamp, this.#logEnd));
      this.#logEnd += bytesRead;
      left -= bytesRead;
      this.#options.onProgress();
    }
  }

  #hand(lines: readonly MetricLine[]): void {
    for (const line of lines) if (!this.#isRecorded(line)) this.#options.onLine(line);
  }

  /** One line may give several records, of which a watcher that was killed has written only some. */
  #isRecorded({ stream, offset }: MetricLine): boolean {
    const { offset: recorded, records } = this.#options.recorded[stream];
    if (offset !== recorded) return offset < recorded;
    this.#skipped[stream] += 1;
    return this.#skipped[stream] <= records;
  }

  async #tellRest(most: number): Promise<void> {
    const { size } = await stat(this.#options.run.outputLog);
    this.#options.onGap(
      `there was more than ${most / 1000} s after the command's end were enough for`,
      size - this.#logEnd,
    );
  }

  async #open() {
    if (this.#files) return this.#files;
    try {
      const log = await open(this.#options.run.outputLog);
      try {
        this.#files = { log, index: await open(this.#options.run.outputIndex) };
      } finally {
        if (this.#files === undefined) await log.close();
      }
    } catch (error) {
      // The wrapper makes the files with the first output.
      if (!isSystemError(error) || error.code !== "ENOENT") throw error;
    }
    return this.#files;
  }
}

function reasonOf(error: unknown): string {
  if (isSystemError(error)) return wordsOf(error);
  return error instanceof Error ? error.message : String(error);
}
