import type { Reading } from "../model/metric.ts";

import { TOO_LATE, within } from "./bounded.ts";
import { messageOf } from "./kept-file.ts";

export interface Pace {
  /** Seconds from the start of one reading to the next. */
  readonly interval: number;
  /** Seconds after which a reading is given up. */
  readonly timeout: number;
  /** Whether a sample waits for what is being read, as in a snapshot. In a run nothing waits: what is late counts later. */
  readonly waits: boolean;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/**
 * Reads something that may take its time, at a pace of its own; the first reading starts at once. Each call gives what
 * came since the last one, once, and throws when that was a failure. While something keeps failing, it is its first
 * reason that counts, so that it is said once. What hangs is not started again until it has ended.
 */
export function readAtPace(read: () => Promise<readonly Reading[]>, pace: Pace): () => Promise<readonly Reading[]> {
  let started = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let outcome: { readonly readings: readonly Reading[] } | { readonly failure: string } | undefined;
  let failure: string | undefined;
  const fail = (reason: string) => {
    failure ??= reason;
    outcome = { failure };
  };
  const start = async () => {
    started = pace.now();
    isUnderWay = true;
    const reading = read().finally(() => (isUnderWay = false));
    try {
      const readings = await within(reading, pace.timeout * 1000);
      if (readings === TOO_LATE) {
        reading.catch(ignore);
        fail(`did not answer within ${pace.timeout} s`);
      } else {
        outcome = { readings };
        failure = undefined;
      }
    } catch (error) {
      fail(messageOf(error));
    }
  };
  let latest = start();
  return async () => {
    if (!isUnderWay && pace.now() - started >= pace.interval * 1000) latest = start();
    if (pace.waits) await latest;
    const news = outcome;
    outcome = undefined;
    if (news === undefined) return [];
    if ("failure" in news) throw new Error(news.failure);
    return news.readings;
  };
}

/** For the late end of something that was given up and reported already. */
function ignore(): void {}
