import type { MetricSpec, ReadingValue, Unavailable } from "../model/metric.ts";
import type { Workload } from "../model/probe.ts";

import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { countOpenFiles } from "./open-files.ts";
import type { ProcessTable } from "./process-scan.ts";
import { countByStatus } from "./process-status.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
import { firstTable } from "./scanning-probe.ts";

const METRICS = [
  {
    key: "process_counts",
    unit: "count",
    kind: "gauge",
    description:
      "Processes of the machine by state, in psutil's words; counted every thirty seconds, with --processes every ten.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "total_processes",
    unit: "count",
    kind: "gauge",
    description:
      "Processes of the machine, or of the container when it has a process namespace of its own; counted every thirty seconds, with --processes every ten.",
    source: "/proc/<pid>/stat",
  },
  {
    key: "open_files",
    unit: "count",
    kind: "gauge",
    description:
      "Files that the workload has open, or tracelet itself where there is no workload; counted every thirty seconds, with --processes every ten.",
    source: "/proc/<pid>/fd",
  },
  {
    key: "system_uptime_hours",
    unit: "hours",
    kind: "gauge",
    description: "Hours since the machine was started.",
    source: "/proc/uptime",
  },
] as const satisfies readonly MetricSpec[];

const STATES = ["running", "sleeping", "disk-sleep", "idle", "stopped", "zombie"];
const COUNTS = ["process_counts", "total_processes"];

/**
 * The process table as a whole. Reading it takes time for every process of the machine, so it is read at most every ten or
 * thirty seconds, and so are the files that are open; until then the last counts stand.
 *
 * Unavailable: the counts where /proc hides the processes of other users; they would be too low.
 * Left out: `open_files` when no process concerned lets us look.
 */
export const processTable: ScanningProbe = {
  id: "process_table",
  metrics: METRICS,
  open(host, scan) {
    const first = firstTable(host, scan, keysOf(METRICS));
    if (isReason(first)) return Promise.resolve(first);
    const uptime = keepOpen(`${host.proc}/uptime`, ["system_uptime_hours"]);
    const countFiles = (workload: Workload) =>
      countOpenFiles(
        host.proc,
        workload.pid === undefined ? workload.ownPids : [...scan.workload(workload).processes.keys()],
      );
    let counted:
      | { readonly table: ProcessTable; readonly counts: Record<string, ReadingValue | undefined> }
      | undefined;
    return Promise.resolve({
      unavailable: [...hiddenCounts(host.proc, first), ...(isReason(uptime) ? [uptime] : [])],
      sample(workload) {
        const table = scan.table();
        if (counted?.table !== table) counted = { table, counts: countsOf(table, countFiles(workload)) };
        return readingsOf({
          ...counted.counts,
          system_uptime_hours: isReason(uptime) ? undefined : readUptimeHours(uptime),
        });
      },
      close: () => {
        if (!isReason(uptime)) uptime.close();
      },
    });
  },
};

function hiddenCounts(proc: string, table: ProcessTable): Unavailable[] {
  if (!table.partial) return [];
  return [unavailable(COUNTS, `${proc} hides the processes of other users`)];
}

function countsOf(table: ProcessTable, openFiles: number | undefined) {
  return {
    process_counts: table.partial ? undefined : countByStatus(table.processes.values(), STATES),
    total_processes: table.partial ? undefined : table.processes.size,
    open_files: openFiles,
  };
}

function readUptimeHours(uptime: KeptFile): number | undefined {
  const seconds = parseUptime(uptime.read());
  return seconds === undefined ? undefined : seconds / 3600;
}

/**
 * Seconds since boot. Pure.
 *
 *   1129.74 2114.19        the second number is the idle time of all cores
 */
export function parseUptime(text: string): number | undefined {
  const [seconds] = /^\d+(\.\d+)?/.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
