import { fromJournalNumber, type JournalRecord } from "../model/record.ts";
import type { MetricSummary, SeriesSummary } from "../model/view.ts";

type RecordOf<Type extends JournalRecord["type"]> = Extract<JournalRecord, { type: Type }>;

/** Training metrics by key, folded point by point. */
export class MetricFold {
  readonly #byKey = new Map<string, MetricSummary>();

  add({ metrics, step }: RecordOf<"metrics">): void {
    for (const key in metrics) {
      const value = fromJournalNumber(metrics[key] ?? Number.NaN);
      this.#byKey.set(key, withPoint(this.#byKey.get(key), value, step));
    }
  }

  get summaries(): Record<string, MetricSummary> {
    return Object.fromEntries(this.#byKey);
  }
}

function withPoint(before: MetricSummary | undefined, value: number, step: number): MetricSummary {
  const isNaN = Number.isNaN(value);
  const { min, max } = before ?? {};
  // A NaN compares as false with everything, so it never becomes the best or the worst.
  const isMin = !isNaN && (min === undefined || value < min);
  const isMax = !isNaN && (max === undefined || value > max);
  return {
    ...(before ?? { first: value, firstStep: step }),
    count: (before?.count ?? 0) + 1,
    nan: (before?.nan ?? 0) + (isNaN ? 1 : 0),
    last: value,
    lastStep: step,
    ...(isMin ? { min: value, minStep: step } : {}),
    ...(isMax ? { max: value, maxStep: step } : {}),
  };
}

interface Sum {
  count: number;
  sum: number;
  last: number;
  min: number;
  max: number;
}

/** System series by key, folded sample by sample. */
export class SeriesFold {
  readonly #byKey = new Map<string, Sum>();

  add({ metrics }: RecordOf<"sample">): void {
    for (const key in metrics) {
      const value = metrics[key];
      if (value !== undefined) addTo(this.#sumOf(key, value), value);
    }
  }

  get summaries(): Record<string, SeriesSummary> {
    return Object.fromEntries(
      Array.from(this.#byKey, ([key, { count, sum, last, min, max }]) => [
        key,
        { count, last, mean: sum / count, min, max },
      ]),
    );
  }

  #sumOf(key: string, value: number): Sum {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = { count: 0, sum: 0, last: value, min: value, max: value };
    this.#byKey.set(key, made);
    return made;
  }
}

function addTo(sum: Sum, value: number): void {
  sum.count += 1;
  sum.sum += value;
  sum.last = value;
  sum.min = Math.min(sum.min, value);
  sum.max = Math.max(sum.max, value);
}
