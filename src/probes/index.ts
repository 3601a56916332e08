import type { MetricSpec, Reading, Unavailable } from "../model/metric.ts";
import type { Host, ProcessEntry, Workload } from "../model/probe.ts";

import { cpuCores } from "./cpu-cores.ts";
import { cpu } from "./cpu.ts";
import { diskIo } from "./disk-io.ts";
import { container } from "./container.ts";
import { disk, sharedMemorySpace, tmpSpace } from "./disk.ts";
import { cpuCoresElsewhere } from "./elsewhere-cores.ts";
import { diskIoElsewhere } from "./elsewhere-disk-io.ts";
import { processTableElsewhere } from "./elsewhere-processes.ts";
import { machineElsewhere, networkElsewhere } from "./elsewhere.ts";
import { gpu } from "./gpu.ts";
import type { GuardedProbe } from "./guarded-probe.ts";
import { openGuarded } from "./guarded-probe.ts";
import { messageOf } from "./kept-file.ts";
import { load } from "./load.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import type { ProcessScan } from "./process-scan.ts";
import { COUNT_AGE_MS, createProcessScan, LIST_AGE_MS } from "./process-scan.ts";
import { pressure } from "./pressure.ts";
import { paced } from "./paced-probe.ts";
import type { ProcessStat } from "./process-stat.ts";
import { processTable } from "./process-table.ts";
import { isReason } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
import { byNumber } from "./scanning-probe.ts";
import type { ProbeSelection } from "./selection.ts";
import type { TopProcesses } from "./top-processes.ts";
import { openTopProcesses } from "./top-processes.ts";
import { tracelet } from "./tracelet.ts";
import { workloadIo } from "./workload-io.ts";
import { workloadMemory } from "./workload-memory.ts";
import { workload } from "./workload.ts";

/** What a probe cannot tell. */
export interface ProbeUnavailable {
  /** The probe's id. */
  readonly probe: string;
  readonly unavailable: Unavailable;
}

/** One tick. */
export interface Sampled {
  readonly readings: readonly Reading[];
  /**
   * Probes that failed this time, and what was found out this time of what cannot be read. A probe that hangs is in here at
   * every tick until it answers.
   */
  readonly failures: readonly ProbeUnavailable[];
  /** At most every ten seconds; absent when no list was asked for, or there is none this time. */
  readonly processes?: readonly ProcessEntry[];
}

/** Probes that are open together. */
export interface ProbeSet {
  /** What cannot be read on this machine, as far as it was found out. */
  readonly unavailable: readonly ProbeUnavailable[];
  /**
   * Reads everything once, or what is due: see `every`. Never throws, and takes no longer than the slowest probe's time
   * limit.
   */
  sample(workload: Workload, which?: "all" | "due"): Promise<Sampled>;
  /** One process of this machine as it is now; a sample that follows at once need not read it again. */
  look(pid: number): ProcessStat | undefined;
  close(): void;
}

export type { ProbeSelection } from "./selection.ts";

/** A probe and when it is used. */
export interface Registration {
  /** The part of the selection that switches it on. */
  readonly group: Exclude<keyof ProbeSelection, "processes"> | "always";
  readonly on: "linux" | "elsewhere" | "anywhere";
  /** Milliseconds after which a probe that has not answered is left behind, where it is not as for all. */
  readonly timeout?: number;
  /**
   * Seconds between two readings of a run, at least: what changes slowly need not be read, recorded and judged every
   * second. The counters behind a rate count on in between, so that none of it is missed. 0 when left out.
   */
  readonly every?: number;
  readonly probe: ScanningProbe;
}

/** The kernel makes its averages anew every five seconds. include/linux/sched/loadavg.h: LOAD_FREQ */
const LOAD_EVERY = 5;

/** The kernel's own averages are made every two seconds and look back at ten. */
const PRESSURE_EVERY = 5;

/** As often as with the interval that a run has by itself. */
const SPACE_EVERY = 10;

/** The list of processes is not newer. */
const COUNTS_EVERY = LIST_AGE_MS / 1000;

/**
 * Milliseconds after which a probe that has not answered is left behind. Elsewhere than on Linux systeminformation starts
 * programs, on Windows a PowerShell that may need seconds.
 */
const PROBE_TIMEOUT = { linux: 2000, elsewhere: 10_000 } as const;

/** Milliseconds that are worth waiting for GPU drivers where nothing else is to be done meanwhile. */
export const GPU_PATIENCE = 15_000;

/** The same where somebody waits for the answer and may ask again: a driver that has to wake up does so meanwhile. */
export const SHORT_GPU_PATIENCE = 5000;

/** Every probe there is, in the order of its readings. Those for `anywhere` say themselves where they cannot work. */
export const PROBES = [
  { group: "system", on: "linux", probe: cpu },
  { group: "perCpu", on: "linux", probe: cpuCores },
  { group: "perCpu", on: "elsewhere", probe: cpuCoresElsewhere },
  { group: "system", on: "linux", every: LOAD_EVERY, probe: load },
  { group: "system", on: "linux", probe: memory },
  { group: "system", on: "elsewhere", probe: machineElsewhere },
  { group: "system", on: "anywhere", every: PRESSURE_EVERY, probe: pressure },
  { group: "system", on: "anywhere", probe: container },
  { group: "disk", on: "anywhere", every: SPACE_EVERY, probe: disk },
  { group: "disk", on: "anywhere", every: SPACE_EVERY, probe: tmpSpace },
  { group: "disk", on: "anywhere", every: SPACE_EVERY, probe: sharedMemorySpace },
  { group: "disk", on: "linux", probe: diskIo },
  { group: "disk", on: "elsewhere", probe: diskIoElsewhere },
  { group: "network", on: "linux", probe: network },
  { group: "network", on: "elsewhere", probe: networkElsewhere },
  { group: "gpu", on: "anywhere", timeout: GPU_PATIENCE + PROBE_TIMEOUT.linux, probe: gpu },
  { group: "system", on: "linux", every: COUNTS_EVERY, probe: processTable },
  { group: "system", on: "elsewhere", probe: processTableElsewhere },
  { group: "always", on: "anywhere", probe: byNumber(workload) },
  { group: "always", on: "anywhere", probe: byNumber(workloadIo) },
  { group: "always", on: "anywhere", probe: byNumber(workloadMemory) },
  { group: "always", on: "anywhere", probe: byNumber(tracelet) },
] as const satisfies readonly Registration[];

/** Opens the probes that are wanted. Never throws: what does not work is in `unavailable`. */
export async function openProbes(
  host: Host,
  selection: ProbeSelection,
  registry: readonly Registration[] = PROBES,
  timeout?: number,
): Promise<ProbeSet> {
  const scan = createProcessScan(host, selection.processes === undefined ? COUNT_AGE_MS : LIST_AGE_MS);
  const wanted = registry.filter((entry) => isWanted(entry, host, selection));
  const probes = await Promise.all(
    wanted.map(async (entry) => {
      const probe = await openGuarded(entry.probe, host, scan, timeout ?? timeoutOf(entry, host));
      return paced(probe, 1000 * (entry.every ?? 0), () => host.now());
    }),
  );
  const top = selection.processes === undefined ? undefined : openTop(host, scan, selection.processes);
  return {
    get unavailable() {
      return [
        ...probes.flatMap((probe) => probe.unavailable().map((reason) => ({ probe: probe.id, unavailable: reason }))),
        ...(top !== undefined && isReason(top) ? [{ probe: "processes", unavailable: top }] : []),
      ];
    },
    async sample(target, which = "all") {
      scan.nextTick();
      const at = host.now();
      const due = which === "all" ? probes : probes.filter((probe) => probe.isDue(at));
      return { ...(await sampleAll(due, target)), ...listProcesses(top) };
    },
    look: (pid) => scan.look(pid),
    close() {
      for (const probe of probes) probe.close();
      scan.close();
    },
  };
}

/** Every metric that a probe may give, once, for the documentation. `<i>` in a key stands for a GPU's number. */
export function allMetrics(): MetricSpec[] {
  const byKey = new Map<string, MetricSpec>();
  for (const { probe } of PROBES) {
    for (const metric of probe.metrics) if (!byKey.has(metric.key)) byKey.set(metric.key, metric);
  }
  return [...byKey.values()];
}

/** Whether a probe is for the platform of this host. */
export function isFor(entry: Registration, host: Host): boolean {
  return entry.on === "anywhere" || entry.on === platformOf(host);
}

/** Milliseconds after which a probe that has not answered is left behind. */
export function timeoutOf(entry: Registration, host: Host): number {
  return entry.timeout ?? PROBE_TIMEOUT[platformOf(host)];
}

function isWanted(entry: Registration, host: Host, selection: ProbeSelection): boolean {
  if (!isFor(entry, host)) return false;
  return entry.group === "always" || selection[entry.group];
}

function platformOf(host: Host): "linux" | "elsewhere" {
  return host.platform === "linux" ? "linux" : "elsewhere";
}

async function sampleAll(probes: readonly GuardedProbe[], target: Workload): Promise<Sampled> {
  // Those that take their time begin together; the others are read on the way, without a promise each.
  const results = probes.map((probe) => probe.sample(target));
  const readings: Reading[] = [];
  const failures: ProbeUnavailable[] = [];
  for (const [index, probe] of probes.entries()) {
    const given = results[index] ?? [];
    const result = given instanceof Promise ? await given : given;
    if (isReason(result)) failures.push({ probe: probe.id, unavailable: result });
    else readings.push(...result);
    for (const unavailable of probe.news()) failures.push({ probe: probe.id, unavailable });
  }
  return { readings, failures };
}

function openTop(host: Host, scan: ProcessScan, limit: number): TopProcesses | Unavailable {
  try {
    return openTopProcesses(host, scan, limit);
  } catch (error) {
    return { state: "failed", metrics: ["processes"], reason: `could not be read: ${messageOf(error)}` };
  }
}

function listProcesses(top: TopProcesses | Unavailable | undefined): { processes?: ProcessEntry[] } {
  if (top === undefined || isReason(top)) return {};
  try {
    const processes = top.list();
    return processes === undefined ? {} : { processes };
  } catch {
    return {}; // the probes that share its scan have said so
  }
}
