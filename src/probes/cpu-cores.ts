import type { MetricSpec } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import type { CpuTimes } from "./cpu-times.ts";
import { busyPercent, jiffiesBetween, parseCpuStat } from "./cpu-times.ts";
import { keepOpen } from "./kept-file.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";

const METRICS = [
  {
    key: "cpu_per_core",
    unit: "percent",
    kind: "gauge",
    description: "Busy share of each online core since the last reading, in the order of /proc/stat.",
    source: "/proc/stat",
  },
] as const satisfies readonly MetricSpec[];

const FEWEST_JIFFIES = 2;

/**
 * Each core by itself: one series per core, so only on request.
 *
 * Unavailable: no /proc/stat, or one without lines per core.
 * Left out: when for one of the cores fewer than two jiffies passed, or a core has just come online.
 */
export const cpuCores: Probe = {
  id: "cpu_per_core",
  metrics: METRICS,
  open(host) {
    const stat = keepOpen(`${host.proc}/stat`, keysOf(METRICS));
    if (isReason(stat)) return Promise.resolve(stat);
    let last = parseCpuStat(stat.read()).cores;
    if (last.size === 0) {
      stat.close();
      return Promise.resolve(unavailable(keysOf(METRICS), `${stat.path} has no lines per core`));
    }
    return Promise.resolve({
      sample() {
        const now = parseCpuStat(stat.read()).cores;
        if (!enoughTimePassed(last, now)) return [];
        const percents = percentsBetween(last, now);
        last = now;
        return readingsOf({ cpu_per_core: percents });
      },
      close: () => stat.close(),
    });
  },
};

type Cores = ReadonlyMap<string, CpuTimes>;

function enoughTimePassed(before: Cores, after: Cores): boolean {
  return [...after].every(([name, times]) => {
    const earlier = before.get(name);
    return earlier === undefined || jiffiesBetween(earlier, times) >= FEWEST_JIFFIES;
  });
}

function percentsBetween(before: Cores, after: Cores): number[] | undefined {
  const percents: number[] = [];
  for (const [name, times] of after) {
    const earlier = before.get(name);
    const percent = earlier === undefined ? undefined : busyPercent(earlier, times);
    // A list with a hole would give every later core its neighbour's number.
    if (percent === undefined) return undefined;
    percents.push(percent);
  }
  return percents.length === 0 ? undefined : percents;
}
