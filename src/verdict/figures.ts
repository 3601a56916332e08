import type { Death, Cause } from "../model/death.ts";
import type { Evidence, GpuWork, Means, Statistics } from "./evidence.ts";

/** Whether the GPUs worked for long enough, and were looked at often enough, to judge shares of their time. */
export function isLong(work: GpuWork, at: { readonly seconds: number; readonly samples: number }): boolean {
  return work.seconds >= at.seconds && work.samples >= at.samples;
}

export function diedOf(death: Death | undefined, cause: Cause): boolean {
  return death?.findings.some((finding) => finding.cause === cause) === true;
}

/** What a counter grew by; 0 where there is none. */
export function grown(counter: Statistics | undefined): number {
  return counter === undefined ? 0 : Math.max(0, counter.last - counter.first);
}

/** The cores that the command may use. */
export function coresOf(series: Evidence["series"]): number | undefined {
  return series["container_cpu_limit"]?.last ?? series["cpu_count_logical"]?.last;
}

/** The cores that the command used. */
export function usedCores(means: Means): number | undefined {
  const used = means["workload_cpu_percent"];
  return used === undefined ? undefined : used / 100;
}

/** How many processes of the command had a core for themselves; `undefined` where none did, or it cannot be known. */
export function wholeCores(means: Means): number | undefined {
  const { whole_cores: seen, workload_processes: processes, workload_cpu_percent: used } = means;
  if (seen !== undefined) return seen >= 0.8 ? seen : undefined;
  // Without the table of processes one thing is sure: a single process is where all of its time went.
  const isOne = processes !== undefined && processes < 1.1 && used !== undefined && used >= 85 && used <= 130;
  return isOne ? 1 : undefined;
}

/** The GPU that was throttled most while it worked, and how long of that time, where it is worth a word. */
export function mostThrottled(
  { work }: Evidence,
  by: "power" | "thermal" | "hardware",
  at: { readonly percent: number; readonly seconds: number; readonly samples: number },
): { readonly gpu: string; readonly percent: number; readonly key: string } | undefined {
  if (work === undefined || !isLong(work, at)) return undefined;
  const ending = `_throttled_${by}_percent`;
  const throttled = Object.entries(work.means).flatMap(([key, percent]) =>
    key.endsWith(ending) && percent >= at.percent
      ? [{ gpu: key.slice("gpu_".length, -ending.length), percent, key }]
      : [],
  );
  return throttled.sort((one, other) => other.percent - one.percent)[0];
}
