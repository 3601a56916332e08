import { setTimeout as wait } from "node:timers/promises";
import { cpuTimeOf } from "./cpu-time.ts";
import { sampleWindow } from "./sample-window.ts";

/** CPU time of some processes at a moment. */
export interface CpuReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds. */
  readonly cpu: number;
}

/** Milliseconds between two looks: a window around a sample has several. */
const PACE = { shortest: 10, longest: 50 };

export interface FollowPlan {
  /** Root of procfs. */
  readonly proc: string;
  readonly pids: readonly number[];
  /** How long. */
  readonly seconds: number;
  /** Seconds between two samples. */
  readonly interval: number;
  readonly signal: AbortSignal;
}

/** Looks at the CPU time of processes again and again. Empty where the kernel does not tell it. */
export async function followCpu({ proc, pids, seconds, interval, signal }: FollowPlan): Promise<CpuReading[]> {
  const readings: CpuReading[] = [];
  const pace = Math.max(PACE.shortest, Math.min(PACE.longest, 20 * interval));
  const started = performance.now();
  while (performance.now() - started < 1000 * seconds) {
    const cpu = cpuTimeOf(proc, pids);
    if (cpu === undefined) return [];
    readings.push({ at: performance.timeOrigin + performance.now(), cpu });
    await wait(pace, undefined, { signal });
  }
  return readings;
}

/**
 * The CPU time that is taken between samples, in percent of one core over the whole time. Undefined where there is no
 * time between them in the readings.
 * @param samples when they were taken, in milliseconds since the epoch
 * @param interval seconds between two of them
 */
export function percentBetween(
  readings: readonly CpuReading[],
  samples: readonly number[],
  interval: number,
): number | undefined {
  const { lead, length } = sampleWindow(interval);
  const [first, last] = [readings[0]?.at ?? 0, readings.at(-1)?.at ?? 0];
  let [cpu, time] = [0, 0];
  for (const [index, sample] of [Number.NEGATIVE_INFINITY, ...samples].entries()) {
    const from = Math.max(first, sample - lead + length);
    const to = Math.min(last, (samples[index] ?? Number.POSITIVE_INFINITY) - lead);
    if (to <= from) continue;
    cpu += cpuAt(readings, to) - cpuAt(readings, from);
    time += to - from;
  }
  const share = 1 - length / (1000 * interval);
  return time === 0 ? undefined : (100 * share * cpu) / time;
}

/** At a moment within the readings. */
function cpuAt(readings: readonly CpuReading[], moment: number): number {
  const next = readings.findIndex(({ at }) => at >= moment);
  const [before, after] = [readings[Math.max(0, next - 1)], readings[next]];
  if (before === undefined || after === undefined || before === after) return after?.cpu ?? 0;
  return before.cpu + ((after.cpu - before.cpu) * (moment - before.at)) / (after.at - before.at);
}
