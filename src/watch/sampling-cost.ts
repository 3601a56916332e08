import { readFileSync } from "node:fs";
import { readKernelUnits } from "../probes/clock-ticks.ts";
import { parseProcessStat } from "../probes/process-stat.ts";

/** Counts the CPU time that sampling takes. */
export interface SamplingCost {
  /** Takes a sample; what this process computes in the meantime is what it costs. */
  measure(sample: () => Promise<void>): Promise<void>;
  /** Milliseconds of CPU time up to now. */
  used(): number;
}

/**
 * What this process computes while a sample is taken, and what the programs took that probes have started and that have
 * ended. What else it computes, looking for metrics in the output above all, would cost as much with fewer samples.
 *
 * Not in it: what a module of the user's computes after it has given its promise; programs where there is no /proc.
 * @param proc root of procfs
 */
export function createSamplingCost(proc: string): SamplingCost {
  const { ticksPerSecond } = readKernelUnits(proc);
  const programs = () => (1000 * endedTicks(proc)) / ticksPerSecond;
  const before = programs();
  let own = 0;
  return {
    async measure(sample) {
      const started = process.cpuUsage();
      try {
        await sample();
      } finally {
        const { user, system } = process.cpuUsage(started);
        own += (user + system) / 1000;
      }
    },
    used: () => own + programs() - before,
  };
}

/** Of the programs that this process has started and waited for. */
function endedTicks(proc: string): number {
  try {
    return parseProcessStat(readFileSync(`${proc}/self/stat`))?.reapedTicks ?? 0;
  } catch {
    return 0; // no /proc: then only our own time is known
  }
}
