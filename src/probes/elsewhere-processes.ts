import { uptime } from "node:os";

import type { Systeminformation } from "systeminformation";

import type { Reading } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { fromElsewhere, known } from "./elsewhere.ts";
import { processTable } from "./process-table.ts";
import { readingsOf, unavailable } from "./readings.ts";

const SECONDS_PER_HOUR = 3600;
const COUNTS = ["process_counts", "total_processes"];

/**
 * Processes and uptime on macOS and Windows. Node tells the uptime; systeminformation counts the processes with `ps`.
 *
 * Unavailable: the counts on Windows, where each would take a PowerShell for seconds; the open files.
 */
export const processTableElsewhere: Probe = {
  id: "process_table",
  metrics: fromElsewhere(processTable.metrics),
  async open(host) {
    const { processes } = await import("systeminformation");
    const counts = async () => (host.platform === "win32" ? [] : countReadings(await processes()));
    const reason =
      host.platform === "win32"
        ? "each count of the processes would start a PowerShell"
        : `${host.platform} does not tell its processes`;
    return {
      unavailable: [
        unavailable(["open_files"], `${host.platform} does not tell which files a process has open`),
        ...((await counts()).length === 0 ? [unavailable(COUNTS, reason)] : []),
      ],
      sample: async () => [
        ...(await counts()),
        ...readingsOf({ system_uptime_hours: known(uptime() / SECONDS_PER_HOUR) }),
      ],
      close: () => undefined,
    };
  },
};

/** systeminformation's counts in our keys; nothing where it counted none, which no machine has. Pure. */
export function countReadings(
  counts: Pick<Systeminformation.ProcessesData, "all" | "running" | "sleeping" | "blocked">,
): Reading[] {
  const total = known(counts.all);
  if (total === undefined) return [];
  const { running, sleeping, blocked } = counts;
  return readingsOf({ process_counts: { running, sleeping, "disk-sleep": blocked }, total_processes: total });
}
