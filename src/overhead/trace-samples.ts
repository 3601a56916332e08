import { type KernelPlan, startKernel } from "./kernel-session.ts";
import type { Progress } from "./progress.ts";
import { readRecord } from "./run-record.ts";
import { lostAround } from "./sample-cost.ts";
import { slowdownsOfSamples } from "./sample-slowdown.ts";
import type { Stage } from "./stage.ts";
import { uncertaintyOf } from "./statistics.ts";

export interface TraceOptions extends Omit<KernelPlan, "interval"> {
  readonly stage: Stage;
  /** Seconds. */
  readonly intervals: readonly number[];
  /** Seconds for all of them. */
  readonly time: number;
  /** Percentage points on either side of a slowdown that are good enough. */
  readonly goodEnough: number;
  readonly onTurn: () => void;
}

/** Seconds of work at a stretch: what is certain by then is looked at after each. */
const TURN = 5;
/** Seconds that a sample must be away from the ends, and that a session is later than its first sample. */
const MARGIN = 1.5;
const FEWEST_SAMPLES = 20;
/** Share of what is left that one interval may take so that it has a sample. */
const LARGEST_SHARE = 0.6;

/**
 * Lets the kernel work on under `tracelet run` at each interval, and looks at what it lost around each sample: the
 * milliseconds of its time. An interval that is too long for the time has no samples.
 */
export async function traceSamples(options: TraceOptions): Promise<ReadonlyMap<number, readonly number[]>> {
  const lost = new Map<number, readonly number[]>();
  for (const [interval, seconds] of tracingTimes(options.intervals, options.time)) {
    lost.set(interval, await traceOne(options, interval, seconds));
  }
  return lost;
}

/**
 * How many seconds each interval is traced: all the same, but that one that is long has as many as it needs for a sample,
 * where that leaves something for the others.
 */
export function tracingTimes(intervals: readonly number[], time: number): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  let left = time;
  for (const [done, interval] of intervals.toSorted((one, other) => other - one).entries()) {
    const share = left / (intervals.length - done);
    const needed = interval + MARGIN;
    const others = intervals.length - done - 1;
    const seconds = Math.max(share, needed <= (others === 0 ? left : LARGEST_SHARE * left) ? needed : 0);
    if (seconds >= needed) {
      times.set(interval, seconds);
      left -= seconds;
    }
  }
  return times;
}

async function traceOne(options: TraceOptions, interval: number, seconds: number): Promise<readonly number[]> {
  const { processes, goodEnough } = options;
  const kernel = await startKernel(options.stage, { ...options, interval });
  const turns: Progress[][] = [];
  const lostSoFar = async () => {
    const { store } = kernel.session;
    const record = store === undefined ? undefined : await readRecord(store);
    const samples = (record?.samples ?? []).map(({ timestamp }) => timestamp);
    return turns.flatMap((progress) => lostAround(progress, samples, interval));
  };
  for (let left = seconds; left > 0;) {
    const turn = Math.min(left, Math.max(TURN, interval + MARGIN));
    turns.push(await kernel.trace(turn));
    left -= turn;
    options.onTurn();
    const lost = await lostSoFar();
    const slowdown = slowdownsOfSamples([{ interval, lost }], processes).get(interval);
    const uncertainty = slowdown === undefined ? undefined : uncertaintyOf(slowdown);
    if (lost.length >= FEWEST_SAMPLES && uncertainty !== undefined && uncertainty <= goodEnough) break;
  }
  await kernel.finish();
  return lostSoFar();
}
