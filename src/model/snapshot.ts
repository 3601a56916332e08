import type { ReadingValue, Unavailable } from "./metric.ts";
import type { ProcessEntry } from "./probe.ts";

/** One GPU, or a part of one, as one reading saw it; what could not be read is absent. docs/metrics.md has all names. */
interface DeviceReading {
  readonly index: number;
  readonly name?: string;
  readonly uuid?: string;
  /** 1 or 0: whether a command that is started here can see it. Absent where nothing says so. */
  readonly visible?: number;
  /** Bytes. */
  readonly memory_used?: number;
  /** Bytes. */
  readonly memory_total?: number;
  readonly memory_percent?: number;
  readonly sm_activity?: number;
  readonly tensor_activity?: number;
  readonly dram_activity?: number;
}

/** A GPU. Its index is the number in its keys. */
export interface GpuReading extends DeviceReading {
  /** Percent of time in which a kernel ran. */
  readonly utilization?: number;
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** Watts. */
  readonly power?: number;
  readonly power_limit?: number;
  readonly throttled_thermal_percent?: number;
  readonly throttled_hardware_percent?: number;
  /** 1 or 0. */
  readonly lost?: number;
  /** MIG devices, where the GPU is divided into some. */
  readonly mig?: readonly DeviceReading[];
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
