import { readdirSync } from "node:fs";

import { keepOpen } from "./kept-file.ts";
import { isReason } from "./readings.ts";

/** Tells which processes have come since the last look, without reading any of them. */
export interface Newcomers {
  /** The pids of all processes, as a base for `since`. Throws when /proc cannot be listed. */
  all(): number[];
  /** The pids that were not there at the last look. Throws when /proc cannot be listed. */
  since(): number[];
  close(): void;
}

/**
 * /proc/loadavg tells the pid that was given out last: as long as that is the same one, nobody has come and there is
 * nothing to list. Where it tells none (gVisor) or is not there, /proc is listed every time.
 */
export function createNewcomers(proc: string): Newcomers {
  const loadavg = keepOpen(`${proc}/loadavg`, []);
  const readLastPid = () => (isReason(loadavg) ? undefined : parseLastPid(loadavg.read()));
  let lastPid: number | undefined;
  let seen: ReadonlySet<number> = new Set();
  const all = () => {
    // First the number, then the list: who comes in between is listed once too often, and never missed.
    lastPid = readLastPid();
    const pids = listPids(proc);
    seen = new Set(pids);
    return pids;
  };
  return {
    all,
    since() {
      const now = readLastPid();
      if (now !== undefined && now === lastPid) return [];
      const before = seen;
      return all().filter((pid) => !before.has(pid));
    },
    close() {
      if (!isReason(loadavg)) loadavg.close();
    },
  };
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
