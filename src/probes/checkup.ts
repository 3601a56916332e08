import type { ProbeCheck } from "../model/checkup.ts";
import type { Reading, Unavailable } from "../model/metric.ts";
import type { Host, Workload } from "../model/probe.ts";

import type { GuardedProbe } from "./guarded-probe.ts";
import { openGuarded } from "./guarded-probe.ts";
import type { Registration } from "./index.ts";
import { isFor, timeoutOf } from "./index.ts";
import { createProcessScan } from "./process-scan.ts";
import { processTable } from "./process-table.ts";
import { isReason } from "./readings.ts";

export interface CheckupOptions {
  /** Waits between opening and reading, so that there is something to take a share of. */
  wait(milliseconds: number): Promise<void>;
  /** CPU time of this process so far in microseconds. Given: each probe is read again and again to see what it costs. */
  readonly cpuTime?: () => number;
  readonly workload: Workload;
}

/** Milliseconds; see ProcessScan. */
const TABLE_PERIOD = 10_000;
const WINDOW = 1000;
/** Readings before those that are measured: a run is long, and V8 has compiled what it reads with by then. */
const WARM_UP = 20;
/** Readings that a cost is averaged over. */
const READINGS = 20;

/** Tries every probe that is for this platform, switched on or not. Never throws. */
export async function checkProbes(
  host: Host,
  registry: readonly Registration[],
  options: CheckupOptions,
): Promise<ProbeCheck[]> {
  let later = 0;
  const scan = createProcessScan({ ...host, now: () => host.now() + later });
  const wanted = registry.filter((entry) => isFor(entry, host));
  const probes = await Promise.all(wanted.map((entry) => openGuarded(entry.probe, host, scan, timeoutOf(entry, host))));
  try {
    await options.wait(WINDOW);
    scan.nextTick();
    const results = await Promise.all(probes.map(async (probe) => probe.sample(options.workload)));
    const checks: ProbeCheck[] = [];
    for (const [index, probe] of probes.entries()) {
      const check = checkOf(probe, results[index] ?? []);
      const cost =
        check.keys.length === 0
          ? undefined
          : await costOf(probe, options, () => {
              scan.nextTick();
              // The table is read now and then only: what is told is what it costs then.
              if (probe.id === processTable.id) later += TABLE_PERIOD;
            });
      checks.push(cost === undefined ? check : { ...check, cpu_microseconds: cost });
    }
    return checks;
  } finally {
    for (const probe of probes) probe.close();
    scan.close();
  }
}

function checkOf(probe: GuardedProbe, result: readonly Reading[] | Unavailable): ProbeCheck {
  const keys = isReason(result) ? [] : result.map(({ key }) => key);
  const unavailable = [...probe.unavailable(), ...(isReason(result) ? [result] : [])];
  const { notes } = probe;
  return {
    probe: probe.id,
    state: stateOf(keys, unavailable),
    keys,
    unavailable,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function stateOf(keys: readonly string[], unavailable: readonly Unavailable[]): ProbeCheck["state"] {
  if (unavailable.some(({ state }) => state === "failed")) return "failed";
  if (unavailable.length === 0) return "works";
  return keys.length > 0 ? "partly" : "unavailable";
}

/** One probe after the other, each in ticks of its own: what several share is counted for each of them. */
async function costOf(probe: GuardedProbe, options: CheckupOptions, nextTick: () => void): Promise<number | undefined> {
  const { cpuTime, workload } = options;
  if (cpuTime === undefined) return undefined;
  let before = cpuTime();
  for (let reading = -WARM_UP; reading < READINGS; reading += 1) {
    if (reading === 0) before = cpuTime();
    nextTick();
    await probe.sample(workload);
  }
  return Math.round((cpuTime() - before) / READINGS);
}
