import type { Death } from "../model/death.ts";
import { TimeMean } from "../model/covered-time.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd } from "../model/run.ts";
import type { Evidence, Statistics } from "./evidence.ts";
import { GpuWorkFold } from "./gpu-work.ts";
import { GrowthFold } from "./growth.ts";
import { LostLossFold } from "./lost-losses.ts";

/** The series that rules ask for by name, and those of GPUs. */
const SERIES = new Set([
  "container_cpu_cores_used",
  "container_cpu_limit",
  "container_cpu_throttled_percent",
  "container_memory_limit",
  "container_memory_working_set",
  "container_oom_kills",
  "cpu_count_logical",
  "disk_free",
  "memory_available",
  "memory_pressure_percent",
  "memory_total",
  "shm_percent",
  "shm_total",
  "swap_used",
  "tracelet_cpu_percent",
  "workload_cpu_percent",
  "workload_major_faults",
  "workload_memory_rss",
]);
const SERIES_OF_GPU = /^gpu_\d+(_mig_\d+)?_(memory_used|memory_total|power|power_limit|temperature)$/;

type Sample = Extract<JournalRecord, { type: "sample" }>;

/**
 * Gathers what the rules judge by, record by record, in one pass over a journal. Memory grows with the number of
 * the machine's series, not with the length of the run or the number of metrics.
 */
export class EvidenceFold {
  readonly #series = new Map<string, StatisticsFold>();
  readonly #asked = new Map<string, boolean>();
  readonly #work = new GpuWorkFold();
  readonly #growth = new GrowthFold();
  readonly #losses = new LostLossFold();
  #started: number | undefined;
  #end: RunEnd | undefined;
  #death: Death | undefined;
  #lastSeen = 0;
  /** The sample before, where the time since then was watched. */
  #previous: Pick<Sample, "timestamp" | "metrics"> | undefined;

  add(record: JournalRecord): void {
    switch (record.type) {
      case "run":
        this.#started ??= record.started;
        break;
      case "launch":
        this.#started = record.timestamp;
        break;
      case "watcher":
        this.#previous = undefined;
        break;
      case "gap":
        // Stopped time is in no reading.
        if (record.what === "samples") this.#previous = undefined;
        break;
      case "sample":
        this.#sample(record);
        break;
      case "metrics":
        this.#losses.add(record.metrics, record.step);
        this.#lastSeen = Math.max(this.#lastSeen, record.timestamp);
        break;
      case "death":
        this.#death = record;
        break;
      case "end":
        this.#end = record;
        break;
      case "machine":
      case "interval":
      case "unavailable":
      case "params":
      case "alert":
      case "action":
      case "closeup":
        break;
    }
  }

  /** What there is up to now. */
  get evidence(): Evidence {
    const { work } = this.#work;
    const { growth } = this.#growth;
    const until = this.#end?.ended ?? this.#lastSeen;
    return {
      seconds: Math.max(0, until - (this.#started ?? until)) / 1000,
      ...(this.#end === undefined ? {} : { end: this.#end }),
      ...(this.#death === undefined ? {} : { death: this.#death }),
      series: Object.fromEntries([...this.#series].map(([key, fold]) => [key, fold.statistics])),
      gpus: this.#work.devices,
      ...(work === undefined ? {} : { work }),
      ...(growth === undefined ? {} : { growth }),
      losses: this.#losses.losses,
    };
  }

  #sample({ timestamp, metrics, processes }: Sample): void {
    const before = this.#previous;
    const milliseconds = before === undefined ? 0 : Math.max(0, timestamp - before.timestamp);
    this.#lastSeen = Math.max(this.#lastSeen, timestamp);
    for (const key in metrics) {
      const value = metrics[key];
      if (value === undefined) continue;
      if (this.#isAsked(key)) this.#follow(key, value, milliseconds);
    }
    this.#work.add({
      timestamp,
      milliseconds,
      metrics,
      processes,
      read: grownBy("workload_disk_read_bytes", before?.metrics, metrics),
      written: grownBy("workload_disk_write_bytes", before?.metrics, metrics),
    });
    const { workload_memory_rss: command, memory_used: machine } = metrics;
    if (command !== undefined && machine !== undefined && this.#started !== undefined) {
      this.#growth.add((timestamp - this.#started) / 1000, command, machine);
    }
    this.#previous = { timestamp, metrics };
  }

  /** Found out once for each key: there are hundreds in a sample of eight GPUs. */
  #isAsked(key: string): boolean {
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    const isAsked = SERIES.has(key) || (key.startsWith("gpu_") && SERIES_OF_GPU.test(key));
    this.#asked.set(key, isAsked);
    return isAsked;
  }

  #follow(key: string, value: number, milliseconds: number): void {
    const known = this.#series.get(key) ?? new StatisticsFold(value);
    known.add(value, milliseconds);
    this.#series.set(key, known);
  }
}

class StatisticsFold {
  readonly #first: number;
  #last = 0;
  #min = Infinity;
  #max = -Infinity;
  readonly #overTime = new TimeMean();

  constructor(first: number) {
    this.#first = first;
  }

  add(value: number, milliseconds: number): void {
    this.#last = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#overTime.add(value, milliseconds);
  }

  get statistics(): Statistics {
    const { mean, covered } = this.#overTime;
    return { first: this.#first, last: this.#last, min: this.#min, max: this.#max, mean, seconds: covered / 1000 };
  }
}

/** What a counter grew by between two samples; `undefined` where one of them lacks it. */
function grownBy(key: string, before: Sample["metrics"] | undefined, now: Sample["metrics"]): number | undefined {
  const [from, to] = [before?.[key], now[key]];
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}
