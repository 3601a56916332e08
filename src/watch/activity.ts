import { IDLE_GPU_PERCENT } from "../model/job-gpus.ts";

/** Of a GPU, or of a MIG device by what its processors do: it has no utilization. */
const UTILIZATION = /^gpu_\d+_(utilization|mig_\d+_sm_activity)$/;

/** Less than this share of one core, in percent, is what a process takes that only waits. */
const IDLE_CPU = 1;

/** Whether the command does anything: prints, uses a CPU or has a GPU work. */
export class Activity {
  #hasPrinted = true;

  /** There was output. */
  printed(): void {
    this.#hasPrinted = true;
  }

  /**
   * Whether nothing has stirred since the last reading of the machine; `undefined` where the command's CPU time is not
   * known. `isOfJob`: whether a series is of one of the command's GPUs. A program that waits in a busy loop does stir.
   */
  isQuiet(series: Readonly<Record<string, number>>, isOfJob: (key: string) => boolean): boolean | undefined {
    const hasPrinted = this.#hasPrinted;
    this.#hasPrinted = false;
    const cpu = series["workload_cpu_percent"];
    if (cpu === undefined) return undefined;
    const isBusyGpu = (key: string) => (series[key] ?? 0) >= IDLE_GPU_PERCENT && UTILIZATION.test(key) && isOfJob(key);
    return !hasPrinted && cpu < IDLE_CPU && !Object.keys(series).some(isBusyGpu);
  }
}
