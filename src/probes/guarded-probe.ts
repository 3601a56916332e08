import type { Reading, Unavailable } from "../model/metric.ts";
import type { Host, OpenProbe, Workload } from "../model/probe.ts";

import { TOO_LATE, within } from "./bounded.ts";
import { messageOf } from "./kept-file.ts";
import type { ProcessScan } from "./process-scan.ts";
import { isReason, keysOf } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";

const NOTHING: readonly Unavailable[] = [];

type Guarded = readonly Reading[] | Unavailable;

/** An open probe that can neither throw nor hold up the others. */
export interface GuardedProbe {
  readonly id: string;
  /** What it cannot read, as far as it was found out. */
  unavailable(): readonly Unavailable[];
  /** How it reads; see `OpenProbe`. */
  readonly notes: readonly string[];
  /** What `unavailable` has come to have since the last call; nearly always nothing. */
  news(): readonly Unavailable[];
  /** Not a promise where the probe had its answer at once, as most have. */
  sample(workload: Workload): Guarded | Promise<Guarded>;
  close(): void;
}

/**
 * Opens a probe. One that throws, does not answer in time or is not possible here becomes one that has no readings and
 * says why.
 */
export async function openGuarded(
  probe: ScanningProbe,
  host: Host,
  scan: ProcessScan,
  timeout: number,
): Promise<GuardedProbe> {
  const opening = attempt(() => probe.open(host, scan));
  const opened = await settle(probe, opening, timeout);
  if (opened === TOO_LATE) closeWhenOpen(opening);
  if (opened === TOO_LATE) return withoutReadings(probe, tooLate(probe, timeout));
  if (isReason(opened)) return withoutReadings(probe, opened);
  return guard(probe, opened, timeout);
}

function guard(probe: ScanningProbe, opened: OpenProbe, timeout: number): GuardedProbe {
  let hanging = false;
  const inTime = async (sampling: Promise<readonly Reading[]>): Promise<Guarded> => {
    const result = await settle(probe, sampling, timeout);
    if (result !== TOO_LATE) return result;
    hanging = true;
    void sampling.catch(ignore).finally(() => (hanging = false));
    return tooLate(probe, timeout);
  };
  let known = opened.unavailable ?? NOTHING;
  return {
    id: probe.id,
    notes: opened.notes ?? [],
    unavailable: () => opened.unavailable ?? NOTHING,
    news() {
      const now = opened.unavailable ?? NOTHING;
      if (now === known) return NOTHING;
      const before = new Set(known.map(({ reason }) => reason));
      known = now;
      return now.filter(({ reason }) => !before.has(reason));
    },
    sample(workload) {
      // Asking again while the last question hangs would take one more thread for each tick.
      if (hanging) return tooLate(probe, timeout);
      let answer: readonly Reading[] | Promise<readonly Reading[]>;
      try {
        answer = opened.sample(workload);
      } catch (error) {
        return failed(probe, error);
      }
      // What is there already needs no clock to watch over it.
      return answer instanceof Promise ? inTime(answer) : answer;
    },
    close: () => opened.close(),
  };
}

/** A throw of the function itself becomes a rejection, so that there is one kind of failure. */
async function attempt<Value>(action: () => Value | Promise<Value>): Promise<Value> {
  return action();
}

async function settle<Value>(
  probe: ScanningProbe,
  promise: Promise<Value>,
  timeout: number,
): Promise<Value | Unavailable | typeof TOO_LATE> {
  try {
    return await within(promise, timeout);
  } catch (error) {
    return failed(probe, error);
  }
}

function failed(probe: ScanningProbe, error: unknown): Unavailable {
  return { state: "failed", metrics: keysOf(probe.metrics), reason: `could not be read: ${messageOf(error)}` };
}

function closeWhenOpen(opening: Promise<OpenProbe | Unavailable>): void {
  void opening.then((opened) => (isReason(opened) ? undefined : opened.close())).catch(ignore);
}

function tooLate(probe: ScanningProbe, timeout: number): Unavailable {
  return { state: "failed", metrics: keysOf(probe.metrics), reason: `did not answer within ${timeout} ms` };
}

function withoutReadings(probe: ScanningProbe, reason: Unavailable): GuardedProbe {
  return {
    id: probe.id,
    unavailable: () => [reason],
    notes: [],
    news: () => NOTHING,
    sample: () => [],
    close: () => undefined,
  };
}

/** For the late end of something that was given up and reported already. */
function ignore(): void {}
