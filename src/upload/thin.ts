import type { SystemSample } from "../model/backend.ts";

/** Samples that are sent as they are. */
const FULL_RATE = 2000;

/**
 * How many samples share the point of this one. 1 for the first 2,000; then a window of 2 up to sample 4,000, of 4 up to
 * 8,000 and so on: each doubling of a run adds 1,000 points to a series. It depends on the index alone, so a live upload,
 * which does not know how long the run will be, and one of next week come to the same points.
 */
export function windowSize(index: number): number {
  return index < FULL_RATE ? 1 : 2 ** (Math.floor(Math.log2(index / FULL_RATE)) + 1);
}

interface Window {
  /** Index of the first sample that does not belong to it. */
  readonly end: number;
  readonly first: Pick<SystemSample, "index" | "timestamp">;
  readonly sums: Map<string, { sum: number; count: number; max: number }>;
}

/** Turns samples into what is sent of them: mean and maximum of each series over each window. */
export class Thinner {
  #window: Window | undefined;

  /** Whether the newest sample is still to be sent, together with others. */
  get isOpen(): boolean {
    return this.#window !== undefined;
  }

  /** Takes the next sample and gives what is complete now, oldest first. */
  add(sample: SystemSample): SystemSample[] {
    // Samples are missing where the watcher dropped some.
    const before = this.#window !== undefined && sample.index >= this.#window.end ? this.end() : [];
    const size = windowSize(sample.index);
    if (size === 1) return [...before, sample];
    this.#window ??= {
      end: (Math.floor(sample.index / size) + 1) * size,
      first: sample,
      sums: new Map(),
    };
    const { sums, end } = this.#window;
    for (const [key, value] of Object.entries(sample.metrics)) {
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { sum: value, count: 1, max: value });
      else sums.set(key, { sum: sum.sum + value, count: sum.count + 1, max: Math.max(sum.max, value) });
    }
    return sample.index + 1 < end ? before : [...before, ...this.end()];
  }

  /** What there is of the last window: no more samples come. */
  end(): SystemSample[] {
    const window = this.#window;
    this.#window = undefined;
    if (window === undefined) return [];
    const { index, timestamp } = window.first;
    const entries = [...window.sums];
    return [
      {
        index,
        timestamp,
        metrics: Object.fromEntries(entries.map(([key, { sum, count }]) => [key, sum / count])),
        max: Object.fromEntries(entries.map(([key, { max }]) => [key, max])),
      },
    ];
  }
}
