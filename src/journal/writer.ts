import { type FileHandle, open, rm, writeFile } from "node:fs/promises";
import type { JournalRecord } from "../model/record.ts";
import { JournalQueue } from "./journal-queue.ts";
import { isDiskRefusal } from "./system-error.ts";

const MOST_WAITING = 16 * 1024 * 1024;
/**
 * Milliseconds between two writes of samples, at least. They come by a clock of their own, and to make a line of each and
 * hand it to the disk by itself takes a tenth of all that is done in a second in which nothing happens.
 */
const SAMPLES_APART_MS = 2500;
/** As many do not wait for that time. */
const MOST_SAMPLES_TOGETHER = 100;
const NEWLINE = 10;
/** Room for the records that a run ends with. */
const RESERVE_BYTES = 64 * 1024;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const LAST_RECORDS = ["end", "gap", "alert", "death"] as const;
/** How often `close` still tries on a disk that refuses. */
const TRIES_AT_CLOSE = 5;

/** Appends records to a journal. There is one per journal at a time: whoever opens it holds the journal's lease. */
export interface JournalWriter {
  /**
   * Takes a record; it is written soon, in order. A sample may wait for the next record when one was written less than
   * 2.5 seconds ago. Never throws for the disk's sake.
   */
  append(record: JournalRecord): void;
  /** How much waits to be written, in bytes. */
  readonly waiting: number;
  /** Resolves when everything taken so far is in the file, or, with false, when the disk has just refused it. */
  flush(): Promise<boolean>;
  /** Writes what waits, or gives up after a few tries on a disk that refuses, and closes the file. */
  close(): Promise<void>;
}

export interface JournalWriterOptions {
  /** Told once, of the first write that failed. Writing is tried again whether or not anybody listens. */
  readonly onError?: (error: Error) => void;
  /** How much may wait for a disk that refuses, in bytes about. Default 16 MiB. */
  readonly mostWaiting?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly steady?: () => number;
  /** A file that takes room on the disk until the journal is closed, so that its last records fit on a full one. */
  readonly reserve?: string;
}

/**
 * Opens a journal to append to it, and makes the file where it is missing. A last line that a killed writer left
 * without its newline is ended first, so that it costs that line only. On a disk that takes nothing now it is opened later.
 * @throws what the file system throws when the file cannot be opened.
 */
export async function openJournal(path: string, options: JournalWriterOptions = {}): Promise<JournalWriter> {
  const openFile = () => open(path, "a+", 0o600);
  const file = await openFile().catch((error: unknown) => {
    if (isDiskRefusal(error)) return undefined;
    throw error;
  });
  if (options.reserve !== undefined) await takeRoom(options.reserve);
  // An empty line does no harm.
  if (file === undefined) return new QueuedWriter(undefined, openFile, "\n", options);
  try {
    const torn = await endsTorn(file);
    return new QueuedWriter(file, openFile, torn ? "\n" : "", options);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** On a disk that is full already there is nothing to be had. */
async function takeRoom(path: string): Promise<void> {
  await writeFile(path, Buffer.alloc(RESERVE_BYTES), { mode: 0o600 }).catch(() => {});
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}

class QueuedWriter implements JournalWriter {
  readonly #open: () => Promise<FileHandle>;
  #file: FileHandle | undefined;
  readonly #queue: JournalQueue;
  readonly #onError: ((error: Error) => void) | undefined;
  readonly #reserve: string | undefined;
  readonly #steady: () => number;
  /** Samples that wait for the next record. */
  #samples: JournalRecord[] = [];
  /** When samples were written last. */
  #sampled = Number.NEGATIVE_INFINITY;
  /** What the next write call writes. Kept until all of it is written, so that a retry goes on where it stopped. */
  #batch: Buffer;
  /** How much of what was taken from the queue is written. */
  #written = 0;
  #writing: Promise<void> | undefined;
  #refused = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    file: FileHandle | undefined,
    openFile: () => Promise<FileHandle>,
    first: string,
    options: JournalWriterOptions,
  ) {
    this.#file = file;
    this.#open = openFile;
    this.#batch = Buffer.from(first);
    this.#queue = new JournalQueue(options.mostWaiting ?? MOST_WAITING, options.now ?? Date.now);
    this.#onError = options.onError;
    this.#reserve = options.reserve;
    this.#steady = options.steady ?? (() => performance.now());
  }

  append(record: JournalRecord): void {
    if (this.#closed !== undefined) return;
    if (record.type === "sample" && !this.#isTimeForSamples()) {
      this.#samples.push(record);
      return;
    }
    this.#queueSamples();
    this.#queue.push(record);
    // While the disk refuses, the timer is what starts the next try.
    if (this.#retry === undefined) this.#writing ??= this.#write();
  }

  get waiting(): number {
    return this.#queue.size;
  }

  #isTimeForSamples(): boolean {
    const at = this.#steady();
    const isEarly = at - this.#sampled < SAMPLES_APART_MS;
    if (isEarly && this.#samples.length < MOST_SAMPLES_TOGETHER) return false;
    this.#sampled = at;
    return true;
  }

  #queueSamples(): void {
    for (const sample of this.#samples) this.#queue.push(sample);
    this.#samples = [];
  }

  async flush(): Promise<boolean> {
    this.#queueSamples();
    if (this.#writing === undefined) this.#writing = this.#write();
    await this.#writing;
    return this.#refused === 0;
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    await this.flush();
    for (let tries = 1; this.#refused > 0 && tries < TRIES_AT_CLOSE; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS));
      await this.flush();
    }
    if (this.#reserve !== undefined)
      await rm(this.#reserve, { force: true }).catch((error: unknown) => this.#report(error));
    if (this.#refused > 0) await this.#writeLastRecords();
    clearTimeout(this.#retry);
    await this.#file?.datasync().catch((error: unknown) => this.#report(error));
    await this.#file?.close().catch((error: unknown) => this.#report(error));
  }

  /** What a run is told by, in the room that was kept for it: everything else that waits is given up, and said to be. */
  async #writeLastRecords(): Promise<void> {
    this.#queue.giveUpAllBut(LAST_RECORDS, this.#written);
    this.#batch = Buffer.from("\n");
    await this.flush();
  }

  /** Writes until nothing waits or the disk refuses. Never rejects. */
  async #write(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    // Lets the records of one turn of the event loop come together in one call.
    await Promise.resolve();
    try {
      while (this.#fill()) {
        this.#file ??= await this.#open();
        const { bytesWritten } = await this.#file.write(this.#batch);
        this.#batch = this.#batch.subarray(bytesWritten);
        this.#written += bytesWritten;
        this.#refused = 0;
      }
    } catch (error) {
      this.#report(error);
      this.#refused += 1;
      const wait = Math.min(FIRST_RETRY_MS * 2 ** (this.#refused - 1), LAST_RETRY_MS);
      this.#retry = setTimeout(() => {
        this.#writing ??= this.#write();
      }, wait);
      // A retry alone is no reason to live: `close` is.
      this.#retry.unref();
    }
    this.#writing = undefined;
  }

  #fill(): boolean {
    if (this.#batch.length > 0) return true;
    this.#batch = this.#queue.take();
    this.#written = 0;
    return this.#batch.length > 0;
  }

  #reported = false;

  #report(error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#onError?.(error instanceof Error ? error : new Error(String(error)));
  }
}
