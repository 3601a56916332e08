import type { Reading } from "../model/metric.ts";
import { seriesOf } from "../model/metric.ts";

/** Entries of tracelet's own lists, as they are called in a series. */
const OWN_SERIES = /^(load_average_\d+m|cpu_core_\d+_percent|process_count_\w+|gpu_\d+_\w+)$/;

/**
 * Readings of a probe that is not ours, as they came. @throws Error with a reason in a few words for a key that is
 * tracelet's own or no key at all, and for a value that is no finite number
 */
export function checkReadings(readings: readonly Reading[], ownKeys: ReadonlySet<string>): readonly Reading[] {
  for (const reading of readings) {
    for (const [key, value] of seriesOf(reading)) {
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key))
        throw new Error(`gave the key '${key}', which is not made of letters, digits and _`);
      if (ownKeys.has(key) || OWN_SERIES.test(key))
        throw new Error(`gave the key ${key}, which is tracelet's own; give the probe another name`);
      if (!Number.isFinite(value)) throw new Error(`gave ${key} the value ${String(value)}, which is no finite number`);
    }
  }
  return readings;
}
