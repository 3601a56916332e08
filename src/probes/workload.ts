import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Workload } from "../model/probe.ts";

import { keepOpen } from "./kept-file.ts";
import type { Processes, ProcessScan } from "./process-scan.ts";
import type { ProcessStat } from "./process-stat.ts";
import { countByStatus } from "./process-status.ts";
import { parseUptime } from "./process-table.ts";
import { isReason, keysOf, readingsOf } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
import { firstTable } from "./scanning-probe.ts";
import { growthBetween, ticksBetween } from "./workload-ticks.ts";

const METRICS = [
  {
    key: "workload_cpu_percent",
    unit: "percent",
    kind: "gauge",
    description: "CPU time of the command and everything below it since the last reading, in percent of one core.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "workload_memory_rss",
    unit: "bytes",
    kind: "gauge",
    description: "Resident memory of the command and everything below it; pages that they share count once for each.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "workload_processes",
    unit: "count",
    kind: "gauge",
    description: "Processes of the command: itself and everything below it.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "workload_process_counts",
    unit: "count",
    kind: "gauge",
    description: "Processes of the command by state, in psutil's words.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "workload_threads",
    unit: "count",
    kind: "gauge",
    description: "Threads of the command's processes.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "workload_major_faults",
    unit: "count",
    kind: "counter",
    description: "Page faults of the command since its start for which something had to be read from a disk.",
    source: "/proc/<pid>/stat",
  },
] as const satisfies readonly MetricSpec[];

const STATES = ["running", "sleeping", "disk-sleep", "stopped", "zombie"];
const FEWEST_TICKS = 2;
const MAJOR_FAULTS = [
  {
    own: (process: ProcessStat) => process.ownMajorFaults,
    reaped: (process: ProcessStat) => process.reapedMajorFaults,
  },
];

/**
 * The command that is watched, as a tree of processes. Processes count from their start, also those that came and went
 * between two readings and were waited for.
 *
 * Left out: everything where there is no workload, and when none of its processes is alive;
 * `workload_cpu_percent` when less than 20 ms passed since the last reading.
 */
export const workload: ScanningProbe = {
  id: "workload",
  metrics: METRICS,
  open(host, scan) {
    const first = firstTable(host, scan, keysOf(METRICS));
    if (isReason(first)) return Promise.resolve(first);
    const uptime = keepOpen(`${host.proc}/uptime`, ["workload_cpu_percent"]);
    const uptimeSeconds = () => (isReason(uptime) ? undefined : parseUptime(uptime.read()));
    const readWorkload = createWorkloadReader(scan, uptimeSeconds);
    return Promise.resolve({
      sample: readWorkload,
      close: () => {
        if (!isReason(uptime)) uptime.close();
      },
    });
  },
};

function createWorkloadReader(scan: ProcessScan, uptimeSeconds: () => number | undefined) {
  let last: Processes | undefined;
  let seen: Processes["processes"] = new Map();
  let majorFaults = 0;
  let sums = sumsOf(seen);
  return (target: Workload): Reading[] => {
    if (target.pid === undefined) return [];
    const now = scan.workload(target);
    if (now.processes !== seen) {
      // In most ticks of a workload that waits, nothing about any of its processes has changed.
      sums = sumsOf(now.processes);
      majorFaults += growthBetween(seen, now.processes, MAJOR_FAULTS)[0] ?? 0;
      seen = now.processes;
    }
    if (sums.alive === 0) return [];
    last ??= startOf(now.processes.get(target.pid), now.at, scan, uptimeSeconds());
    const { percent, reference } = percentSince(last, now, scan.units.ticksPerSecond);
    last = reference;
    return readingsOf({
      workload_cpu_percent: percent,
      workload_memory_rss: sums.rssPages * scan.units.pageSize,
      workload_processes: sums.alive,
      workload_process_counts: sums.counts,
      workload_threads: sums.threads,
      workload_major_faults: majorFaults,
    });
  };
}

function sumsOf(processes: Processes["processes"]) {
  let [alive, rssPages, threads] = [0, 0, 0];
  for (const process of processes.values()) {
    if (process.state === "Z") continue;
    alive += 1;
    rssPages += process.rssPages;
    threads += process.threads;
  }
  return { alive, rssPages, threads, counts: countByStatus(processes.values(), STATES) };
}

/**
 * The first reading is about the time since the child's start: the child is older than the probe, and its first
 * seconds count. Without a usable start (a container may have an uptime of its own) it begins now.
 */
function startOf(
  child: ProcessStat | undefined,
  at: number,
  scan: ProcessScan,
  uptime: number | undefined,
): Processes | undefined {
  if (child === undefined || uptime === undefined) return undefined;
  const age = uptime - child.startTicks / scan.units.ticksPerSecond;
  return age > 0 ? { at: at - age * 1000, processes: new Map() } : undefined;
}

function percentSince(
  last: Processes | undefined,
  now: Processes,
  ticksPerSecond: number,
): { percent?: number; reference: Processes } {
  if (last === undefined) return { reference: now };
  const possible = ((now.at - last.at) / 1000) * ticksPerSecond;
  if (possible < FEWEST_TICKS) return { reference: last };
  return { percent: (100 * ticksBetween(last.processes, now.processes)) / possible, reference: now };
}
