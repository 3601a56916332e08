/** Less than this share of one core, in percent, is what a process takes that only waits. */
const IDLE_CPU = 1;
/** The same of a GPU. */
const IDLE_GPU = 5;

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
   */
  isQuiet(series: Readonly<Record<string, number>>): boolean | undefined {
    const hasPrinted = this.#hasPrinted;
    this.#hasPrinted = false;
    const cpu = series["workload_cpu_percent"];
    if (cpu === undefined) return undefined;
    return !hasPrinted && cpu < IDLE_CPU && !Object.keys(series).some((key) => isBusyGpu(key, series[key] ?? 0));
  }
}

function isBusyGpu(key: string, value: number): boolean {
  return key.startsWith("gpu_") && value >= IDLE_GPU && /^gpu_\d+_utilization$/.test(key);
}
