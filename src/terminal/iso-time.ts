/** ISO 8601 in UTC with milliseconds; null where there is no time, or none that a date can hold. */
export function isoTime(timestamp: number | undefined): string | null {
  if (timestamp === undefined) return null;
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
