import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { StreamName } from "../model/run.ts";
import type { OutputGap, WatcherMessage, WatchOrder, WrapperMessage } from "../model/watcher-protocol.ts";
import type { RunEnd } from "../model/run.ts";

/** Starts of a watcher that keeps dying before we leave it at that; the run goes on without. */
const MOST_RESTARTS = 5;
const RESTART_DELAY_MS = 500;
/** Least time between two words about new output. */
const NUDGE_MS = 100;
/** A watcher that has not let go of a stream after this long is replaced: the child must learn of a broken pipe. */
const RELEASE_TIMEOUT_MS = 200;
/** A watcher that gives no sign of life for this long while it ends the run is given up. */
const SILENCE_TIMEOUT_MS = 10_000;

export interface WatcherOptions {
  /** The script to start: bin/watch.js. */
  readonly script: string;
  readonly order: WatchOrder;
  /** Where the watcher's own errors go; a file in the run directory. */
  readonly errorLog: string;
  /** The read ends that the watcher is to hold. */
  readonly held: Partial<Record<StreamName, number>>;
  readonly onNotice: (text: string) => void;
  /** Called once for each watcher that died and was replaced. */
  readonly onReplaced: () => void;
}

/**
 * The watcher as the wrapper sees it: a process that may die or hang at any time without harm. It runs in a session of
 * its own, so that no Ctrl-C and no hang-up of the terminal reaches it.
 */
export class WatcherProcess {
  readonly #options: WatcherOptions;
  readonly #held: Partial<Record<StreamName, number>>;
  #process: ChildProcess | undefined;
  #restarts = 0;
  #ending: { end: RunEnd; gaps: readonly OutputGap[] } | undefined;
  #finish: (summary: string | undefined) => void = () => {};
  #silence: NodeJS.Timeout | undefined;
  #nudged = false;
  readonly #releases = new Map<StreamName, () => void>();

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#held = { ...options.held };
    this.#start();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Tells the watcher, a few times a second at most, that there is more output to look at. */
  outputGrew(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    setTimeout(() => {
      this.#nudged = false;
      this.#send({ type: "output" });
    }, NUDGE_MS).unref();
  }

  /** The read end of a stream is closed here: its number may be anything by now, and no later watcher may get it. */
  forget(stream: StreamName): void {
    delete this.#held[stream];
  }

  /** Has the watcher close its end of a stream that nobody reads any more. */
  async release(stream: StreamName): Promise<void> {
    if (!this.#options.order.held.includes(stream)) return;
    delete this.#held[stream];
    const released = new Promise<boolean>((resolve) => {
      this.#releases.set(stream, () => resolve(true));
      setTimeout(() => resolve(false), RELEASE_TIMEOUT_MS);
    });
    this.#send({ type: "release", stream });
    if (!(await released)) this.#process?.kill("SIGKILL");
  }

  /** Has the run ended and waits for it. Resolves with the summary, or with undefined when no watcher could do it. */
  async end(end: RunEnd, gaps: readonly OutputGap[]): Promise<string | undefined> {
    const finished = new Promise<string | undefined>((resolve) => {
      this.#finish = resolve;
    });
    this.#ending = { end, gaps };
    if (this.#process) {
      this.#process.ref();
      this.#process.channel?.ref();
      this.#send({ type: "end", end, gaps });
      this.#expectLife();
    } else if (this.#restarts >= MOST_RESTARTS) {
      return undefined;
    }
    return finished;
  }

  /** The user does not want to wait. */
  hurry(): void {
    this.#send({ type: "hurry" });
  }

  #start(): void {
    const held = this.#options.order.held.filter((stream) => this.#held[stream] !== undefined);
    const errors = openSync(this.#options.errorLog, "a", 0o600);
    const watcher = spawn(process.execPath, [this.#options.script, this.#options.order.directory], {
      cwd: this.#options.order.header.cwd,
      detached: true,
      // 4 and 5 are HELD_DESCRIPTORS.
      stdio: ["ignore", "ignore", errors, "ipc", this.#held.stdout ?? "ignore", this.#held.stderr ?? "ignore"],
    });
    closeSync(errors);
    this.#process = watcher;
    watcher.on("message", (message) => this.#receive(message as WatcherMessage));
    watcher.once("error", () => this.#lost(watcher)); // could not be started: treated like one that died
    watcher.once("exit", () => this.#lost(watcher));
    this.#send({ type: "watch", order: { ...this.#options.order, held } });
    if (this.#ending) {
      this.#send({ type: "end", ...this.#ending });
      this.#expectLife();
    } else {
      watcher.unref();
      watcher.channel?.unref();
    }
  }

  #receive(message: WatcherMessage): void {
    if (this.#ending) this.#expectLife();
    switch (message.type) {
      case "notice":
        this.#options.onNotice(message.text);
        break;
      case "released":
        this.#releases.get(message.stream)?.();
        break;
      case "done":
        clearTimeout(this.#silence);
        this.#process?.removeAllListeners("exit");
        this.#finish(message.summary);
        break;
      case "alive":
        break;
    }
  }

  #lost(watcher: ChildProcess): void {
    if (watcher !== this.#process) return;
    this.#process = undefined;
    clearTimeout(this.#silence);
    if (this.#restarts >= MOST_RESTARTS) {
      this.#finish(undefined);
      return;
    }
    this.#restarts += 1;
    this.#options.onReplaced();
    const timer = setTimeout(() => this.#start(), RESTART_DELAY_MS * (this.#restarts - 1));
    if (!this.#ending) timer.unref();
  }

  /** Gives up a watcher that stays silent while the user waits for it. */
  #expectLife(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const hung = this.#process;
      this.#process = undefined;
      hung?.kill("SIGKILL");
      this.#finish(undefined);
    }, SILENCE_TIMEOUT_MS);
  }

  #send(message: WrapperMessage): void {
    // A channel that has just closed is the business of the exit handler.
    if (this.#process?.connected) this.#process.send(message, () => {});
  }
}
