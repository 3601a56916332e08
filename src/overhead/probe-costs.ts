import type { ProbeCost } from "../model/overhead.ts";
import type { Host } from "../model/probe.ts";
import { isFor, openProbes, type ProbeSet, PROBES } from "../probes/index.ts";

export interface ProbeCostOptions {
  /** Milliseconds of CPU time of this process so far. */
  readonly cpuTime: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Readings before those that count, in which V8 compiles what it reads with. */
const WARM_UP = 5;
const READINGS = 12;

/** Milliseconds between two readings: what is not used for a while is not in the caches either, as in a run. */
const PAUSE = 80;

/** What the process table takes for the time since its last reading, so that it is read anew. Milliseconds. */
const LATER = 60_000;

/** Everything but the list of processes, which is off by itself. */
const EVERYTHING = { system: true, gpu: true, disk: true, network: true, perCpu: false };

/**
 * What one reading of each probe costs, the dearest first; probes that give nothing here are left out. Each is opened and
 * read by itself. The process table, which several share and which a run reads now and then only, is in its own cost alone.
 */
export async function probeCosts(host: Host, options: ProbeCostOptions): Promise<ProbeCost[]> {
  let later = 0;
  const hastened = { ...host, now: () => host.now() + later };
  const entries = PROBES.filter((entry) => isFor(entry, host) && entry.group !== "perCpu");
  const sets: { id: string; set: ProbeSet; used: number; gives: boolean }[] = [];
  try {
    for (const entry of entries) {
      const itsHost = entry.probe.id === "process_table" ? hastened : host;
      sets.push({ id: entry.probe.id, set: await openProbes(itsHost, EVERYTHING, [entry]), used: 0, gives: false });
    }
    // The process that started us stands for the command, as in `tracelet doctor`.
    const workload = { pid: process.ppid, ownPids: [process.pid] };
    for (let reading = -WARM_UP; reading < READINGS; reading += 1) {
      later += LATER;
      await options.wait(reading < 0 ? 1 : PAUSE);
      for (const probe of sets) {
        const before = options.cpuTime();
        const { readings } = await probe.set.sample(workload);
        if (reading >= 0) probe.used += options.cpuTime() - before;
        probe.gives ||= readings.length > 0;
      }
    }
  } finally {
    for (const { set } of sets) set.close();
  }
  const costs = sets.filter(({ gives }) => gives).map(({ id, used }) => ({ id, cpu_ms: used / READINGS }));
  return costs.sort((one, other) => other.cpu_ms - one.cpu_ms);
}
