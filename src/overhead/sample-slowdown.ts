import { sampleWindow } from "./sample-window.ts";
import { meanOf, type Slowdown, studentQuantile } from "./statistics.ts";

/** What samples at an interval cost a job. */
export interface SampleSlowdown extends Slowdown {
  /** How many it was seen around. */
  readonly samples: number;
  /** Milliseconds of the job's time that each took. */
  readonly lost: number;
}

export interface SeenSamples {
  /** Seconds between two of them. */
  readonly interval: number;
  /** Milliseconds of its time that the job lost around each. */
  readonly lost: readonly number[];
  /** CPU time of tracelet between them in percent of one core, where it is known. */
  readonly between?: number;
}

/** With fewer of its own, the noise of an interval is taken from all that were measured in the same way. */
const ENOUGH_FOR_OWN_NOISE = 10;
/** Degrees of freedom; with fewer nothing is known of the noise. */
const FEWEST_DEGREES = 4;

/**
 * The slowdown by interval: what the samples took of the time between two of them, and the CPU time that tracelet takes
 * in between, which a job on all cores does not have. The mean of all samples, none left out: some take longer than
 * others because they have more to read. With Student's t for the interval of 95 %.
 * @param cores that the job is on
 */
export function slowdownsOfSamples(seen: readonly SeenSamples[], cores: number): ReadonlyMap<number, SampleSlowdown> {
  const slowdowns = new Map<number, SampleSlowdown>();
  for (const one of seen) {
    const noise = noiseOf(one.lost.length < ENOUGH_FOR_OWN_NOISE ? seen.filter((other) => isAlike(one, other)) : [one]);
    if (one.lost.length === 0 || noise === undefined) continue;
    const lost = meanOf(one.lost);
    const percent = (milliseconds: number) => milliseconds / (10 * one.interval);
    const middle = percent(lost) + (one.between ?? 0) / cores;
    const halfWidth = percent((studentQuantile(noise.degrees) * noise.deviation) / Math.sqrt(one.lost.length));
    slowdowns.set(one.interval, {
      percent: middle,
      ci95: [middle - halfWidth, middle + halfWidth],
      samples: one.lost.length,
      lost,
    });
  }
  return slowdowns;
}

function isAlike(one: SeenSamples, other: SeenSamples): boolean {
  const [first, second] = [sampleWindow(one.interval), sampleWindow(other.interval)];
  return first.length === second.length;
}

/** How far the samples lie from the mean of their interval, over some intervals. */
function noiseOf(seen: readonly SeenSamples[]): { deviation: number; degrees: number } | undefined {
  let [squares, degrees] = [0, 0];
  for (const { lost } of seen) {
    const mean = meanOf(lost);
    squares += lost.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    degrees += Math.max(0, lost.length - 1);
  }
  return degrees < FEWEST_DEGREES ? undefined : { deviation: Math.sqrt(squares / degrees), degrees };
}
