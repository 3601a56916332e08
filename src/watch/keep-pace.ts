import { type PaceChange, PaceKeeper } from "./pace-keeper.ts";
import { createSamplingCost } from "./sampling-cost.ts";

/** What stands between the clock and the samples. */
export interface KeptPace {
  /** Takes a sample, and looks at what it cost. */
  take(sample: () => Promise<void>): Promise<void>;
  /** The time since the last sample was no time of the run. */
  restart(): void;
}

export interface KeepPaceOptions {
  /** Seconds between samples to begin with. */
  readonly interval: number;
  /** Percent of a core. */
  readonly budget: number;
  /** Root of procfs. */
  readonly proc: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onChange: (change: PaceChange) => void;
}

/** An interval that the user has chosen is kept, whatever it costs. */
export const FIXED_PACE: KeptPace = { take: (sample) => sample(), restart: () => undefined };

/** Measures what samples cost, and tells when another interval is better. */
export function keepPace({ interval, budget, proc, now, onChange }: KeepPaceOptions): KeptPace {
  const cost = createSamplingCost(proc);
  const keeper = new PaceKeeper({ interval, budget });
  return {
    async take(sample) {
      await cost.measure(sample);
      const change = keeper.sampled(now(), cost.used());
      if (change !== undefined) onChange(change);
    },
    restart: () => keeper.restart(),
  };
}
