import type { MetricSpec } from "../model/metric.ts";

import type { Processes } from "./process-scan.ts";
import type { ProcessStat } from "./process-stat.ts";
import { ticksSince } from "./process-stat.ts";
import { isReason, keysOf, readingsOf } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
import { firstTable } from "./scanning-probe.ts";

const METRICS = [
  {
    key: "tracelet_cpu_percent",
    unit: "percent",
    kind: "gauge",
    description: "CPU time of tracelet's own processes since the last reading, in percent of one core.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "tracelet_memory_rss",
    unit: "bytes",
    kind: "gauge",
    description: "Resident memory of tracelet's own processes; pages that they share count once for each.",
    source: "/proc/<pid>/stat",
  },
] as const satisfies readonly MetricSpec[];

const FEWEST_TICKS = 2;

/**
 * What watching costs: wrapper and watcher together.
 *
 * Left out: everything where no own process is named; `tracelet_cpu_percent` when less than 20 ms passed.
 */
export const tracelet: ScanningProbe = {
  id: "tracelet",
  metrics: METRICS,
  open(host, scan) {
    const first = firstTable(host, scan, keysOf(METRICS));
    if (isReason(first)) return Promise.resolve(first);
    const { ticksPerSecond, pageSize } = scan.units;
    let last: Processes = first;
    return Promise.resolve({
      sample({ ownPids }) {
        const now = scan.read(ownPids);
        const own = [...now.processes.values()];
        if (own.length === 0) return [];
        const possible = ((now.at - last.at) / 1000) * ticksPerSecond;
        const used = sumOf(own, (process) => ticksSince(last.processes, process));
        if (possible >= FEWEST_TICKS) last = now;
        return readingsOf({
          tracelet_cpu_percent: possible >= FEWEST_TICKS ? (100 * used) / possible : undefined,
          tracelet_memory_rss: sumOf(own, (process) => process.rssPages) * pageSize,
        });
      },
      close: () => undefined,
    });
  },
};

function sumOf(processes: readonly ProcessStat[], amount: (process: ProcessStat) => number): number {
  return processes.reduce((sum, process) => sum + amount(process), 0);
}
