import type { Host, Workload } from "../model/probe.ts";

import type { KernelUnits } from "./clock-ticks.ts";
import { readKernelUnits } from "./clock-ticks.ts";
import { whyForeign } from "./foreign-proc.ts";
import { readAgain } from "./process-again.ts";
import { createNewcomers } from "./process-newcomers.ts";
import type { ProcessStat } from "./process-stat.ts";
import { createNewcomerReader, createStatReader } from "./process-stats.ts";
import { createRunMarker } from "./run-marker.ts";
import { createWorkloadTracker } from "./workload-members.ts";

/** Processes as they were at one moment, by pid. */
export interface Processes {
  /** When they were read, on the host's clock. */
  readonly at: number;
  readonly processes: ReadonlyMap<number, ProcessStat>;
}

/** All of the machine's. */
export interface ProcessTable extends Processes {
  /** Whether /proc keeps processes of other users from us (mount option hidepid), so that counts would be too low. */
  readonly partial: boolean;
}

/**
 * What /proc/<pid>/stat tells, shared by all probes that need it. All processes are read every ten or thirty seconds, at
 * about 15 µs each; those of the workload and our own in every tick.
 */
export interface ProcessScan {
  readonly units: KernelUnits;
  /**
   * All processes: read anew in the first tick and then when the last reading is too old; the same object until
   * then. Throws when /proc cannot be listed.
   */
  table(): ProcessTable;
  /** These processes, as they are in this tick; those that are gone, hidden or known by other numbers are left out. */
  read(pids: readonly number[]): Processes;
  /** The workload's processes, as they are in this tick; see `WorkloadTracker`. */
  workload(target: Workload): Processes;
  /** One process as it is now. A tick that begins within a few milliseconds takes this for its reading. */
  look(pid: number): ProcessStat | undefined;
  /** Begins a tick: what follows is read anew. */
  nextTick(): void;
  close(): void;
}

/** How old a table gets for whoever looks at single processes. A little less than ten seconds: timers come early or late. */
export const LIST_AGE_MS = 9500;
/** The same where only the numbers of processes are told. */
export const COUNT_AGE_MS = 29_500;
/** A look is as good as a reading for this long, in milliseconds. */
const LOOK_AGE_MS = 5;
const FIRST_PROCESS = 1;
const NOBODY: ReadonlyMap<number, ProcessStat> = new Map();

/** @param tableAge milliseconds after which the table is read anew */
export function createProcessScan(host: Host, tableAge = LIST_AGE_MS): ProcessScan {
  const isForeign = whyForeign(host) !== undefined;
  let hidden = false;
  const stats = createStatReader(host.proc, () => (hidden = true));
  const newcomers = createNewcomers(host.proc);
  const tracker = createWorkloadTracker(createRunMarker(host.proc));
  const { readOnce } = createNewcomerReader(host.proc);
  let cameLast: readonly number[] = [];
  /** Once more in the look after: at first sight one may not yet have begun its program, with its environment. */
  const comers = (): ReadonlyMap<number, ProcessStat> => {
    const before = cameLast;
    const now = newcomers.since();
    cameLast = now;
    if (before.length === 0 && now.length === 0) return NOBODY;
    const processes = readAll([...before, ...now], readOnce);
    cameLast = now.filter((pid) => processes.has(pid));
    return processes;
  };
  let ticks = 0;
  let last: { readonly table: ProcessTable; readonly tick: number } | undefined;
  const looked = new Map<number, { readonly at: number; readonly stat: ProcessStat | undefined }>();
  let members: { readonly of: Processes; readonly tick: number } | undefined;

  const readOften = (pid: number) => {
    const look = looked.get(pid);
    return look === undefined || host.now() - look.at > LOOK_AGE_MS ? stats.readOften(pid) : look.stat;
  };
  const isDue = () =>
    last === undefined || (ticks > last.tick && (ticks === 1 || host.now() - last.table.at >= tableAge));
  const table = () => {
    if (last !== undefined && !isDue()) return last.table;
    hidden = false;
    const pids = newcomers.all();
    stats.keepOnly(pids);
    const at = host.now();
    const processes = readAll(pids, stats.read);
    last = { table: { at, processes, partial: hidden || !processes.has(FIRST_PROCESS) }, tick: ticks };
    return last.table;
  };
  /** Who they are is found out anew only where somebody came or went, or is below another than before. */
  const membersNow = (target: Workload): Processes => {
    const whole = table();
    const known = members?.of.processes ?? NOBODY;
    const at = host.now();
    const others = last?.tick === ticks ? whole.processes : comers();
    const again = readAgain(known, readOften);
    if (others.size === 0 && again.isSameTree && again.processes.size > 0) return { at, processes: again.processes };
    const all = new Map([...others, ...again.processes]);
    for (const pid of known.keys()) if (!again.processes.has(pid)) all.delete(pid);
    const child = target.pid === undefined || all.has(target.pid) ? undefined : readOften(target.pid);
    if (child !== undefined) all.set(child.pid, child);
    return { at, processes: unlessSame(again.processes, tracker.follow(all, target)) };
  };
  return {
    units: readKernelUnits(host.proc),
    table,
    read(pids) {
      if (isForeign) return { at: host.now(), processes: NOBODY };
      if (last?.tick !== ticks) return { at: host.now(), processes: readAll(pids, readOften) };
      return { at: last.table.at, processes: readAll(pids, (pid) => last?.table.processes.get(pid)) };
    },
    workload(target) {
      if (isForeign) return { at: host.now(), processes: NOBODY };
      if (members?.tick === ticks) return members.of;
      members = { of: membersNow(target), tick: ticks };
      return members.of;
    },
    look(pid) {
      if (isForeign) return undefined;
      const stat = stats.readOften(pid);
      looked.set(pid, { at: host.now(), stat });
      return stat;
    },
    nextTick() {
      ticks += 1;
    },
    close() {
      stats.close();
      newcomers.close();
    },
  };
}

/** The map that there is, where the other one has nothing else in it: whoever compares sees at once that nothing changed. */
function unlessSame(known: ReadonlyMap<number, ProcessStat>, now: ReadonlyMap<number, ProcessStat>) {
  if (known.size !== now.size) return now;
  for (const [pid, process] of known) if (now.get(pid) !== process) return now;
  return known;
}

function readAll(pids: Iterable<number>, read: (pid: number) => ProcessStat | undefined): Map<number, ProcessStat> {
  const processes = new Map<number, ProcessStat>();
  for (const pid of pids) {
    const process = read(pid);
    if (process !== undefined) processes.set(pid, process);
  }
  return processes;
}
