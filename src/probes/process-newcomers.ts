import { existsSync, readdirSync, statSync } from "node:fs";

import { keepOpen } from "./kept-file.ts";
import { isReason } from "./readings.ts";

/** Tells which processes have come since the last look, without reading any of them. */
export interface Newcomers {
  /** The pids of all processes, as a base for `since`. Throws when /proc cannot be listed. */
  all(): number[];
  /**
   * The pids that were given out since the last look, as far as they are still in use: one may be that of a thread.
   * Throws when /proc cannot be listed.
   */
  since(): readonly number[];
  close(): void;
}

const NOBODY: readonly number[] = [];
/** To list a process costs half as much as to look for one by its pid; and a few cost nothing worth talking of. */
const WORTH_LISTING = 1 / 2;
const FEW = 8;

/**
 * /proc/loadavg tells the pid that was given out last: as long as that is the same one, nobody has come. Pids are given
 * out in turn, so that whoever has come has one between that and the last; when the kernel began anew at the lowest, or
 * too many were given out, /proc is listed. So it is every time where no pid is told (gVisor), or not by the kernel.
 */
export function createNewcomers(proc: string): Newcomers {
  const loadavg = isOfKernel(proc) ? keepOpen(`${proc}/loadavg`, []) : undefined;
  const readLastPid = () => (loadavg === undefined || isReason(loadavg) ? undefined : parseLastPid(loadavg.read()));
  let lastPid: number | undefined;
  let seen: ReadonlySet<number> = new Set();
  const list = () => {
    const pids = listPids(proc);
    seen = new Set(pids);
    return pids;
  };
  return {
    all() {
      // First the number, then the list: who comes in between is listed once too often, and never missed.
      lastPid = readLastPid();
      return list();
    },
    since() {
      const before = lastPid;
      lastPid = readLastPid();
      if (lastPid !== undefined && lastPid === before) return NOBODY;
      if (lastPid !== undefined && before !== undefined && lastPid > before) {
        const count = lastPid - before;
        if (count <= Math.max(FEW, seen.size * WORTH_LISTING)) return inUse(proc, before + 1, lastPid);
      }
      const known = seen;
      return list().filter((pid) => !known.has(pid));
    },
    close() {
      if (loadavg !== undefined && !isReason(loadavg)) loadavg.close();
    },
  };
}

/** LXCFS and its like lay a file of their own over it, with pids that mean nothing here. */
function isOfKernel(proc: string): boolean {
  const device = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev;
  return device(proc) === device(`${proc}/loadavg`);
}

function inUse(proc: string, first: number, last: number): number[] {
  const pids: number[] = [];
  for (let pid = first; pid <= last; pid += 1) if (existsSync(`${proc}/${pid}/stat`)) pids.push(pid);
  return pids;
}

/**
 * The pid that was given out last, in our namespace. Pure. https://docs.kernel.org/filesystems/proc.html
 *
 *   0.42 0.38 0.25 2/187 12345
 */
export function parseLastPid(text: string): number | undefined {
  const [, pid] = /^\S+ \S+ \S+ \d+\/\d+ ([1-9]\d*)$/.exec(text.trim()) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

function listPids(proc: string): number[] {
  const pids: number[] = [];
  for (const name of readdirSync(proc)) {
    const first = name.charCodeAt(0);
    if (first >= DIGIT_ONE && first <= DIGIT_NINE) pids.push(Number(name));
  }
  return pids;
}

const DIGIT_ONE = 49;
const DIGIT_NINE = 57;
