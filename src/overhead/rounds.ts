import { type Pair, slowdownOf, uncertaintyOf } from "./statistics.ts";

/** What a run is timed for: the baseline, or a run that is watched at an interval of so many seconds. */
export type Arm = "baseline" | number;

export interface RoundsOptions {
  /** The intervals in seconds. */
  readonly intervals: readonly number[];
  /** Times the work once; seconds. */
  readonly time: (arm: Arm) => Promise<number>;
  /** Seconds of a clock that never goes back. */
  readonly now: () => number;
  /** When it is to be over, by that clock. The first round is finished whatever the time. */
  readonly deadline: number;
  /** Percentage points on either side of every slowdown that are good enough. */
  readonly goodEnough: number;
  /** Called after each round, with the percentage points of the least certain slowdown. */
  readonly onRound: (rounds: number, uncertainty: number | undefined) => void;
}

/** The pairs of each interval, and every timing of the baseline. */
export interface Rounds {
  readonly baseline: readonly number[];
  readonly pairs: ReadonlyMap<number, readonly Pair[]>;
}

/** Fewer say too little of how uncertain they are, however close together they happen to lie. */
const FEWEST_ROUNDS = 6;
const MOST_ROUNDS = 1000;

/**
 * Times rounds of the baseline and every interval until all slowdowns are certain enough or the next round would end
 * after the deadline. All runs of a round lie close together, and each arm comes at every place of the order alike.
 */
export async function timeRounds(options: RoundsOptions): Promise<Rounds> {
  const { intervals, now, deadline } = options;
  const baseline: number[] = [];
  const pairs = new Map<number, Pair[]>(intervals.map((interval) => [interval, []]));
  let longest = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const started = now();
    if (round > 0 && started + longest > deadline) break;
    const timed = new Map<Arm, number>();
    for (const arm of orderOf<Arm>(round, ["baseline", ...intervals])) timed.set(arm, await options.time(arm));
    const base = timed.get("baseline") ?? Number.NaN;
    baseline.push(base);
    for (const [interval, list] of pairs) list.push({ baseline: base, watched: timed.get(interval) ?? Number.NaN });
    longest = Math.max(longest, now() - started);
    const uncertainty = widest([...pairs.values()]);
    options.onRound(round + 1, uncertainty);
    if (round + 1 >= FEWEST_ROUNDS && uncertainty !== undefined && uncertainty <= options.goodEnough) break;
  }
  return { baseline, pairs };
}

/**
 * The order of one round: each starts one further, and every second one goes the other way round, so that what gets
 * steadily faster or slower meets all alike.
 */
export function orderOf<Item>(round: number, items: readonly Item[]): Item[] {
  const start = Math.floor(round / 2) % items.length;
  const turned = [...items.slice(start), ...items.slice(0, start)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

function widest(lists: readonly (readonly Pair[])[]): number | undefined {
  const each = lists.map((pairs) => uncertaintyOf(slowdownOf(pairs)));
  return each.reduce((worst, one) => (worst === undefined || one === undefined ? undefined : Math.max(worst, one)), 0);
}
