import { CoveredTime, TimeMean } from "../model/covered-time.ts";
import { JobGpus, partsOf } from "../model/job-gpus.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunHeader } from "../model/run.ts";

/** Parts of a line at most; beyond them two become one. A picture has about two columns for each. */
const MOST_PARTS = 512;

/** Some readings of a line that lie together. */
export interface UsagePart {
  /** Seconds since the start, of the first and the last of them. */
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Nothing was read for a while before it: the run was stopped, or nobody watched. */
  readonly isAfterGap: boolean;
}

/** What is drawn, in this order. */
export const USAGES = ["CPU", "memory", "GPU", "GPU memory"] as const;
export type Usage = (typeof USAGES)[number];

/** A share over time, 0 to 100. */
export interface UsageLine {
  readonly usage: Usage;
  /** Of how many devices it is the mean. */
  readonly devices: number;
  readonly mean: number;
  readonly peak: number;
  readonly parts: readonly UsagePart[];
}

/** What a run used over its time. */
export interface ResourceUsage {
  readonly name: string;
  readonly id: string;
  /** From the launch to the end, or to the last reading. */
  readonly seconds: number;
  /** CPU and memory, and GPUs where there are some; those that were read. */
  readonly lines: readonly UsageLine[];
}

/** Gathers what a run used, record by record, in memory that does not grow. */
export class UsageFold {
  readonly #lines = new Map<Usage, GrowingLine>();
  readonly #job = new JobGpus();
  readonly #covered = new CoveredTime();
  /** Milliseconds that the sample stands for. */
  #weight = 0;
  #header: RunHeader | undefined;
  #started = 0;
  #seconds = 0;
  #isAfterGap = false;

  add(record: JournalRecord): void {
    if (record.type !== "sample") this.#covered.see(record);
    switch (record.type) {
      case "run":
        this.#header ??= record;
        this.#started = record.started;
        break;
      case "launch":
        this.#started = record.timestamp;
        break;
      case "gap":
        this.#isAfterGap ||= record.what === "samples";
        break;
      case "sample":
        this.#weight = this.#covered.of(record);
        this.#sample(record.timestamp, record.metrics);
        break;
      case "end":
        this.#seconds = Math.max(this.#seconds, (record.ended - this.#started) / 1000);
        break;
      case "watcher":
      case "machine":
      case "interval":
      case "unavailable":
      case "metrics":
      case "params":
      case "alert":
      case "action":
      case "closeup":
      case "death":
        break;
    }
  }

  /** `undefined` where nothing was read. */
  get usage(): ResourceUsage | undefined {
    if (this.#header === undefined || this.#lines.size === 0) return undefined;
    const { name, id } = this.#header;
    const lines = USAGES.flatMap((usage) => this.#lines.get(usage)?.line ?? []);
    return { name, id, seconds: this.#seconds, lines };
  }

  #sample(timestamp: number, metrics: Readonly<Record<string, number>>): void {
    const seconds = Math.max(0, (timestamp - this.#started) / 1000);
    this.#seconds = Math.max(this.#seconds, seconds);
    // Of a container with limits of its own its shares count.
    this.#add("CPU", seconds, hasCpuLimit(metrics) ? metrics["container_cpu_percent"] : metrics["cpu_percent"]);
    this.#add("memory", seconds, metrics["container_memory_percent"] ?? metrics["memory_percent"]);
    this.#job.see(metrics);
    this.#addMean("GPU", seconds, this.#ofGpus(metrics, "utilization"));
    this.#addMean("GPU memory", seconds, this.#ofGpus(metrics, "memory_percent"));
    this.#isAfterGap = false;
  }

  /** Of the command's GPUs; of all while it is not known which these are. */
  #ofGpus(metrics: Readonly<Record<string, number>>, quantity: string): number[] {
    const { devices } = this.#job;
    return Object.entries(metrics).flatMap(([key, value]) => {
      const part = partsOf(key);
      return part?.quantity === quantity && (devices.size === 0 || devices.has(part.device)) ? [value] : [];
    });
  }

  #addMean(usage: Usage, seconds: number, values: readonly number[]): void {
    if (values.length === 0) return;
    this.#add(usage, seconds, values.reduce((sum, value) => sum + value, 0) / values.length, values.length);
  }

  #add(usage: Usage, seconds: number, value: number | undefined, devices = 1): void {
    if (value === undefined) return;
    const line = this.#lines.get(usage) ?? new GrowingLine(usage);
    this.#lines.set(usage, line);
    line.add(seconds, value, this.#isAfterGap);
    line.mean.add(value, this.#weight);
    line.devices = Math.max(line.devices, devices);
  }
}

function hasCpuLimit(metrics: Readonly<Record<string, number>>): boolean {
  const { container_cpu_limit: limit, container_cpu_percent: share, cpu_count_logical: all } = metrics;
  return share !== undefined && limit !== undefined && (all === undefined || limit < all);
}

interface GrowingPart {
  from: number;
  to: number;
  sum: number;
  count: number;
  min: number;
  max: number;
  isAfterGap: boolean;
}

class GrowingLine {
  devices = 1;
  readonly mean = new TimeMean();
  readonly #usage: Usage;
  #parts: GrowingPart[] = [];
  #perPart = 1;
  #peak = 0;

  constructor(usage: Usage) {
    this.#usage = usage;
  }

  add(seconds: number, value: number, isAfterGap: boolean): void {
    this.#peak = Math.max(this.#peak, value);
    const last = this.#parts.at(-1);
    if (last !== undefined && last.count < this.#perPart && !isAfterGap) {
      last.to = seconds;
      last.sum += value;
      last.count += 1;
      last.min = Math.min(last.min, value);
      last.max = Math.max(last.max, value);
      return;
    }
    if (this.#parts.length >= MOST_PARTS) this.#halve();
    this.#parts.push({ from: seconds, to: seconds, sum: value, count: 1, min: value, max: value, isAfterGap });
  }

  get line(): UsageLine {
    return {
      usage: this.#usage,
      devices: this.devices,
      mean: this.mean.mean,
      peak: this.#peak,
      parts: this.#parts.map(({ sum, count, ...part }) => ({ ...part, mean: sum / count })),
    };
  }

  #halve(): void {
    const halved = pairsOf(this.#parts, false);
    // So many gaps that they alone fill the picture cannot be told apart in it.
    this.#parts = halved.length <= (3 / 4) * MOST_PARTS ? halved : pairsOf(this.#parts, true);
    this.#perPart *= 2;
  }
}

/** Two neighbours become one; what lies on both sides of a gap only where that must be. */
function pairsOf(parts: readonly GrowingPart[], overGaps: boolean): GrowingPart[] {
  const paired: GrowingPart[] = [];
  let isAlone = false;
  for (const part of parts) {
    const last = paired.at(-1);
    if (last === undefined || !isAlone || (part.isAfterGap && !overGaps)) {
      paired.push({ ...part });
      isAlone = true;
    } else {
      last.to = part.to;
      last.sum += part.sum;
      last.count += part.count;
      last.min = Math.min(last.min, part.min);
      last.max = Math.max(last.max, part.max);
      isAlone = false;
    }
  }
  return paired;
}
