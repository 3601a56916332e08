import type { Reading, Unavailable } from "../model/metric.ts";

/** One GPU, or one MIG device of a GPU, that a driver lets us read. */
export interface GpuDevice {
  /** The GPU's number as in its keys: `gpu_<index>_utilization`. Of a MIG device: that of the GPU it is a part of. */
  readonly index: number;
  readonly vendor: "nvidia" | "amd";
  /** The product name where the driver tells it. */
  readonly name?: string;
  readonly uuid?: string;
  /** Lower-case, with a domain of four digits: `0000:01:00.0`. */
  readonly pciAddress?: string;
  /** Index of the GPU that this MIG device is a part of. */
  readonly migOf?: number;
  /** Counted from 0 on each GPU; in keys as `gpu_<index>_mig_<migIndex>_memory_used`. */
  readonly migIndex?: number;
  /** What cannot be read of it, with whole keys. */
  readonly unavailable: readonly Unavailable[];
  /**
   * Reads everything once, under whole keys. Never throws: what could not be read this time is left out.
   * @param now milliseconds of a clock that never goes back
   * @param pids processes of the workload
   */
  sample(now: number, pids: ReadonlySet<number>): Reading[];
  close(): void;
}

/** A driver that was opened, with the GPUs it knows. */
export interface GpuDriver {
  readonly devices: readonly GpuDevice[];
  readonly driverVersion?: string;
  /** The newest CUDA that the driver is made for: `12.4`. */
  readonly cudaVersion?: string;
  /** Why there are no readings now, where it was open before; `undefined` while all is well. */
  readonly failure?: string | undefined;
  close(): void;
}
