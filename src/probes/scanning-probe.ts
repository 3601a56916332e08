import type { Unavailable } from "../model/metric.ts";
import type { Host, OpenProbe, Probe } from "../model/probe.ts";

import { whyForeign } from "./foreign-proc.ts";
import type { ProcessScan, ProcessTable } from "./process-scan.ts";
import { keysOf, unavailable } from "./readings.ts";

/** A probe that reads the process table through the scan that all of them share. Every `Probe` is one that does not. */
export interface ScanningProbe extends Omit<Probe, "open"> {
  open(host: Host, scan: ProcessScan): Promise<OpenProbe | Unavailable>;
}

/** A probe that looks for processes by their numbers, and cannot where /proc has other ones. */
export function byNumber(probe: ScanningProbe): ScanningProbe {
  return {
    ...probe,
    open(host, scan) {
      const reason = whyForeign(host);
      if (reason === undefined) return probe.open(host, scan);
      return Promise.resolve(unavailable(keysOf(probe.metrics), reason));
    },
  };
}

/** The table at the time of opening, or why there is none. */
export function firstTable(host: Host, scan: ProcessScan, metrics: readonly string[]): ProcessTable | Unavailable {
  try {
    const table = scan.table();
    if (table.processes.size > 0) return table;
  } catch {
    // Not listable and empty come to the same: nothing is known of any process.
  }
  return unavailable(metrics, `${host.proc} shows no processes`);
}
