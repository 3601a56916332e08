import { type Progress, speedBetween } from "./progress.ts";
import { sampleWindow } from "./sample-window.ts";

/**
 * What a job on all cores lost around each sample, in milliseconds of its time: how much slower its processes went there
 * than right beside it, on both sides. What makes a machine faster or slower for longer than a tenth of a second is in
 * both and cancels; what is shorter hits both alike, so that the mean over many samples has no bias.
 * @param progress of each process of the job, over the same time
 * @param samples when they were taken, in milliseconds since the epoch
 * @param interval seconds between two of them
 */
export function lostAround(progress: readonly Progress[], samples: readonly number[], interval: number): number[] {
  const { lead, length, beside } = sampleWindow(interval);
  const speeds = progress.map((ends) => (ends.length - 1) / ((ends.at(-1) ?? 0) - (ends[0] ?? 0)));
  return samples.flatMap((sample) => {
    const [from, to] = [sample - lead, sample - lead + length];
    const lost = progress.map((ends, index) => {
      const during = speedBetween(ends, from, to);
      const before = speedBetween(ends, from - beside, from);
      const after = speedBetween(ends, to, to + beside);
      if (during === undefined || before === undefined || after === undefined) return undefined;
      // Of its usual speed: of what it was just then, a moment in which it stood still would make infinitely much.
      return (length * ((before + after) / 2 - during)) / (speeds[index] ?? 1);
    });
    return lost.some((one) => one === undefined) ? [] : [mean(lost.map((one) => one ?? 0))];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
