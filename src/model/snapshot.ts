import type { ReadingValue, Unavailable } from "./metric.ts";
import type { ProcessEntry } from "./probe.ts";

/** One GPU as one reading saw it; what could not be read is absent. */
export interface GpuReading {
  /** The driver's number of the device. */
  readonly index: number;
  readonly name?: string;
  /** Percent of time in which a kernel ran. */
  readonly utilization?: number;
  /** Bytes. */
  readonly memory_used?: number;
  /** Bytes. */
  readonly memory_total?: number;
  readonly memory_percent?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** Watts. */
  readonly power?: number;
}

/** One reading of this machine: what `tracelet snapshot` shows. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** By metric key. Lists and records are as the probe gave them. */
  readonly metrics: Readonly<Record<string, ReadingValue>>;
  readonly gpu: readonly GpuReading[];
  /** Only where a process table was asked for. */
  readonly processes?: readonly ProcessEntry[];
  readonly unavailable: readonly Unavailable[];
}
