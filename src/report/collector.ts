import type { ProcessEntry } from "../model/probe.ts";
import { fromJournalNumber, type JournalRecord } from "../model/record.ts";
import { Buckets } from "./buckets.ts";

/** Buckets of one series, and of all series together while the journal is read. */
const MOST_BUCKETS = 2_000;
const MOST_BUCKETS_OF_ALL = 600_000;
const FEWEST_BUCKETS = 64;
/** Points that are no number, and processes, that are kept one by one. */
const MOST_ODD = 100;
const MOST_PROCESSES = 256;

/** A point that no line can go through. */
export interface OddPoint {
  /** Milliseconds since the start of the run. */
  readonly time: number;
  readonly step: number;
  /** NaN or infinite. */
  readonly value: number;
}

export interface CollectedSeries {
  readonly key: string;
  readonly buckets: Buckets;
  /** The first of them. */
  readonly odd: readonly OddPoint[];
}

/** One process of the tables that the run has recorded. */
export interface CollectedProcess {
  readonly pid: number;
  readonly name: string;
  /** Readings that it is in. */
  readonly count: number;
  /** Milliseconds since the start of the run. */
  readonly first: number;
  readonly last: number;
  /** Percent of one core. */
  readonly cpu: Buckets;
  readonly meanCpu: number;
  readonly maxCpu: number;
  /** Bytes. */
  readonly memory: Buckets;
  readonly maxMemory: number;
}

/** The points of a run in bounded room. */
export interface CollectedRun {
  readonly training: readonly CollectedSeries[];
  readonly system: readonly CollectedSeries[];
  /** The busiest first. */
  readonly processes: readonly CollectedProcess[];
  /** Processes that there was no room for. */
  readonly otherProcesses: number;
}

type Growing<T> = { -readonly [Field in keyof T]: T[Field] };
type GrowingSeries = CollectedSeries & { odd: OddPoint[] };

/** Takes the records of a journal one by one and keeps of their points what a page can show. */
export class Collector {
  #start: number | undefined;
  readonly #training = new Map<string, GrowingSeries>();
  readonly #system = new Map<string, GrowingSeries>();
  readonly #processes = new Map<string, Growing<CollectedProcess>>();
  readonly #others = new Set<number>();
  #series = 0;

  add(record: JournalRecord): void {
    if (record.type === "run") {
      this.#start ??= record.started;
    } else if (record.type === "metrics") {
      const { metrics, step, timestamp } = record;
      for (const key in metrics) {
        this.#point(this.#training, key, timestamp, step, fromJournalNumber(metrics[key] ?? Number.NaN));
      }
    } else if (record.type === "sample") {
      const { metrics, timestamp, index } = record;
      for (const key in metrics) this.#point(this.#system, key, timestamp, index, metrics[key] ?? Number.NaN);
      for (const entry of record.processes ?? []) this.#process(entry, this.#elapsed(timestamp));
    }
  }

  get collected(): CollectedRun {
    const processes = [...this.#processes.values()].sort(
      (one, other) => other.meanCpu * other.count - one.meanCpu * one.count,
    );
    return {
      training: [...this.#training.values()],
      system: [...this.#system.values()],
      processes,
      otherProcesses: this.#others.size,
    };
  }

  #elapsed(timestamp: number): number {
    this.#start ??= timestamp;
    return Math.max(0, timestamp - this.#start);
  }

  #point(all: Map<string, GrowingSeries>, key: string, timestamp: number, step: number, value: number): void {
    const time = this.#elapsed(timestamp);
    let series = all.get(key);
    if (series === undefined) {
      series = { key, buckets: this.#newBuckets(), odd: [] };
      all.set(key, series);
    }
    if (Number.isFinite(value)) series.buckets.add(time, step, value);
    else if (series.odd.length < MOST_ODD) series.odd.push({ time, step, value });
  }

  #process(entry: ProcessEntry, time: number): void {
    if (!isProcess(entry)) return;
    const { pid, name, cpu_percent: cpu = 0, memory_rss: memory } = entry;
    // A process id is given again; the name tells most of those apart.
    const id = `${pid} ${name}`;
    let process = this.#processes.get(id);
    if (process === undefined) {
      if (this.#processes.size >= MOST_PROCESSES) {
        if (this.#others.size < 10 * MOST_PROCESSES) this.#others.add(pid);
        return;
      }
      const buckets = { cpu: this.#newBuckets(), memory: this.#newBuckets() };
      process = { pid, name, count: 0, first: time, last: time, meanCpu: 0, maxCpu: 0, maxMemory: 0, ...buckets };
      this.#processes.set(id, process);
    }
    process.count += 1;
    process.last = time;
    process.meanCpu += (cpu - process.meanCpu) / process.count;
    process.maxCpu = Math.max(process.maxCpu, cpu);
    process.maxMemory = Math.max(process.maxMemory, memory);
    if (entry.cpu_percent !== undefined) process.cpu.add(time, 0, cpu);
    process.memory.add(time, 0, memory);
  }

  #newBuckets(): Buckets {
    this.#series += 1;
    return new Buckets(() => Math.max(FEWEST_BUCKETS, Math.min(MOST_BUCKETS, MOST_BUCKETS_OF_ALL / this.#series)));
  }
}

/** Readers of the journal look no deeper than at its being a list. */
function isProcess(entry: unknown): entry is ProcessEntry {
  const { pid, name, memory_rss: memory } = (entry ?? {}) as Partial<ProcessEntry>;
  return typeof pid === "number" && typeof name === "string" && typeof memory === "number";
}
