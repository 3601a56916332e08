/** Parts that a course has at most; beyond them two become one. */
const MOST_PARTS = 64;

/** The course of a metric over a run in few numbers: means over equal numbers of points, which double when they must. */
export class Course {
  #parts: Part[] = [];
  #pointsPerPart = 1;

  add(value: number): void {
    let part = this.#parts.at(-1);
    if (part === undefined || part.finite + part.others >= this.#pointsPerPart) {
      if (this.#parts.length === MOST_PARTS) this.#halve();
      part = { sum: 0, finite: 0, others: 0 };
      this.#parts.push(part);
    }
    if (Number.isFinite(value)) {
      part.sum += value;
      part.finite += 1;
    } else {
      part.others += 1;
    }
  }

  /** `undefined` where most points were NaN or infinite. */
  get means(): (number | undefined)[] {
    return this.#parts.map(({ sum, finite, others }) => (others > finite ? undefined : sum / finite));
  }

  #halve(): void {
    const pairs: Part[] = [];
    for (let index = 0; index < this.#parts.length; index += 2) {
      const one = this.#parts[index];
      const other = this.#parts[index + 1];
      if (one === undefined || other === undefined) continue;
      pairs.push({ sum: one.sum + other.sum, finite: one.finite + other.finite, others: one.others + other.others });
    }
    this.#parts = pairs;
    this.#pointsPerPart *= 2;
  }
}

interface Part {
  sum: number;
  finite: number;
  others: number;
}
