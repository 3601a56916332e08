import type { ProcessStat } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";

type Processes = ReadonlyMap<number, ProcessStat>;

/** Processes that were known, as they are now. */
export interface ReadAgain {
  /** Those that are left; the very same map when nothing about any of them has changed. */
  readonly processes: Processes;
  /** Nobody is gone, and nobody has another parent or session than before. */
  readonly isSameTree: boolean;
}

/** A tree in which somebody ends during every pass is read no more often than this. */
const MOST_PASSES = 3;

/**
 * Reads processes again, parents before their children as they are in the map. When one is gone the others are read once
 * more: its parent may have been read before it waited for it, and what a child used has to be in one of the two accounts
 * and not in both. The kernel fills the parent's account before the child disappears.
 */
export function readAgain(before: Processes, read: (pid: number) => ProcessStat | undefined): ReadAgain {
  let processes = before;
  let isSameTree = true;
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const now = readOnceMore(processes, read);
    const isWhole = now.size === processes.size;
    isSameTree &&= isWhole && (now === processes || hasSameTree(processes, now));
    processes = now;
    if (isWhole) break;
  }
  return { processes, isSameTree };
}

function readOnceMore(before: Processes, read: (pid: number) => ProcessStat | undefined): Processes {
  let now: Map<number, ProcessStat> | undefined;
  for (const [pid, earlier] of before) {
    const stat = read(pid);
    if (stat === earlier) continue;
    now ??= new Map(before);
    if (stat === undefined) now.delete(pid);
    else now.set(pid, stat);
  }
  return now ?? before;
}

function hasSameTree(before: Processes, after: Processes): boolean {
  for (const [pid, earlier] of before) {
    const now = after.get(pid);
    if (now === earlier) continue;
    if (!isSameProcess(now, earlier) || now?.parent !== earlier.parent || now.session !== earlier.session) return false;
  }
  return true;
}
