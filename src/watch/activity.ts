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
   * known. A program that waits in a busy loop does stir.
   * @param cpu percent of one core that the command used
   * @param gpus the series of GPUs
   * @param isOfJob whether a series is of one of the command's GPUs
   */
  isQuiet(
    cpu: number | undefined,
    gpus: Readonly<Record<string, number>>,
    isOfJob: (key: string) => boolean,
  ): boolean | undefined {
    const hasPrinted = this.#hasPrinted;
    this.#hasPrinted = false;
    if (cpu === undefined) return undefined;
    if (hasPrinted || cpu >= IDLE_CPU) return false;
    for (const key in gpus) {
      if ((gpus[key] ?? 0) >= IDLE_GPU_PERCENT && UTILIZATION.test(key) && isOfJob(key)) return false;
    }
    return true;
  }
}
