/** Sums counters of several devices into totals that never fall. */
export interface CounterSum {
  /** Takes the counters of every device as they are now, all of one length, and gives the totals. */
  add(devices: ReadonlyMap<string, readonly number[]>): number[];
}

/** Devices that are gone are remembered by name up to here; on some machines every container brings a new name. */
const MOST_REMEMBERED = 1000;

/**
 * The totals start as the plain sums since boot. A device that goes away keeps its share, goes on from it when it comes
 * back, and one whose counters start again from 0 (a driver was loaded anew) adds to what it had: without this a total
 * would fall or jump, and so would the rate made from it.
 */
export function createCounterSum(): CounterSum {
  const retired: number[] = [];
  const known = new Map<string, readonly number[]>();
  return {
    add(devices) {
      for (const [name, counters] of devices) {
        const before = known.get(name);
        if (before !== undefined && fell(before, counters)) addTo(retired, before);
        known.set(name, counters);
      }
      if (known.size > MOST_REMEMBERED) retireAbsent(known, devices, retired);
      const totals = [...retired];
      for (const counters of known.values()) addTo(totals, counters);
      return totals;
    },
  };
}

function fell(before: readonly number[], now: readonly number[]): boolean {
  return now.some((value, index) => value < (before[index] ?? 0));
}

function retireAbsent(
  known: Map<string, readonly number[]>,
  devices: ReadonlyMap<string, unknown>,
  retired: number[],
): void {
  for (const [name, counters] of known) {
    if (devices.has(name)) continue;
    addTo(retired, counters);
    known.delete(name);
  }
}

function addTo(totals: number[], counters: readonly number[]): void {
  for (const [index, value] of counters.entries()) totals[index] = (totals[index] ?? 0) + value;
}
