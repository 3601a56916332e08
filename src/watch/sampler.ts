import { setImmediate as turn } from "node:timers/promises";
import { nextSampleAt } from "./clock.ts";

/** Shortest time a percentage is taken over: the kernel counts in hundredths of a second. */
const SHORTEST_WINDOW_MS = 30;

/** A share of time over this long is no accident; a shorter interval is what the user asked for. */
const SETTLED_WINDOW_MS = 1000;

/** Longest time between two looks at whether the run is stopped. */
const LOOK_MS = 1000;

/** A timer that comes this late may mean that we were stopped. */
const LATE_MS = 100;

export interface SamplerOptions {
  /** Seconds, to begin with. */
  readonly interval: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /**
   * Takes one sample; the sampler never has two under way. `settled`: the time since the last one is long enough to
   * judge a share of time by. The first and the last sample of a run often are not. `isLast`: nothing comes after it.
   */
  readonly sample: (settled: boolean, isLast: boolean) => Promise<void>;
  /** Whether the run is stopped now; `undefined` when that is not known. Asked at least once a second. */
  readonly isStopped: () => boolean | undefined;
  /** Reads everything once for nothing, so that the windows of all rates begin anew. */
  readonly restart: () => Promise<void>;
  /** The run goes on after it was stopped, for so many milliseconds as far as that was seen. */
  readonly onResumed: (stoppedFor: number) => void;
}

/**
 * The clock of a run: the first sample comes at once, then one an interval, and the last when the run ends. While the run
 * is stopped there are none, and no window of a rate has stopped time in it: they begin anew when the run goes on.
 */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #started: number;
  #interval: number;
  #due: number;
  #lastSample: number;
  #lastLook: number;
  /** When the timer runs out. */
  #expected = 0;
  #pausedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;

  /** Starts at once. The probes must have been opened just before: that is where their first window begins. */
  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#interval = options.interval;
    this.#lastSample = this.#started;
    this.#lastLook = this.#started;
    this.#due = Math.min(SHORTEST_WINDOW_MS, options.interval * 1000);
    this.#wait();
  }

  /** The run is stopped from now on, until it is seen running or `resume` is called. */
  pause(): void {
    this.#pausedAt ??= this.#options.now();
  }

  /** The run goes on, or was stopped and continued unseen: between two looks, or together with us. */
  resume(): void {
    const isLookOverdue = this.#options.now() - this.#lastLook > 2 * LOOK_MS;
    if (isLookOverdue) this.#pausedAt ??= this.#lastLook;
    this.pause();
    this.#enqueue(() => this.#resume());
  }

  /** From the next sample on there are so many seconds between two. */
  changeInterval(seconds: number): void {
    this.#interval = seconds;
  }

  /** Stops without a last sample. */
  halt(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Takes the last sample and stops. */
  async stop(): Promise<void> {
    this.halt();
    await this.#underWay;
    await this.#resume();
    const window = this.#options.now() - this.#lastSample;
    if (window < SHORTEST_WINDOW_MS) await delay(SHORTEST_WINDOW_MS - window);
    await this.#sample(true);
  }

  #wait(): void {
    const left = this.#due - (this.#options.now() - this.#started);
    const wait = Math.min(Math.max(left, 1), LOOK_MS);
    this.#expected = this.#options.now() + wait;
    this.#timer = setTimeout(() => this.#enqueue(() => this.#wake()), wait);
  }

  #enqueue(act: () => Promise<void>): void {
    this.#underWay = this.#underWay.then(act);
  }

  async #wake(): Promise<void> {
    // Where we were stopped ourselves, a signal that says so is waiting behind the timer that has run out.
    if (this.#options.now() - this.#expected > LATE_MS) await turn();
    if (this.#stopped) return;
    const isStopped = this.#options.isStopped();
    this.#lastLook = this.#options.now();
    if (isStopped === true) this.pause();
    if (isStopped === false) await this.#resume();
    if (this.#pausedAt === undefined && this.#elapsed() >= this.#due) await this.#sample();
    if (this.#elapsed() >= this.#due) this.#due = nextSampleAt(this.#interval, this.#elapsed());
    if (!this.#stopped) this.#wait();
  }

  async #resume(): Promise<void> {
    if (this.#pausedAt === undefined) return;
    const stoppedFor = this.#options.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#options.onResumed(stoppedFor);
    await this.#options.restart();
    this.#lastSample = this.#options.now();
  }

  async #sample(isLast = false): Promise<void> {
    const now = this.#options.now();
    // Timers come a little early or late.
    const wanted = 0.9 * Math.min(SETTLED_WINDOW_MS, this.#interval * 1000);
    const settled = now - this.#lastSample >= wanted;
    this.#lastSample = now;
    await this.#options.sample(settled, isLast);
  }

  #elapsed(): number {
    return this.#options.now() - this.#started;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
