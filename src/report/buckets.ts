/** A run of neighbouring points as one: where it begins, and what its values were. */
export interface Bucket {
  /** Of its first point: milliseconds since the start of the run. */
  readonly time: number;
  /** Of its first point; 0 where there are no steps. */
  readonly step: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/**
 * A series in bounded room. Each point has its own bucket until there are too many; then the time that a bucket may stand
 * for is doubled, as often as it takes. So no minimum and no maximum is ever lost, and how long the series will be need
 * not be known. Only finite values.
 */
export class Buckets {
  readonly #most: () => number;
  /** Milliseconds that a bucket stands for. */
  #width = 1;
  #times: number[] = [];
  #steps: number[] = [];
  #counts: number[] = [];
  #sums: number[] = [];
  #minima: number[] = [];
  #maxima: number[] = [];

  /** @param most how many buckets there may be, asked whenever one is added */
  constructor(most: () => number) {
    this.#most = most;
  }

  get length(): number {
    return this.#times.length;
  }

  /** @param time milliseconds since the start of the run; nearly in order */
  add(time: number, step: number, value: number): void {
    const at = this.#placeOf(Math.max(0, time));
    if (at >= 0) {
      this.#counts[at]! += 1;
      this.#sums[at]! += value;
      if (value < this.#minima[at]!) this.#minima[at] = value;
      if (value > this.#maxima[at]!) this.#maxima[at] = value;
      return;
    }
    this.#insert(-1 - at, Math.max(0, time), step, value);
    if (this.#times.length > this.#most()) this.shrink(this.#most());
  }

  /** Widens the buckets until there are no more than this. */
  shrink(most: number): void {
    while (this.#times.length > Math.max(1, most)) {
      this.#width *= 2;
      this.#merge();
    }
  }

  *[Symbol.iterator](): Generator<Bucket> {
    for (const [at, time] of this.#times.entries()) {
      const count = this.#counts[at]!;
      const [min, max] = [this.#minima[at]!, this.#maxima[at]!];
      // The sum of many may leave the range of numbers, or what lies between the extremes by its rounding.
      const mean = Math.min(max, Math.max(min, this.#sums[at]! / count));
      yield { time, step: this.#steps[at]!, count, mean, min, max };
    }
  }

  /** The bucket that a time belongs to; where there is none, −1 less the place that it would have. */
  #placeOf(time: number): number {
    const wanted = Math.floor(time / this.#width);
    let high = this.#times.length;
    const last = high === 0 ? -1 : this.#numberOf(high - 1);
    if (wanted > last) return -1 - high;
    if (wanted === last) return high - 1;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numberOf(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#numberOf(low) === wanted ? low : -1 - low;
  }

  #numberOf(at: number): number {
    return Math.floor(this.#times[at]! / this.#width);
  }

  #insert(at: number, time: number, step: number, value: number): void {
    if (at === this.#times.length) {
      this.#times.push(time);
      this.#steps.push(step);
      this.#counts.push(1);
      this.#sums.push(value);
      this.#minima.push(value);
      this.#maxima.push(value);
      return;
    }
    this.#times.splice(at, 0, time);
    this.#steps.splice(at, 0, step);
    this.#counts.splice(at, 0, 1);
    this.#sums.splice(at, 0, value);
    this.#minima.splice(at, 0, value);
    this.#maxima.splice(at, 0, value);
  }

  #merge(): void {
    let to = -1;
    let number = -1;
    for (let from = 0; from < this.#times.length; from += 1) {
      const own = this.#numberOf(from);
      if (own === number) {
        this.#counts[to]! += this.#counts[from]!;
        this.#sums[to]! += this.#sums[from]!;
        this.#minima[to] = Math.min(this.#minima[to]!, this.#minima[from]!);
        this.#maxima[to] = Math.max(this.#maxima[to]!, this.#maxima[from]!);
        continue;
      }
      to += 1;
      number = own;
      this.#times[to] = this.#times[from]!;
      this.#steps[to] = this.#steps[from]!;
      this.#counts[to] = this.#counts[from]!;
      this.#sums[to] = this.#sums[from]!;
      this.#minima[to] = this.#minima[from]!;
      this.#maxima[to] = this.#maxima[from]!;
    }
    for (const column of [this.#times, this.#steps, this.#counts, this.#sums, this.#minima, this.#maxima]) {
      column.length = to + 1;
    }
  }
}
