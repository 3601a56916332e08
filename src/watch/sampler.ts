import { nextSampleAt } from "./clock.ts";

/** Shortest time a percentage is taken over: the kernel counts in hundredths of a second. */
const SHORTEST_WINDOW_MS = 30;

/** A share of time over this long is no accident; a shorter interval is what the user asked for. */
const SETTLED_WINDOW_MS = 1000;

/** Longest time a single timer can wait for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface SamplerOptions {
  /** Seconds. */
  readonly interval: number | "auto";
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /**
   * Takes one sample; the sampler never has two under way. `settled`: the time since the last one is long enough to
   * judge a share of time by. The first and the last sample of a run often are not.
   */
  readonly sample: (settled: boolean) => Promise<void>;
}

/** The clock of a run: the first sample comes at once, then one an interval, and the last when the run ends. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #started: number;
  #lastSample: number;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;

  /** Starts at once. The probes must have been opened just before: that is where their first window begins. */
  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#lastSample = this.#started;
    this.#wait(
      Math.min(SHORTEST_WINDOW_MS, typeof options.interval === "number" ? options.interval * 1000 : SHORTEST_WINDOW_MS),
    );
  }

  /** Stops without a last sample. */
  halt(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Takes the last sample and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
    const window = this.#options.now() - this.#lastSample;
    if (window < SHORTEST_WINDOW_MS) await delay(SHORTEST_WINDOW_MS - window);
    await this.#sample();
  }

  async #sample(): Promise<void> {
    const now = this.#options.now();
    const { interval } = this.#options;
    // Timers come a little early or late.
    const wanted = 0.9 * Math.min(SETTLED_WINDOW_MS, interval === "auto" ? SETTLED_WINDOW_MS : interval * 1000);
    const settled = now - this.#lastSample >= wanted;
    this.#lastSample = now;
    await this.#options.sample(settled);
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(
      () => {
        this.#underWay = this.#tick();
      },
      Math.min(milliseconds, LONGEST_TIMER_MS),
    );
  }

  async #tick(): Promise<void> {
    await this.#sample();
    if (this.#stopped) return;
    const elapsed = this.#options.now() - this.#started;
    this.#wait(nextSampleAt(this.#options.interval, elapsed) - elapsed);
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
