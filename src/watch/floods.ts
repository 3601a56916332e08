/** Changes of state of one rule that are told at once … */
const MOST = 20;
/** … and how long it takes until one more is, in milliseconds. */
const REFILL_MS = 15_000;

/** A rule whose series swings far and fast would bury the output that the user wants to read: a bucket for each rule. */
export class Floods {
  readonly #buckets = new Map<string, { left: number; at: number; isTold: boolean }>();

  /** `undefined`: it may be told. Otherwise it may not, and whether that is the `first` since it could be. */
  see(rule: string, at: number): "first" | "more" | undefined {
    const bucket = this.#buckets.get(rule) ?? { left: MOST, at, isTold: false };
    this.#buckets.set(rule, bucket);
    bucket.left = Math.min(MOST, bucket.left + (at - bucket.at) / REFILL_MS);
    bucket.at = at;
    if (bucket.left >= 1) {
      bucket.left -= 1;
      bucket.isTold = false;
      return undefined;
    }
    const flood = bucket.isTold ? "more" : "first";
    bucket.isTold = true;
    return flood;
  }
}
