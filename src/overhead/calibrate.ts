import { type KernelPlan, startKernel, type WorkAmount } from "./kernel-session.ts";
import type { Stage } from "./stage.ts";

/** Seconds that each kernel works to see how fast it is here. */
const TRIAL = 0.1;

/** What more than that would be a machine of another age. */
const MOST = 1e6;

/** How much of both kernels, half of the time each, takes so many seconds when all processes work. */
export async function calibrate(stage: Stage, plan: KernelPlan, seconds: number): Promise<WorkAmount> {
  const kernel = await startKernel(stage, plan);
  const units = await countFor(seconds / 2, (count) => kernel.work({ units: count, passes: 0 }));
  const passes = await countFor(seconds / 2, (count) => kernel.work({ units: 0, passes: count }));
  await kernel.finish();
  return { units, passes };
}

async function countFor(seconds: number, work: (count: number) => Promise<number>): Promise<number> {
  let count = 1;
  let took = await work(count);
  while (took < TRIAL && count < MOST) {
    count *= 2;
    took = await work(count);
  }
  return Math.max(1, Math.round((count * seconds) / took));
}
