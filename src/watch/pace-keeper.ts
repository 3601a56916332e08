/** A new time between samples, and what sampling was found to cost. */
export interface PaceChange {
  /** Seconds. */
  readonly interval: number;
  /** Percent of a core. */
  readonly cost: number;
  readonly isSlower: boolean;
}

export interface PaceKeeperOptions {
  /** Seconds: what the machine's size allows; never less than that. */
  readonly interval: number;
  /** Percent of a core. */
  readonly budget: number;
}

/** Longest time between samples that it goes to by itself. Seconds. */
const LONGEST = 60;

/**
 * What a cost is taken over. The process table is read in some of these windows only, and those decide: before a shorter
 * interval is tried, more windows have to be calm than lie between two readings of it.
 */
const SAMPLES_IN_WINDOW = 2;

/** Half the interval must cost this share of the budget at most before it is tried. */
const SURELY_WITHIN = 0.8;

/** How many windows in a row must say so. It doubles with each relapse, so that what comes and goes is not news each time. */
const FEWEST_CALM = 4;
const MOST_CALM = 64;

/**
 * Keeps what sampling costs within a budget, by the time between samples: doubled as often as the budget asks for, and
 * halved again when twice the cost would fit for a while. As long as the cost of a sample stays the same it does not swing.
 * Pure but for what it remembers.
 */
export class PaceKeeper {
  readonly #options: PaceKeeperOptions;
  #interval: number;
  #since: { readonly at: number; readonly used: number } | undefined;
  #samples = 0;
  #calm = 0;
  #calmWanted = 0;

  constructor(options: PaceKeeperOptions) {
    this.#options = options;
    this.#interval = options.interval;
  }

  /** Begins its window anew: the time that has passed was no time of the run. */
  restart(): void {
    this.#since = undefined;
  }

  /**
   * A sample was taken.
   * @param at milliseconds of a clock that never goes back
   * @param used milliseconds of CPU time that sampling has taken so far
   */
  sampled(at: number, used: number): PaceChange | undefined {
    const since = this.#since;
    this.#samples = since === undefined ? 0 : this.#samples + 1;
    if (since !== undefined && this.#samples < SAMPLES_IN_WINDOW) return undefined;
    this.#since = { at, used };
    this.#samples = 0;
    if (since === undefined || at <= since.at) return undefined;
    return this.#judge((100 * (used - since.used)) / (at - since.at));
  }

  #judge(cost: number): PaceChange | undefined {
    const { interval: shortest, budget } = this.#options;
    if (cost > budget) {
      this.#calm = 0;
      const interval = slower(this.#interval, cost / budget, Math.max(LONGEST, shortest));
      if (interval === this.#interval) return undefined;
      this.#calmWanted = Math.min(Math.max(FEWEST_CALM, 2 * this.#calmWanted), MOST_CALM);
      this.#interval = interval;
      return { interval, cost, isSlower: true };
    }
    this.#calm = 2 * cost <= SURELY_WITHIN * budget ? this.#calm + 1 : 0;
    if (this.#interval === shortest || this.#calm < this.#calmWanted) return undefined;
    this.#calm = 0;
    this.#interval = Math.max(shortest, this.#interval / 2);
    return { interval: this.#interval, cost, isSlower: false };
  }
}

/** Doubled until it is longer by this factor, at most to the longest. */
function slower(interval: number, factor: number, longest: number): number {
  const doublings = Math.max(1, Math.ceil(Math.log2(factor)));
  return Math.min(longest, interval * 2 ** doublings);
}
