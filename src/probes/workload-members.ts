import type { Workload } from "../model/probe.ts";

import type { ProcessStat } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";
import type { RunMarker } from "./run-marker.ts";

type Processes = ReadonlyMap<number, ProcessStat>;

/** Finds the processes of the workload, reading after reading. */
export interface WorkloadTracker {
  /**
   * The workload's processes that are alive or not yet waited for, by pid. Empty before it starts and after its end.
   * @param processes all of the machine's, or the workload's as it was at the last call and all that came since
   */
  follow(processes: Processes, workload: Workload): Processes;
}

/**
 * A process belongs to the workload when it is the child or below it, when it once was (a daemon's parent is gone), when
 * it is in the child's session where the child leads one, or when it carries the run's id in its environment: what a batch
 * system's own daemon starts for the child is below that daemon. tracelet's own processes never belong to it.
 *
 * Missed: a process that left both the tree and the session before anyone looked, with another environment.
 */
export function createWorkloadTracker(marker?: RunMarker): WorkloadTracker {
  let child: ProcessStat | undefined;
  let members: Processes = new Map();
  return {
    follow(processes, workload) {
      if (workload.pid === undefined) return members;
      // Kept from the first sight on: later the pid may be another process's.
      child ??= processes.get(workload.pid);
      if (child !== undefined) members = findMembers(processes, child, members, { ...workload, marker });
      return members;
    },
  };
}

interface Search extends Workload {
  readonly marker: RunMarker | undefined;
}

function findMembers(processes: Processes, child: ProcessStat, remembered: Processes, search: Search): Processes {
  const excluded = new Set(search.ownPids);
  const seeds = [...processes.values()].filter((process) => isSeed(process, child, remembered));
  const members = allBelow(processes, seeds, excluded);
  const strays = straysAmong(processes, child, members, excluded, search);
  return strays.length === 0 ? members : allBelow(processes, [...seeds, ...strays], excluded);
}

function allBelow(
  processes: Processes,
  seeds: readonly ProcessStat[],
  excluded: ReadonlySet<number>,
): Map<number, ProcessStat> {
  const below = childrenByParent(processes);
  const members = new Map<number, ProcessStat>();
  const queue = [...seeds];
  for (let process = queue.pop(); process !== undefined; process = queue.pop()) {
    if (members.has(process.pid) || excluded.has(process.pid)) continue;
    members.set(process.pid, process);
    queue.push(...(below.get(process.pid) ?? []));
  }
  return members;
}

/** Only who came after the child can have its environment. */
function straysAmong(
  processes: Processes,
  child: ProcessStat,
  members: Processes,
  excluded: ReadonlySet<number>,
  { marker, runId }: Search,
): ProcessStat[] {
  if (marker === undefined || runId === undefined) return [];
  marker.begin();
  const strays: ProcessStat[] = [];
  for (const process of processes.values()) {
    if (process.startTicks < child.startTicks || members.has(process.pid) || excluded.has(process.pid)) continue;
    if (marker.isIn(process, runId)) strays.push(process);
  }
  return strays;
}

function isSeed(process: ProcessStat, child: ProcessStat, remembered: Processes): boolean {
  if (isSameProcess(process, child) || isSameProcess(process, remembered.get(process.pid))) return true;
  return child.session === child.pid && process.session === child.session;
}

function childrenByParent(processes: Processes): Map<number, ProcessStat[]> {
  const below = new Map<number, ProcessStat[]>();
  for (const process of processes.values()) {
    const siblings = below.get(process.parent);
    if (siblings === undefined) below.set(process.parent, [process]);
    else siblings.push(process);
  }
  return below;
}
