/** The time around a sample that is compared with the time beside it. Milliseconds. */
export interface SampleWindow {
  /** What a sample does begins so long before the time that it says of itself, at the earliest, */
  readonly lead: number;
  /** and is over so long after that. */
  readonly length: number;
  /** So much on either side of it is what it is compared with. */
  readonly beside: number;
}

/** A sample takes a few milliseconds; what it has pushed out of the caches is there again within some more. */
const LENGTH = 50;

/** Of samples so many seconds apart. Where they are close together, half of the time is left to compare with. */
export function sampleWindow(interval: number): SampleWindow {
  const between = 1000 * interval;
  const length = Math.min(LENGTH, between / 2);
  return { lead: length / 5, length, beside: Math.min(LENGTH, (between - length) / 2) };
}
