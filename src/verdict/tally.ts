/** Weighted means by key. */
export class Tally {
  readonly #sums = new Map<string, { weight: number; sum: number }>();

  add(key: string, value: number, weight: number): void {
    if (weight <= 0) return;
    const known = this.#sums.get(key);
    if (known === undefined) {
      this.#sums.set(key, { weight, sum: value * weight });
    } else {
      known.weight += weight;
      known.sum += value * weight;
    }
  }

  /** Takes what another has, which is empty then. */
  take(other: Tally): void {
    for (const [key, { weight, sum }] of other.#sums) this.add(key, sum / weight, weight);
    other.#sums.clear();
  }

  /** What a key was weighted with, in all. */
  weightOf(key: string): number {
    return this.#sums.get(key)?.weight ?? 0;
  }

  get means(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#sums, ([key, { weight, sum }]) => [key, sum / weight]));
  }
}
