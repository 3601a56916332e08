import { IDLE_GPU_PERCENT, JobGpus, partsOf } from "../model/job-gpus.ts";
import type { ProcessEntry } from "../model/probe.ts";
import type { GpuUse, GpuWork } from "./evidence.ts";
import { Tally } from "./tally.ts";

/** Below this share they stand still. */
const STILL_PERCENT = 10;
/** Less than this is no checkpoint: bytes per second that the command writes. */
const WRITING_BYTES_PER_SECOND = 10e6;
/** A process that has a core for itself. */
const WHOLE_CORE_PERCENT = 85;
/** The table of processes is read every ten seconds at most; an older one says nothing of now. */
const FRESH_TABLE_MS = 15_000;

/** Series of the machine and the command that are looked at together with the GPUs. */
const BESIDE = [
  "cpu_percent",
  "container_cpu_percent",
  "io_pressure_percent",
  "workload_cpu_percent",
  "workload_processes",
];
/** Of each GPU. */
const THROTTLED = /^gpu_\d+(_mig_\d+)?_throttled_(power|thermal|hardware)_percent$/;

/** One reading of the machine with what is known of the time since the one before. */
export interface Moment {
  readonly timestamp: number;
  /** The time that it is about. */
  readonly milliseconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly processes?: readonly ProcessEntry[] | undefined;
  /** Bytes that the command read from disks and wrote to them in that time; absent where that is not known. */
  readonly read?: number | undefined;
  readonly written?: number | undefined;
}

/** What the command's GPUs did, reading by reading. Memory grows with the number of GPUs alone. */
export class GpuWorkFold {
  readonly #job = new JobGpus();
  readonly #peaks = new Map<string, number>();
  readonly #parts = new Map<string, string | undefined>();
  readonly #beside = [...BESIDE];
  /** `since` is of the time behind the last work: it counts when there is work again. */
  readonly #worked = new Stretch();
  readonly #since = new Stretch();
  #processes: readonly ProcessEntry[] = [];
  #tableRead = Number.NEGATIVE_INFINITY;

  add(moment: Moment): void {
    const utilization = this.#utilization(moment.metrics);
    if (moment.processes !== undefined) {
      this.#processes = moment.processes;
      this.#tableRead = moment.timestamp;
    }
    if (utilization === undefined || moment.milliseconds <= 0) return;
    const works = utilization >= IDLE_GPU_PERCENT;
    if (!works && this.#worked.samples === 0) return;
    if (works && this.#since.samples > 0) this.#worked.take(this.#since);
    const stretch = works ? this.#worked : this.#since;
    stretch.add(moment, utilization, { keys: this.#beside, wholeCores: this.#wholeCores(moment) });
  }

  get devices(): GpuUse[] {
    const { devices, areSure } = this.#job;
    return Array.from(this.#peaks, ([name, peakUtilization]) => ({
      name,
      isOurs: areSure && devices.has(name),
      peakUtilization,
    }));
  }

  get work(): GpuWork | undefined {
    return this.#worked.work;
  }

  /** Of the command's GPUs together, as far as it is known which these are. */
  #utilization(metrics: Readonly<Record<string, number>>): number | undefined {
    this.#job.see(metrics);
    const { devices } = this.#job;
    let sum = 0;
    let count = 0;
    for (const key in metrics) {
      const device = key.startsWith("gpu_") ? this.#workingPart(key) : undefined;
      if (device === undefined) continue;
      const value = metrics[key] ?? 0;
      this.#peaks.set(device, Math.max(this.#peaks.get(device) ?? 0, value));
      if (!devices.has(device)) continue;
      sum += value;
      count += 1;
    }
    return count === 0 ? undefined : sum / count;
  }

  /** The GPU whose utilization this is. What else a key is worth is found out when it is first seen. */
  #workingPart(key: string): string | undefined {
    if (this.#parts.has(key)) return this.#parts.get(key);
    const part = partsOf(key);
    const device = part?.quantity === "utilization" ? part.device : undefined;
    this.#parts.set(key, device);
    if (THROTTLED.test(key)) this.#beside.push(key);
    return device;
  }

  /** Processes that had a core for themselves; `undefined` where nobody has looked, or they may be somebody else's. */
  #wholeCores({ timestamp, metrics }: Moment): number | undefined {
    const workload = metrics["workload_cpu_percent"];
    if (workload === undefined || timestamp - this.#tableRead > FRESH_TABLE_MS) return undefined;
    const busy = this.#processes.filter(({ cpu_percent = 0 }) => cpu_percent >= WHOLE_CORE_PERCENT);
    const together = busy.reduce((sum, { cpu_percent = 0 }) => sum + cpu_percent, 0);
    return together > 1.15 * workload ? undefined : busy.length;
  }
}

/** What is looked at together with the GPUs. */
interface Beside {
  readonly keys: readonly string[];
  readonly wholeCores: number | undefined;
}

/** Some time of the run. */
class Stretch {
  samples = 0;
  #milliseconds = 0;
  #stalls = 0;
  #stalledMs = 0;
  #stalledBytes = 0;
  #beginsStalled = false;
  #isStalled = false;
  readonly #all = new Tally();
  readonly #idle = new Tally();

  add(moment: Moment, utilization: number, beside: Beside): void {
    const { milliseconds, metrics, written, read } = moment;
    const idle = milliseconds * (1 - Math.min(100, utilization) / 100);
    const see = (key: string, value: number | undefined): void => {
      if (value === undefined) return;
      this.#all.add(key, value, milliseconds);
      this.#idle.add(key, value, idle);
    };
    see("utilization", utilization);
    for (const key of beside.keys) see(key, metrics[key]);
    see("whole_cores", beside.wholeCores);
    const perSecond = (bytes: number | undefined) => (bytes === undefined ? undefined : (bytes * 1000) / milliseconds);
    see("read_bytes_per_second", perSecond(read));
    see("write_bytes_per_second", perSecond(written));
    const isStalled = utilization < STILL_PERCENT && (perSecond(written) ?? 0) >= WRITING_BYTES_PER_SECOND;
    if (isStalled) {
      if (!this.#isStalled) this.#stalls += 1;
      this.#stalledMs += milliseconds;
      this.#stalledBytes += written ?? 0;
    }
    if (this.samples === 0) this.#beginsStalled = isStalled;
    this.#isStalled = isStalled;
    this.samples += 1;
    this.#milliseconds += milliseconds;
  }

  /** Appends another, which is empty then. */
  take(other: Stretch): void {
    this.samples += other.samples;
    this.#milliseconds += other.#milliseconds;
    this.#stalls += other.#stalls - (this.#isStalled && other.#beginsStalled ? 1 : 0);
    this.#stalledMs += other.#stalledMs;
    this.#stalledBytes += other.#stalledBytes;
    this.#isStalled = other.#isStalled;
    this.#all.take(other.#all);
    this.#idle.take(other.#idle);
    other.samples = 0;
    other.#milliseconds = 0;
    other.#stalls = 0;
    other.#stalledMs = 0;
    other.#stalledBytes = 0;
    other.#isStalled = false;
  }

  get work(): GpuWork | undefined {
    if (this.samples === 0) return undefined;
    const means = this.#all.means;
    return {
      seconds: this.#milliseconds / 1000,
      samples: this.samples,
      idlePercent: 100 - Math.min(100, means["utilization"] ?? 100),
      means,
      whileIdle: this.#idle.means,
      writeStalls: { count: this.#stalls, seconds: this.#stalledMs / 1000, bytes: this.#stalledBytes },
    };
  }
}
