import type { Death } from "../model/death.ts";
import type { RunEnd } from "../model/run.ts";

/** A series over a run. */
export interface Statistics {
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  /** Over time: a reading counts as long as the time that it is about. */
  readonly mean: number;
  /** The time that the readings are about, in seconds. */
  readonly seconds: number;
}

/** Means over some of the time, by key; a key that was not read then is absent. */
export type Means = Readonly<Record<string, number>>;

/** What the GPUs of the command did from their first work to their last: what is before is start, and behind it end. */
export interface GpuWork {
  readonly seconds: number;
  /** Readings in it. */
  readonly samples: number;
  /** Share of the time in which no kernel ran on the GPUs, over all of them: 100 less their mean utilization. */
  readonly idlePercent: number;
  /** Means over that time … */
  readonly means: Means;
  /** … and over the part of it in which the GPUs were idle: a reading counts as much as they were. */
  readonly whileIdle: Means;
  /** Times in which they were idle and the command wrote to disks. */
  readonly writeStalls: WriteStalls;
}

export interface WriteStalls {
  readonly count: number;
  readonly seconds: number;
  /** Bytes that were written in them. */
  readonly bytes: number;
}

/** One GPU, or a part of one. */
export interface GpuUse {
  /** As in its keys: `0`, `0_mig_1`. */
  readonly name: string;
  /** It was the command's for sure: given to it, or used by a process of it. */
  readonly isOurs: boolean;
  readonly peakUtilization: number;
}

/** Memory of the command over the second half of the run, as a straight line. */
export interface Growth {
  readonly seconds: number;
  /** Bytes per second: of the command, and of the machine, where mapped files are not counted. */
  readonly slope: number;
  readonly machineSlope: number;
  /** How much of what changed is on the line: 1 is all. R² */
  readonly fit: number;
}

/** A loss that was not finite any more at the end. */
export interface LostLoss {
  readonly key: string;
  readonly isNan: boolean;
  /** The first step from which on no value was finite. */
  readonly since: number;
  /** Points from there on, and before. */
  readonly points: number;
  readonly before: number;
  /** How often it was finite again after it was not. */
  readonly recoveries: number;
}

/** What the rules judge by: figures of one run, gathered in one pass over its journal. */
export interface Evidence {
  /** From the launch to the end, or to what was seen last. */
  readonly seconds: number;
  readonly end?: RunEnd;
  readonly death?: Death;
  /** The series that a rule asks for. */
  readonly series: Readonly<Record<string, Statistics>>;
  readonly gpus: readonly GpuUse[];
  readonly work?: GpuWork;
  readonly growth?: Growth;
  readonly losses: readonly LostLoss[];
}
