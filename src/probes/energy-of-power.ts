/** Over a longer time without a reading nothing is assumed, in milliseconds. */
const LONGEST_GAP = 120_000;

/** Joules since the first reading of a power in watts: the mean of each two, over the time between them. */
export class EnergyOfPower {
  #joules = 0;
  #last: { readonly watts: number; readonly at: number } | undefined;

  /** @param at milliseconds of a clock that never goes back */
  add(watts: number, at: number): number {
    const last = this.#last;
    this.#last = { watts, at };
    if (last === undefined) return this.#joules;
    const elapsed = at - last.at;
    if (elapsed <= LONGEST_GAP) this.#joules += (((last.watts + watts) / 2) * elapsed) / 1000;
    return this.#joules;
  }
}
