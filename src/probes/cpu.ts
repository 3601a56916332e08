import type { MetricSpec } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import type { CpuTotal } from "./cpu-times.ts";
import { busyPercent, jiffiesBetween, parseCpuTotal } from "./cpu-times.ts";
import { keepOpen } from "./kept-file.ts";
import { countPhysicalCores } from "./physical-cores.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";

const METRICS = [
  {
    key: "cpu_percent",
    unit: "percent",
    kind: "gauge",
    description:
      "Busy share of all cores since the last reading; waiting for I/O is idle, time stolen by the host is busy.",
    source: "/proc/stat",
  },
  {
    key: "cpu_count_logical",
    unit: "count",
    kind: "gauge",
    description: "Logical CPUs that are online.",
    source: "/proc/stat",
  },
  {
    key: "cpu_count_physical",
    unit: "count",
    kind: "gauge",
    description: "Physical cores that are online; hyper-threads of one core count once.",
    source: "/sys/devices/system/cpu/cpu*/topology or /proc/cpuinfo",
  },
] as const satisfies readonly MetricSpec[];

/** Fewer jiffies than this per core say nothing about the time between two readings. */
const FEWEST_JIFFIES = 2;

/**
 * All CPUs together. They are the machine's also inside a container.
 *
 * Unavailable: no /proc/stat, or one that does not count (some sandboxes show zeros only).
 * Left out: `cpu_percent` when fewer than two jiffies (20 ms) passed since the last reading.
 */
export const cpu: Probe = {
  id: "cpu",
  metrics: METRICS,
  open(host) {
    const stat = keepOpen(`${host.proc}/stat`, keysOf(METRICS));
    if (isReason(stat)) return Promise.resolve(stat);
    let last = parseCpuTotal(stat.read());
    if (!counts(last)) {
      stat.close();
      return Promise.resolve(unavailable(keysOf(METRICS), `${stat.path} has no CPU times`));
    }
    const physical = countPhysicalCores(host);
    return Promise.resolve({
      unavailable:
        physical === undefined
          ? [unavailable(["cpu_count_physical"], `neither ${host.sys} nor ${host.proc}/cpuinfo tells the cores`)]
          : [],
      sample() {
        const now = parseCpuTotal(stat.read());
        const percent = percentBetween(last, now);
        if (percent !== undefined) last = now;
        return readingsOf({
          cpu_percent: percent,
          cpu_count_logical: now.online || undefined,
          cpu_count_physical: physical,
        });
      },
      close: () => stat.close(),
    });
  },
};

function counts(stat: CpuTotal): boolean {
  return stat.all?.some((time) => time > 0) ?? false;
}

function percentBetween(before: CpuTotal, after: CpuTotal): number | undefined {
  if (before.all === undefined || after.all === undefined) return undefined;
  const enough = FEWEST_JIFFIES * Math.max(1, after.online);
  if (jiffiesBetween(before.all, after.all) < enough) return undefined;
  return busyPercent(before.all, after.all);
}
