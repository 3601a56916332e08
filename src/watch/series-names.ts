import { type ReadingValue, seriesOf } from "../model/metric.ts";

/** Remembers the series that the entries of lists and records become: a run has the same ones in every sample. */
export class SeriesNames {
  readonly #known = new Map<string, Map<string, string>>();

  /** Puts the entries of a reading into `metrics`, each under the key of its series; see `seriesOf`. */
  addTo(metrics: Record<string, number>, key: string, value: Exclude<ReadingValue, number>): void {
    for (const [entry, number] of Object.entries<number>(value)) {
      metrics[this.#known.get(key)?.get(entry) ?? this.#learn(key, value, entry)] = number;
    }
  }

  #learn(key: string, value: Exclude<ReadingValue, number>, entry: string): string {
    const series = seriesOf({ key, value })[Object.keys(value).indexOf(entry)]?.[0] ?? entry;
    const names = this.#known.get(key) ?? new Map<string, string>();
    this.#known.set(key, names.set(entry, series));
    return series;
  }
}
