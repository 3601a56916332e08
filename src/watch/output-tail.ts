import { type FileHandle, open } from "node:fs/promises";
import { createExtractor, type MetricLine } from "../extract/index.ts";
import { type OutputPiece, parseIndexLine } from "../journal/output-index.ts";
import type { RunDirectory } from "../journal/run-directory.ts";

/** Most that is read at once. */
const PIECE_BYTES = 256 * 1024;

/**
 * Follows the output log and hands every line with metrics on, once. Extraction is a pure function of the log's bytes:
 * a watcher that takes over goes through the log from its start, to be in the same state, and stays silent up to
 * `recorded`, the offset behind the last line that is in the journal.
 */
export class OutputTail {
  readonly #run: RunDirectory;
  readonly #recorded: number;
  readonly #onLine: (line: MetricLine) => void;
  readonly #extractor = createExtractor();
  #files: { readonly log: FileHandle; readonly index: FileHandle } | undefined;
  #indexEnd = 0;
  #torn = "";
  #logEnd = 0;
  #reading: Promise<void> = Promise.resolve();
  #finished = false;

  constructor(run: RunDirectory, recorded: number, onLine: (line: MetricLine) => void) {
    this.#run = run;
    this.#recorded = recorded;
    this.#onLine = onLine;
  }

  /** Reads what has come since the last time; one call after the other. */
  async readNew(): Promise<void> {
    // Word of new output may still be on its way when the log is known to be complete.
    if (this.#finished) return;
    this.#reading = this.#reading.then(() => this.#read());
    await this.#reading;
  }

  /** Reads the rest; the log is complete. */
  async finish(): Promise<void> {
    this.#finished = true;
    await this.#reading;
    await this.#read();
    this.#hand(this.#extractor.end());
    await Promise.all([this.#files?.log.close(), this.#files?.index.close()]);
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
    this.#indexEnd += bytesRead;
    const lines = (this.#torn + buffer.toString("latin1", 0, bytesRead)).split("\n");
    this.#torn = lines.pop() ?? "";
    return lines.map(parseIndexLine).filter((piece) => piece !== undefined);
  }

  async #look(log: FileHandle, piece: OutputPiece): Promise<void> {
    for (let left = piece.bytes; left > 0;) {
      const most = Math.min(left, PIECE_BYTES);
      const { buffer, bytesRead } = await log.read(Buffer.allocUnsafe(most), 0, most, this.#logEnd);
      // The index is written after the log, so a log that is shorter was cut from outside.
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, bytesRead);
      this.#hand(this.#extractor.push(piece.stream, bytes, piece.timestamp, this.#logEnd));
      this.#logEnd += bytesRead;
      left -= bytesRead;
    }
  }

  #hand(lines: readonly MetricLine[]): void {
    for (const line of lines) if (line.offset > this.#recorded) this.#onLine(line);
  }

  async #open() {
    try {
      this.#files ??= { log: await open(this.#run.outputLog), index: await open(this.#run.outputIndex) };
    } catch (error) {
      // The wrapper makes the files with the first output.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    return this.#files;
  }
}
