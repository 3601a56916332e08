import type { GuardedProbe } from "./guarded-probe.ts";

/** A probe that is not read at every tick. */
export interface PacedProbe extends GuardedProbe {
  /** Whether it is time to read it; always, where no pace was set. */
  isDue(at: number): boolean;
}

/** Timers come a little early: a tick of a second must not be taken for the one after. */
const EARLY_MS = 100;

/**
 * Remembers when a probe was read last.
 * @param every milliseconds between two readings, at least; 0 for each tick
 * @param now milliseconds of a clock that never goes back
 */
export function paced(probe: GuardedProbe, every: number, now: () => number): PacedProbe {
  if (every === 0) return { ...probe, isDue: () => true };
  let read = Number.NEGATIVE_INFINITY;
  return {
    ...probe,
    isDue: (at) => at - read >= every - EARLY_MS,
    sample(workload) {
      read = now();
      return probe.sample(workload);
    },
  };
}
