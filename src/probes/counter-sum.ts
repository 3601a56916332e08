/** Sums counters of several devices into totals that never fall. */
export interface CounterSum {
  /** Takes the counters of every device as they are now, all of one length, and gives the totals. */
  add(devices: ReadonlyMap<string, readonly number[]>): number[];
}

/**
 * The totals start as the plain sums since boot. A device that goes away keeps its share, and one whose counters start
 * again from 0 (a driver was loaded anew) adds to what it had: without this a total would fall, and a rate made from it
 * would be negative.
 */
export function createCounterSum(): CounterSum {
  const retired: number[] = [];
  let last: ReadonlyMap<string, readonly number[]> = new Map();
  return {
    add(devices) {
      for (const [name, counters] of last) {
        const now = devices.get(name);
        if (now === undefined || now.some((value, index) => value < (counters[index] ?? 0))) addTo(retired, counters);
      }
      last = devices;
      const totals = [...retired];
      for (const counters of devices.values()) addTo(totals, counters);
      return totals;
    },
  };
}

function addTo(totals: number[], counters: readonly number[]): void {
  for (const [index, value] of counters.entries()) totals[index] = (totals[index] ?? 0) + value;
}
