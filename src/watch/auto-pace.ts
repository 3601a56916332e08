import { availableParallelism, totalmem } from "node:os";
import type { Settings } from "../model/settings.ts";
import { type ProbeSelection, selectionOf } from "../probes/selection.ts";

/** What `--interval auto` looks at. */
export interface MachineSize {
  readonly platform: NodeJS.Platform;
  /** Bytes: the container's limit where there is one. */
  readonly memory: number;
  readonly cpus: number;
}

/** What a machine is big enough for. */
export interface Pace {
  /** Seconds between samples. */
  readonly interval: number;
  readonly perCpu: boolean;
  readonly processes: boolean;
}

const GB = 1e9;

/** A small machine is read less often and in less detail. Pure. */
export function choosePace({ platform, memory, cpus }: MachineSize): Pace {
  return {
    interval: intervalFor(platform, memory),
    perCpu: cpus > 2 && platform !== "darwin",
    processes: memory >= 4 * GB,
  };
}

function intervalFor(platform: NodeJS.Platform, memory: number): number {
  // Where a reading starts programs (Windows), or nobody has measured what it costs.
  const shortest = platform === "linux" || platform === "darwin" ? 5 : 10;
  if (memory < 4 * GB) return 30;
  return memory < 8 * GB ? 15 : shortest;
}

/** The interval and the probes of a run: as set, or with `auto` as the machine allows. `auto` switches nothing on. */
export function paceOf(
  settings: Settings,
  size: MachineSize,
): { interval: number; selection: ProbeSelection; chosen?: Pace } {
  const selection = selectionOf(settings);
  if (settings.metricsInterval !== "auto") return { interval: settings.metricsInterval, selection };
  const chosen = choosePace(size);
  const { processes, ...others } = selection;
  const list = processes === undefined || !chosen.processes ? {} : { processes };
  const allowed = { ...others, perCpu: selection.perCpu && chosen.perCpu, ...list };
  return { interval: chosen.interval, selection: allowed, chosen };
}

/** This machine, or the container that it is for us. */
export function thisMachineSize(): MachineSize {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return { platform: process.platform, memory: Math.min(totalmem(), limit), cpus: availableParallelism() };
}
