import { existsSync } from "node:fs";

import type { ProcessIdentity, ProcessStat } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";

/** One process and what it has moved, its waited-for children included. */
export interface ProcessIo extends ProcessIdentity {
  /** In the order of the keys. */
  readonly counts: readonly number[];
  /** As it was when they were read. */
  readonly stat: ProcessStat;
  /** When they were read last, on the host's clock. */
  at: number;
}

export type IoMembers = ReadonlyMap<number, ProcessIo>;

/**
 * Milliseconds for which a process is taken to have moved nothing while nothing in its line of `stat` has changed: neither
 * its CPU time, which is told in hundredths of a second, nor its memory, nor what it waited for.
 */
const STILL_MS = 5000;
/** Those that keep still do not all have their turn in the same tick. */
const TURNS = 5;
/** A tree in which somebody ends during every pass is read no more often than this. */
const MOST_PASSES = 3;

export interface IoSource {
  /** Root of procfs. */
  readonly proc: string;
  /** The counts of a process as they are now, the same array while they have not changed; nothing where nobody may look. */
  readonly read: (pid: number) => readonly number[] | undefined;
  /** Now, on the host's clock. */
  readonly at: number;
}

/**
 * What these processes have moved by now. Only those are read that did something since the last look, or have their turn.
 * When one has just gone it is left out and the others are read once more: see process-again.ts.
 */
export function readIoAgain(processes: ReadonlyMap<number, ProcessStat>, last: IoMembers, from: IoSource): IoMembers {
  const members = new Map<number, ProcessIo>();
  const gone = new Set<number>();
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const goneBefore = gone.size;
    for (const process of processes.values()) {
      const known = last.get(process.pid);
      const keepsStill = pass === 1 && known?.stat === process && from.at - known.at < STILL_MS;
      const now = keepsStill ? known : gone.has(process.pid) ? undefined : readOne(process, known, from);
      if (now === "gone") gone.add(process.pid);
      if (now === undefined || now === "gone") members.delete(process.pid);
      else members.set(process.pid, now);
    }
    if (gone.size === goneBefore) break;
  }
  return members;
}

function readOne(
  process: ProcessStat,
  last: ProcessIo | undefined,
  { proc, read, at }: IoSource,
): ProcessIo | "gone" | undefined {
  const { pid, parent, startTicks } = process;
  const known = isSameProcess(last, process) ? last : undefined;
  const told = read(pid);
  if (told === undefined && !existsSync(`${proc}/${pid}`)) return "gone";
  // Between its end and its parent's waiting for it, it may not let us look: nothing is lost by then.
  const counts = told ?? known?.counts;
  if (counts === undefined) return undefined;
  if (known?.stat === process && known.counts === counts) {
    known.at = at;
    return known;
  }
  const turn = known === undefined ? (pid % TURNS) * (STILL_MS / TURNS) : 0;
  return { pid, parent, startTicks, counts, stat: process, at: at - turn };
}
