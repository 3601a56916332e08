import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type ChannelLine, readChannelLine } from "../extract/channel-line.ts";
import type { StepRule } from "../model/extract.ts";
import { isDiskRefusal, isSystemError, wordsOf } from "../journal/system-error.ts";
import { AppendedLines, type AppendedLine } from "./appended-lines.ts";

/** The metrics of one line. */
export interface ChannelPoint extends Required<ChannelLine> {
  /** Offset in the file just behind the line. */
  readonly offset: number;
  readonly stepRule: StepRule;
}

export interface MetricsChannelOptions {
  readonly path: string;
  /** Where to begin: behind the last line that an earlier watcher has recorded. */
  readonly from: number;
  /** The last step of each key that is recorded. */
  readonly counted: ReadonlyMap<string, { readonly step: number }>;
  readonly onPoint: (point: ChannelPoint) => void;
  /** Told of the first line that says nothing, and at the end of how many there were; and when the file cannot be read. */
  readonly onProblem: (problem: string, error?: unknown) => void;
  /** Resolves when there is room for more points. */
  readonly room: () => Promise<void>;
  /** A piece was read. */
  readonly onProgress: () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

const PIECE_BYTES = 64 * 1024;
const LONGEST_LINE = 64 * 1024;

/** Word of a change is followed after so many milliseconds, so that a program that appends all the time costs little. */
const DELAY_MS = 200;

/** How often the file is looked at without word of a change: a network disk brings none of what other hosts append. */
const LOOK_MS = 10_000;

/** What reads the file is a person who looks at `watcher.log` or the journal. */
const FILE = "metrics.jsonl";

/**
 * Follows the file that `TRACELET_METRICS` names, to which the command and whoever it starts append lines. It is a plain
 * file, so nobody who appends ever waits for us. A watcher that takes over begins behind the last line that is recorded.
 * An error costs the metrics that would follow and nothing else.
 */
export class MetricsChannel {
  readonly #options: MetricsChannelOptions;
  readonly #lines: AppendedLines;
  readonly #steps: Map<string, number>;
  #file: FileHandle | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Word of changes is to be had. */
  #isTold = false;
  #lastRead = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> = Promise.resolve();
  #bad = 0;
  #isCutOff = false;
  #deadline = Number.POSITIVE_INFINITY;
  #finished = false;
  #hurried = false;
  #isCutShort = false;

  constructor(options: MetricsChannelOptions) {
    this.#options = options;
    this.#lines = new AppendedLines(options.from, LONGEST_LINE);
    this.#steps = new Map(Array.from(options.counted, ([key, { step }]) => [key, step]));
  }

  /** Reads what may have come without word of it. Called with every sample. */
  look(): void {
    if (!this.#isTold || this.#options.clock() - this.#lastRead >= LOOK_MS) void this.readNew();
  }

  /** Reads what has come since the last time; one call after the other. */
  readNew(): Promise<void> {
    if (this.#finished) return this.#reading;
    this.#lastRead = this.#options.clock();
    this.#reading = this.#reading.then(() => this.#tryToRead());
    return this.#reading;
  }

  /**
   * Reads the rest: nobody appends any more.
   * @param most milliseconds it may take; what is then still to come is left out and told
   */
  async finish(most: number): Promise<void> {
    this.#deadline = this.#options.clock() + (this.#hurried ? 0 : most);
    const read = this.readNew();
    this.#finished = true;
    await read;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    const last = this.#isCutShort ? undefined : this.#lines.end();
    if (last !== undefined) this.#take(last);
    if (this.#bad > 1) this.#options.onProblem(`${this.#bad} lines of ${FILE} give no metrics`);
    await this.#file?.close();
  }

  /** What is still to come is not worth waiting for. */
  hurry(): void {
    this.#hurried = true;
    if (this.#deadline !== Number.POSITIVE_INFINITY) this.#deadline = this.#options.clock();
  }

  async #tryToRead(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      if (!isSystemError(error)) {
        // The same bytes would fail again.
        this.#finished = true;
        this.#options.onProblem(
          `${FILE} is not read any more: ${error instanceof Error ? error.message : String(error)}`,
        );
        return;
      }
      // The file may be made, or the disk have room, before the next time.
      const isLast = this.#deadline !== Number.POSITIVE_INFINITY;
      if (isLast && error.code !== "ENOENT") {
        this.#options.onProblem(`${FILE} cannot be read: ${wordsOf(error)}`, error);
      }
    }
  }

  async #read(): Promise<void> {
    const file = (this.#file ??= await this.#open());
    const { size } = await file.stat();
    if (size < this.#lines.offset) this.#skipTo(size);
    if (size === this.#lines.offset) return;
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, this.#lines.offset);
      if (bytesRead === 0) return;
      for (const line of this.#lines.push(buffer.subarray(0, bytesRead))) this.#take(line);
      this.#options.onProgress();
      await this.#options.room();
      if (this.#options.clock() < this.#deadline) continue;
      this.#isCutShort = true;
      this.#options.onProblem(`there was more in ${FILE} than could be read after the command's end`);
      return;
    }
  }

  /** Made where it is not there yet: only then can word of its changes be had. */
  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, "a+", 0o600).catch((error: unknown) => {
      if (isDiskRefusal(error)) return open(this.#options.path, "r");
      throw error;
    });
    try {
      this.#watcher = watch(this.#options.path, { persistent: false }, () => this.#hasChanged());
      this.#isTold = true;
      this.#watcher.on("error", () => {
        this.#isTold = false;
        this.#watcher?.close();
      });
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
    return file;
  }

  #hasChanged(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.readNew();
    }, DELAY_MS);
  }

  /** Whoever opens the file to write it anew and not to append takes away lines that were perhaps not read. */
  #skipTo(size: number): void {
    this.#lines.skipTo(size);
    if (this.#isCutOff) return;
    this.#isCutOff = true;
    this.#options.onProblem(`${FILE} was cut off at byte ${size}; open it to append`);
  }

  #take({ text, end }: AppendedLine): void {
    if (text?.trim() === "") return;
    const read = text === undefined ? { problem: `is longer than ${LONGEST_LINE} bytes` } : readChannelLine(text);
    if ("problem" in read) {
      this.#bad += 1;
      if (this.#bad > 1) return;
      this.#options.onProblem(`the line before byte ${end} of ${FILE} ${read.problem}`);
      return;
    }
    const keys = Object.keys(read.metrics);
    const counted = Math.max(-1, ...keys.map((key) => this.#steps.get(key) ?? -1)) + 1;
    const { metrics, step = counted, timestamp = this.#options.now() } = read;
    const stepRule = read.step === undefined ? "counted" : "line";
    for (const key of keys) this.#steps.set(key, step);
    this.#options.onPoint({ metrics, step, timestamp, offset: end, stepRule });
  }
}
