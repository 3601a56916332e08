import type { Reading } from "../model/metric.ts";
import { seriesOf } from "../model/metric.ts";

/** Most numbers that are taken from one reading of a probe that is not ours. */
export const MOST_NUMBERS = 100;

/** Entries of tracelet's own lists, as they are called in a series. */
const OWN_SERIES = /^(load_average_\d+m|cpu_core_\d+_percent|process_count_\w+|gpu_\d+_\w+)$/;

/**
 * Readings of a probe that is not ours, as they came. @throws Error with a reason in a few words for a key that is
 * tracelet's own or no key at all, for a value that is no finite number, and for too many of them
 */
export function checkReadings(readings: readonly Reading[], ownKeys: ReadonlySet<string>): readonly Reading[] {
  let count = 0;
  for (const reading of readings) {
    if (!isReadingValue(reading.value)) {
      throw new Error(
        `gave ${reading.key} a value that is neither a number nor a list of numbers, nor numbers by name`,
      );
    }
    for (const [key, value] of seriesOf(reading)) {
      count += 1;
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key))
        throw new Error(`gave the key '${key}', which is not made of letters, digits and _`);
      if (ownKeys.has(key) || OWN_SERIES.test(key))
        throw new Error(`gave the key ${key}, which is tracelet's own; give the probe another name`);
      if (!Number.isFinite(value)) throw new Error(`gave ${key} the value ${String(value)}, which is no finite number`);
    }
  }
  if (count > MOST_NUMBERS) throw new Error(`gave ${count} numbers, more than ${MOST_NUMBERS}`);
  return readings;
}

/** The type is a promise of code that is not ours. */
function isReadingValue(value: unknown): boolean {
  if (typeof value === "number") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((entry) => typeof entry === "number");
}
