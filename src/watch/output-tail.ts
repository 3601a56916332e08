import type { Counted, Extractor, ExtractorMemory, MetricLine } from "../extract/index.ts";
import { MOST_KEYS } from "../extract/steps.ts";
import type { OutputCursor } from "../journal/output-cursor.ts";
import { OutputReader, type OutputStep } from "../journal/output-reader.ts";
import { findSegments } from "../journal/output-segments.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { isDescriptorShortage, isSystemError, wordsOf } from "../journal/system-error.ts";
import type { StreamName } from "../model/run.ts";
import type { Gap, RecordedOutput } from "../model/view.ts";

/** Nobody's fault but that of a watcher that was stopped, or of a command that prints faster than anybody can look. */
const REMOVED_TOO_EARLY = "the output log reached twice its limit (--log-limit) before this was looked at";

export interface OutputTailOptions {
  readonly run: RunDirectory;
  readonly extractor: Extractor;
  /** Where to begin; left out, at the start of the log. */
  readonly cursor: OutputCursor | undefined;
  /** How far an earlier watcher came. */
  readonly recorded: Readonly<Record<StreamName, RecordedOutput>>;
  /** The last point of each key that an earlier watcher has recorded. */
  readonly counted: Counted;
  /** The last point of each key in the run that this one resumes: no key is counted from below. */
  readonly resumed?: Counted | undefined;
  readonly onLine: (line: MetricLine) => void;
  /** Settings that the command has printed, at the time of the piece that made them known. */
  readonly onParams: (params: Readonly<Record<string, string>>, timestamp: number) => void;
  /** Resolves when there is room for more lines; the log waits on the disk, and nobody for us. */
  readonly room: () => Promise<void>;
  /** Called when output is not looked at: why, and how much of it where that is known. */
  readonly onGap: (gap: Omit<Gap, "timestamp" | "what">, error?: unknown) => void;
  /** All before this cursor is looked at; once it is kept, a watcher that takes over needs nothing of that any more. */
  readonly keep: (cursor: OutputCursor) => Promise<void>;
  /** A piece was read. */
  readonly onProgress: () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Follows the output log and hands every line with metrics on, once. Extraction is a pure function of the log's bytes.
 * At the start of each segment what it remembers is kept. A watcher that takes over goes on from there, or from the log's
 * start where nothing was kept, to be in the same state, and stays silent about what is recorded. An error in it costs the
 * metrics that would follow and nothing else.
 */
export class OutputTail {
  readonly #options: OutputTailOptions;
  readonly #skipped: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  #reader: OutputReader | undefined;
  /** The first byte that was not looked at. */
  #offset = 0;
  #keptTo = 0;
  #reading: Promise<void> = Promise.resolve();
  #finished = false;
  #givenUp = false;
  #cutShort = false;
  #deadline = Number.POSITIVE_INFINITY;
  #hurried = false;
  #lastTime = 0;

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
    else await this.#guarded(async () => this.#handEnd());
    await this.#reader?.close();
    this.#tellLeftOut();
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
      // There may be descriptors again when more output has come.
      if (isDescriptorShortage(error) && !this.#finished) return;
      this.#givenUp = true;
      this.#options.onGap({ reason: `behind byte ${this.#offset} of the output: ${reasonOf(error)}` }, error);
    }
  }

  async #read(): Promise<void> {
    this.#reader ??= this.#begin();
    for (;;) {
      const step = await this.#reader.next();
      if (step === undefined) return;
      this.#cutShort ||= this.#options.now() >= this.#deadline;
      if (this.#cutShort) return;
      await this.#take(step);
    }
  }

  /** Where an earlier watcher has left a cursor, we are that one from here on. */
  #begin(): OutputReader {
    const { run, extractor, cursor, resumed } = this.#options;
    if (resumed !== undefined) extractor.recall(withCounts(extractor.memory(), resumed));
    if (cursor !== undefined) {
      extractor.recall(cursor.memory as ExtractorMemory);
      this.#offset = cursor.offset;
      this.#keptTo = cursor.offset;
    }
    return new OutputReader(run, this.#offset);
  }

  async #take(step: OutputStep): Promise<void> {
    const { extractor, onProgress, onGap, counted, keep, room } = this.#options;
    switch (step.kind) {
      case "bytes":
        this.#hand(extractor.push(step.stream, step.bytes, step.timestamp, step.offset));
        this.#lastTime = step.timestamp;
        this.#handParams();
        this.#offset = step.offset + step.bytes.length;
        onProgress();
        await room();
        break;
      case "hole":
        extractor.skip(counted);
        onGap({ reason: REMOVED_TOO_EARLY, bytes: step.to - step.offset, from: step.offset, to: step.to });
        this.#offset = step.to;
        break;
      case "segment":
        // The first is always there, and needs no cursor.
        if (step.offset > this.#keptTo) await keep({ offset: step.offset, memory: extractor.memory() });
        this.#keptTo = step.offset;
        break;
    }
  }

  #handEnd(): void {
    this.#hand(this.#options.extractor.end());
    this.#handParams();
  }

  #handParams(): void {
    const params = this.#options.extractor.params();
    if (params !== undefined) this.#options.onParams(params, this.#lastTime);
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

  #tellLeftOut(): void {
    const points = this.#options.extractor.leftOut();
    if (points === 0) return;
    this.#options.onGap({ reason: `${points} points were left out: their names came after ${MOST_KEYS} others` });
  }

  async #tellRest(most: number): Promise<void> {
    const segments = await findSegments(this.#options.run);
    const bytes = segments.reduce((sum, { start, end }) => sum + Math.max(0, end - Math.max(start, this.#offset)), 0);
    const reason = `there was more than ${most / 1000} s after the command's end were enough for`;
    this.#options.onGap({ reason, bytes });
  }
}

/** Nothing was printed yet, but the keys have these last points. */
function withCounts({ stdout, stderr }: ExtractorMemory, last: Counted): ExtractorMemory {
  return {
    stdout: { ...stdout, steps: { ...stdout.steps, last } },
    stderr: { ...stderr, steps: { ...stderr.steps, last } },
  };
}

function reasonOf(error: unknown): string {
  if (isSystemError(error)) return wordsOf(error);
  return error instanceof Error ? error.message : String(error);
}
