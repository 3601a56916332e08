import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";

import { messageOf } from "./kept-file.ts";
import { killGroup } from "./kill-group.ts";
import { runBounded } from "./bounded-command.ts";
import type { AskedField } from "./nvidia-smi-fields.ts";
import { fieldsOf } from "./nvidia-smi-fields.ts";
import type { SmiRow } from "./nvidia-smi-row.ts";
import { parseSmiRow } from "./nvidia-smi-row.ts";

export interface SmiStreamOptions {
  /** What is started, found on the PATH of `env`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between two lines of one GPU. */
  readonly period: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds before each start after the first; when they are used up, it has ended for good. */
  readonly pauses: readonly number[];
}

/** How it ended for good. */
export interface SmiEnd {
  readonly reason: string;
  /** There is no such program. */
  readonly isMissing: boolean;
}

/** Milliseconds that nvidia-smi may take to list its fields; it asks no driver for that. */
const HELP_MS = 5000;
const MOST_HELP = 1024 * 1024;
/** A line longer than this is none. */
const MOST_LINE = 4096;
/** Milliseconds without a line after which it hangs. */
const HANGING_MS = 20_000;
/** Milliseconds with lines after which earlier ends are forgotten. */
const GOOD_MS = 600_000;

/**
 * One nvidia-smi that prints a line for each GPU every second, for all who want to know. It is started again when it ends,
 * with growing pauses, and a few times only. When we are killed outright, its next line meets a closed pipe and ends it.
 */
export class SmiStream {
  readonly #options: SmiStreamOptions;
  readonly #listeners = new Set<(row: SmiRow, at: number) => void>();
  #fields: readonly AskedField[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #starts = 0;
  #startedAt = 0;
  #lastRow: number | undefined;
  #words = "";
  #ended: SmiEnd | undefined;
  #isClosed = false;

  constructor(options: SmiStreamOptions) {
    this.#options = options;
    void this.#begin();
  }

  /** Why there are no lines any more. */
  get ended(): SmiEnd | undefined {
    return this.#ended;
  }

  get fields(): readonly AskedField[] {
    return this.#fields;
  }

  /** Milliseconds since the last line; absent before the first. */
  get silence(): number | undefined {
    return this.#lastRow === undefined ? undefined : this.#options.now() - this.#lastRow;
  }

  /** @returns what ends it */
  onRow(listener: (row: SmiRow, at: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends one that prints nothing any more, for the next to take its place. Called now and then. */
  look(): void {
    if (this.#child === undefined || this.#options.now() - Math.max(this.#lastRow ?? 0, this.#startedAt) < HANGING_MS) {
      return;
    }
    this.#words = "it had stopped printing";
    killGroup(this.#child);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#child !== undefined) killGroup(this.#child);
  }

  async #begin(): Promise<void> {
    const { command, env } = this.#options;
    const help = runBounded({
      command: [command, "--help-query-gpu"],
      cwd: "/",
      timeout: HELP_MS,
      env,
      mostBytes: MOST_HELP,
    });
    // A fake one, or one that fails for other reasons, shows that with the question itself.
    this.#fields = fieldsOf(await help.output.catch(() => ""));
    if (!this.#isClosed) this.#start();
  }

  #start(): void {
    const { command, env, period, now } = this.#options;
    const query = this.#fields.map(({ name }) => name).join(",");
    const child = spawn(command, [`--query-gpu=${query}`, "--format=csv,noheader,nounits", "-lms", String(period)], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    this.#child = child;
    this.#starts += 1;
    this.#startedAt = now();
    this.#words = "";
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MOST_LINE) rest = "";
      for (const line of lines) this.#take(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.#note(text.split("\n")[0] ?? ""));
    let isOver = false;
    const over = (how: string, isMissing = false) => {
      if (isOver) return;
      isOver = true;
      killGroup(child);
      this.#over(how, isMissing);
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") over("is not there", true);
      else over(`cannot be started: ${messageOf(error)}`);
    });
    // What it has started would hold its output open.
    child.once("exit", () => killGroup(child));
    // Not its exit: its last words are read then.
    child.once("close", (code, signal) => {
      over(signal === null ? `ended with exit status ${code}` : `was ended by ${signal}`);
    });
    // Nothing waits for it.
    child.unref();
  }

  #take(line: string): void {
    const row = parseSmiRow(line, this.#fields);
    if (row === undefined) {
      this.#note(line);
      return;
    }
    const at = this.#options.now();
    this.#lastRow = at;
    if (at - this.#startedAt > GOOD_MS) this.#starts = 1;
    for (const listener of this.#listeners) listener(row, at);
  }

  /** What it says that is no row, as far as that is short. */
  #note(line: string): void {
    if (this.#words === "") this.#words = line.trim().slice(0, 200);
  }

  #over(how: string, isMissing: boolean): void {
    this.#child = undefined;
    if (this.#isClosed) return;
    const reason = `nvidia-smi ${how}${this.#words === "" ? "" : `: ${this.#words}`}`;
    const pause = this.#options.pauses[this.#starts - 1];
    // One that never printed a line is asked no more.
    if (pause === undefined || this.#lastRow === undefined) this.#ended = { reason, isMissing };
    else this.#timer = setTimeout(() => this.#start(), pause).unref();
  }
}
