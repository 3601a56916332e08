/** Makes rates from totals that only grow. */
export interface Rates {
  /**
   * What each total grew by per second since the last call that gave rates; nothing when that is too short ago.
   * @param at milliseconds of the host's clock at which the totals were read
   */
  since(at: number, totals: readonly number[]): readonly (number | undefined)[];
}

/** Over a shorter time the clock's own steps would show in the rate. Milliseconds. */
const SHORTEST_WINDOW = 10;

/** Starts with what was read when the probe was opened. A total that is smaller than before counts as one at rest. */
export function createRates(at: number, totals: readonly number[]): Rates {
  let last = { at, totals };
  return {
    since(now, current) {
      const seconds = (now - last.at) / 1000;
      if (seconds * 1000 < SHORTEST_WINDOW) return [];
      const grown = current.map((total, index) => Math.max(0, total - (last.totals[index] ?? total)) / seconds);
      last = { at: now, totals: current };
      return grown;
    },
  };
}
