import type { JournalRecord } from "./record.ts";

/**
 * How much of a run each of its samples stands for: a share such as `cpu_percent` is that of the time since the reading
 * before, so an average has to give a sample the weight of that time. The first and the last one are often short.
 */
export class CoveredTime {
  #from: number | undefined;

  /** Milliseconds that the sample covers, from whatever came before it: a sample, a launch, a watcher, a gap. */
  of(sample: Extract<JournalRecord, { type: "sample" }>): number {
    const from = this.#from ?? sample.timestamp;
    this.#from = sample.timestamp;
    return Math.max(0, sample.timestamp - from);
  }

  /** Takes a record of another kind. Time in which nobody watched, or the run was stopped, is in no reading. */
  see(record: Exclude<JournalRecord, { type: "sample" }>): void {
    if (record.type === "run") this.#from = record.started;
    if (record.type === "launch" || record.type === "watcher") this.#from = record.timestamp;
    if (record.type === "gap" && record.what === "samples") this.#from = record.timestamp;
  }
}

/** An average over time, in memory that does not grow. */
export class TimeMean {
  #mean = 0;
  #covered = 0;

  add(value: number, milliseconds: number): void {
    this.#covered += milliseconds;
    this.#mean = this.#covered === 0 ? value : this.#mean + ((value - this.#mean) * milliseconds) / this.#covered;
  }

  /** Of values that cover no time at all it is the last. */
  get mean(): number {
    return this.#mean;
  }

  /** Milliseconds that the values cover, all together. */
  get covered(): number {
    return this.#covered;
  }
}
