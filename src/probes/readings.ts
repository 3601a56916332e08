import type { MetricSpec, Reading, ReadingValue, Unavailable } from "../model/metric.ts";

/** Readings of what was read; a value that is `undefined` could not be read and is left out. */
export function readingsOf(values: Readonly<Record<string, ReadingValue | undefined>>): Reading[] {
  const readings: Reading[] = [];
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) readings.push({ key, value });
  }
  return readings;
}

export function keysOf(metrics: readonly MetricSpec[]): string[] {
  return metrics.map((metric) => metric.key);
}

/** A fact about this machine: these keys cannot be told here. */
export function unavailable(metrics: readonly string[], reason: string, hint?: string): Unavailable {
  return { state: "unavailable", metrics, reason, ...(hint === undefined ? {} : { hint }) };
}

/** Whether there is a reason instead of a thing. */
export function isReason(value: object): value is Unavailable {
  return "state" in value && "reason" in value;
}

/** The keys among these that the readings lack, with the reason; nothing when all are there. */
export function absentKeys(
  metrics: readonly MetricSpec[],
  readings: readonly Reading[],
  reason: string,
): Unavailable[] {
  const read = new Set(readings.map((reading) => reading.key));
  const absent = keysOf(metrics).filter((key) => !read.has(key));
  return absent.length === 0 ? [] : [unavailable(absent, reason)];
}
