import { calibrate } from "./calibrate.ts";
import { type CommandRun, runCommand } from "./command-session.ts";
import { type KernelPlan, startKernel, type WorkAmount } from "./kernel-session.ts";
import type { Arm } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

/** Times the work that stands for a job. */
export interface WorkTimer {
  /** Seconds that the work took. */
  time(arm: Arm): Promise<number>;
  /** What the runs at an interval say of tracelet itself, the medians; empty where another measurement knows better. */
  seen(interval: number): Pick<CommandRun, "cpuPercent" | "memoryRss">;
  /** Seconds that each watched run so far took before and after the work. */
  once(): readonly number[];
}

/** Seconds of work: long enough for a reading at a 1 s interval to be in each, short enough for many pairs. */
const BLOCK = 1;

/** Work before that which counts, so that the clocks of all cores are up. */
const WARM_UP_SHARE = 0.1;

/** A time that is not timed anew: where fewer rounds than this fit, each counts. */
const FEWEST_WITH_WARM_UP = 3;

/** Times the kernels, with their amounts of work measured first. Each time with processes of its own. */
export async function createKernelTimer(stage: Stage, plan: KernelPlan): Promise<WorkTimer> {
  const amount = await calibrate(stage, plan, BLOCK);
  const warmUp = { units: share(amount.units), passes: share(amount.passes) } satisfies WorkAmount;
  const once: number[] = [];
  return {
    async time(arm) {
      const kernel = await startKernel(stage, { ...plan, ...(arm === "baseline" ? {} : { interval: arm }) });
      await kernel.work(warmUp);
      const seconds = await kernel.work(amount);
      const end = await kernel.finish();
      if (end.once !== undefined) once.push(end.once);
      return seconds;
    },
    seen: () => ({}),
    once: () => once,
  };
}

export interface CommandTimerOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly intervals: readonly number[];
  /** Seconds that there are for all rounds. */
  readonly left: number;
}

/** Times the user's command. It runs once before it counts, unless that would take the place of a round. */
export async function createCommandTimer(stage: Stage, options: CommandTimerOptions): Promise<WorkTimer> {
  const { command, cwd, intervals, left } = options;
  const runs = new Map<number, CommandRun[]>(intervals.map((interval) => [interval, []]));
  const { seconds } = await runCommand(stage, command, cwd, undefined);
  // Of a long command what the first run warmed up does not matter, and another would cost more than it tells.
  let first = seconds * (intervals.length + 1) * FEWEST_WITH_WARM_UP > left ? seconds : undefined;
  return {
    async time(arm) {
      if (arm === "baseline" && first !== undefined) {
        const kept = first;
        first = undefined;
        return kept;
      }
      const run = await runCommand(stage, command, cwd, arm === "baseline" ? undefined : arm);
      if (arm !== "baseline") runs.get(arm)?.push(run);
      return run.seconds;
    },
    seen(interval) {
      const own = runs.get(interval) ?? [];
      const cpuPercent = median(own.flatMap(({ cpuPercent }) => (cpuPercent === undefined ? [] : [cpuPercent])));
      const memoryRss = median(own.flatMap(({ memoryRss }) => (memoryRss === undefined ? [] : [memoryRss])));
      return {
        ...(cpuPercent === undefined ? {} : { cpuPercent }),
        ...(memoryRss === undefined ? {} : { memoryRss }),
      };
    },
    once: () => [...runs.values()].flat().flatMap(({ once }) => (once === undefined ? [] : [once])),
  };
}

function share(amount: number): number {
  return Math.max(1, Math.round(WARM_UP_SHARE * amount));
}
