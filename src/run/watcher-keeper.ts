import { access } from "node:fs/promises";
import type { StreamName } from "../model/run.ts";
import type { TerminalOrder, WatcherMessage, WatchOrder, WrapperEnd } from "../model/watcher-protocol.ts";
import { runRemoved, watcherHung, watcherLost, watcherReplaced } from "../terminal/warnings.ts";
import type { RunClock } from "../watch/run-clock.ts";
import { within } from "./bounded.ts";
import { Pulse, SILENCE_MS } from "./pulse.ts";
import type { TerminalState } from "./terminal-job.ts";
import { type Held, WatcherProcess } from "./watcher-process.ts";

/** Deaths of watchers within `DEATHS_WINDOW_MS` after which no other is started; the run goes on without. */
const MOST_DEATHS = 5;
const DEATHS_WINDOW_MS = 10 * 60_000;
const RESTART_DELAY_MS = 500;
/** What a process ends by when its native code is at fault. */
const NATIVE_CRASHES: ReadonlySet<string> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"]);
/** A disk that does not answer by then is a disk that is there. */
const LOOK_TIMEOUT_MS = 1000;
/** Least time between two words about new output. */
const NUDGE_MS = 100;
/** A watcher that has not let go of a stream after this long is replaced: the child must learn of a broken pipe. */
const RELEASE_TIMEOUT_MS = 200;
/** What a watcher may take to come a step further while it ends the run, beside the time that an upload has. */
const STEP_TIMEOUT_MS = 4000;
/** What a watcher may still take when the user does not want to wait. */
const HURRY_TIMEOUT_MS = 2000;

/** What a watcher says of a run at its end. */
export type WatchEnd = Pick<Extract<WatcherMessage, { type: "done" }>, "summary" | "failed">;

export interface WatcherKeeperOptions {
  readonly script: string;
  readonly order: WatchOrder;
  /** Its skew goes to every watcher. */
  readonly clock: RunClock;
  readonly errorLog: number | "ignore";
  readonly held: Held;
  /** A line for the user. */
  readonly say: (text: string) => void;
  /** The disk takes no records, for this reason. */
  readonly onRefused: (reason: string) => void;
  /** A rule asks for it: the child is to get this signal. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
  /** The output is looked at up to this byte. */
  readonly onRead: (offset: number) => void;
}

/**
 * Keeps a watcher running: one that dies is replaced, and the new one goes on where the journal ends. Whatever happens to
 * it, `end` comes to an end.
 */
export class WatcherKeeper {
  readonly #options: WatcherKeeperOptions;
  readonly #held: { -readonly [Name in keyof Held]: Held[Name] };
  #terminal: TerminalOrder | undefined;
  #watcher: WatcherProcess | undefined;
  readonly #pids = new Set<number | undefined>();
  #deaths: number[] = [];
  #nativeCrashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #willNudge = false;
  readonly #releases = new Map<StreamName, NodeJS.Timeout>();
  #ending: WrapperEnd | undefined;
  #finish: (ended: WatchEnd | undefined) => void = () => {};
  #overdue: NodeJS.Timeout | undefined;
  #hurried = false;
  readonly #pulse: Pulse;
  #isLost = false;

  constructor(options: WatcherKeeperOptions) {
    this.#options = options;
    this.#held = { ...options.held };
    this.#pulse = new Pulse({ now: () => performance.now(), onSilence: () => this.#hangs() });
    this.#start();
  }

  /** Watchers kept dying, or there is nothing left that they could write to, and the user has been told. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether a process is a watcher of ours, or was one. */
  isWatcher(pid: number): boolean {
    return this.#pids.has(pid);
  }

  /** Tells the watcher, a few times a second at most, that there is more output to look at. */
  outputGrew(): void {
    if (this.#willNudge) return;
    this.#willNudge = true;
    setTimeout(() => {
      this.#willNudge = false;
      this.#watcher?.nudge();
    }, NUDGE_MS).unref();
  }

  /** Tells that we are about to stop, or go on: stopped time is no part of what is measured. */
  tell(type: "stopping" | "resumed"): void {
    this.#watcher?.send({ type });
  }

  /** The read end of a stream is closed here: its number may be anything by now, and no later watcher may get it. */
  forget(stream: StreamName): void {
    delete this.#held[stream];
  }

  /** Tells what the user's terminal needs if we should be killed. */
  terminal({ modes, reset }: TerminalState): void {
    const inText = (mode: Uint8Array) => Buffer.from(mode).toString("base64");
    this.#terminal = {
      ...(modes === undefined ? {} : { modes: { saved: inText(modes.saved), raw: inText(modes.raw) } }),
      reset,
    };
    this.#watcher?.send({ type: "terminal", state: this.#terminal });
  }

  /** Has the watcher close its end of a stream that nobody reads any more. */
  release(stream: StreamName): void {
    delete this.#held[stream];
    const watcher = this.#watcher;
    if (!watcher || !this.#options.order.held.includes(stream)) return;
    if (!watcher.ready) {
      // It would take longer to come up and let go than another takes that never had the stream.
      this.#replace(watcher);
      return;
    }
    watcher.send({ type: "release", stream });
    const timer = setTimeout(() => this.#replace(watcher), RELEASE_TIMEOUT_MS);
    this.#releases.set(stream, timer);
  }

  /**
   * Has the run ended and waits for it, as long as it comes further. Resolves with what a watcher says of it, or with
   * undefined when none could do it.
   */
  async end(ending: WrapperEnd): Promise<WatchEnd | undefined> {
    const finished = new Promise<WatchEnd | undefined>((resolve) => {
      this.#finish = resolve;
    });
    this.#ending = ending;
    // From now on what counts is how far it comes.
    this.#pulse.stop();
    this.#expectStep();
    if (this.#watcher) this.#tellEnd(this.#watcher);
    // Not later: nobody waits for the timer of a restart.
    else if (this.#restart) this.#start();
    else this.#giveUp();
    return finished;
  }

  /** The user does not want to wait: what is not uploaded is left to `tracelet sync`. */
  hurry(): void {
    this.#hurried = true;
    this.#watcher?.send({ type: "hurry" });
    if (this.#ending) this.#expectStep();
  }

  #start(): void {
    clearTimeout(this.#restart);
    this.#restart = undefined;
    const { script, errorLog } = this.#options;
    const crashes = this.#nativeCrashes;
    const { skew } = this.#options.clock;
    const order = {
      ...this.#options.order,
      ...(skew === 0 ? {} : { skew }),
      ...(crashes === 0 ? {} : { nativeCrashes: crashes }),
    };
    try {
      const watcher = new WatcherProcess({
        script,
        order,
        errorLog,
        held: this.#held,
        onMessage: (message) => this.#receive(message),
        onGone: (signal) => this.#gone(watcher, signal),
      });
      this.#watcher = watcher;
      this.#pulse.heard();
      this.#pids.add(watcher.pid);
      if (this.#terminal) watcher.send({ type: "terminal", state: this.#terminal });
      if (this.#ending) this.#tellEnd(watcher);
    } catch {
      // No memory, or no descriptors: like one that died at once.
      this.#countDeath();
    }
  }

  #tellEnd(watcher: WatcherProcess): void {
    if (!this.#ending) return;
    watcher.hold();
    watcher.send({ type: "end", ...this.#ending });
    if (this.#hurried) watcher.send({ type: "hurry" });
  }

  #receive(message: WatcherMessage): void {
    this.#pulse.heard();
    switch (message.type) {
      case "ready":
      case "alive":
        break;
      case "progress":
        if (this.#ending) this.#expectStep();
        break;
      case "notice":
        this.#options.say(message.text);
        break;
      case "refused":
        this.#options.onRefused(message.reason);
        break;
      case "signal":
        this.#options.onSignal(message.signal);
        break;
      case "read":
        this.#options.onRead(message.offset);
        break;
      case "released":
        clearTimeout(this.#releases.get(message.stream));
        break;
      case "done":
        // What it still does is of no interest to us, and neither is its death.
        this.#watcher = undefined;
        this.#settle(message);
        break;
    }
  }

  /** Ends a watcher for a reason of ours, and starts another at once. No fault of its own, and no news for the user. */
  #replace(watcher: WatcherProcess): void {
    if (watcher !== this.#watcher) return;
    this.#watcher = undefined;
    watcher.kill();
    this.#start();
  }

  #gone(watcher: WatcherProcess, signal?: NodeJS.Signals): void {
    if (watcher !== this.#watcher) return;
    this.#watcher = undefined;
    if (signal !== undefined && NATIVE_CRASHES.has(signal)) this.#nativeCrashes += 1;
    this.#countDeath();
  }

  /** One that hangs in the kernel stays there, killed as it is. */
  #hangs(): void {
    const watcher = this.#watcher;
    if (watcher === undefined) return;
    this.#watcher = undefined;
    watcher.kill();
    this.#countDeath(watcherHung(SILENCE_MS / 1000));
  }

  #countDeath(news = watcherReplaced()): void {
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((death) => now - death < DEATHS_WINDOW_MS), now];
    if (this.#deaths.length > MOST_DEATHS) {
      this.#isLost = true;
      this.#options.say(watcherLost(this.#options.order.header.id));
      this.#giveUp();
      return;
    }
    void this.#explain(this.#deaths.length === 1 ? news : undefined);
    this.#restart = setTimeout(() => this.#start(), RESTART_DELAY_MS * (this.#deaths.length - 1));
    if (!this.#ending) this.#restart.unref();
  }

  /** A watcher has nothing to write to where somebody has removed the run: there is no sense in another. */
  async #explain(news: string | undefined): Promise<void> {
    const { directory } = this.#options.order;
    const isThere = await within(
      LOOK_TIMEOUT_MS,
      access(directory).then(() => true, isOtherThanAbsent),
    );
    if (this.#isLost) return;
    if (isThere !== false) {
      if (news !== undefined) this.#options.say(news);
      return;
    }
    this.#isLost = true;
    this.#options.say(runRemoved(directory));
    this.#giveUp();
  }

  #expectStep(): void {
    clearTimeout(this.#overdue);
    const { uploadTimeout } = this.#options.order.settings;
    const time = this.#hurried ? HURRY_TIMEOUT_MS : uploadTimeout * 1000 + STEP_TIMEOUT_MS;
    this.#overdue = setTimeout(() => this.#giveUp(), time);
  }

  #giveUp(): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.kill();
    this.#settle(undefined);
  }

  #settle(ended: WatchEnd | undefined): void {
    clearTimeout(this.#overdue);
    clearTimeout(this.#restart);
    this.#finish(ended);
  }
}

function isOtherThanAbsent(error: NodeJS.ErrnoException): boolean {
  return error.code !== "ENOENT";
}
