import { closeSync, openSync, readSync } from "node:fs";

import type { ProcessIdentity } from "./process-stat.ts";

/** Finds processes by the run's id in their environment. */
export interface RunMarker {
  /** Begins a new look around. */
  begin(): void;
  /** Whether a process carries the id. Looked up twice at most; `false` where it may not be looked at. */
  isIn(process: ProcessIdentity, runId: string): boolean;
}

/** Environments that are read in one look: at some 20 µs each, a machine where much is started must not make it long. */
const MOST_AT_ONCE = 50;
/**
 * A process that was just started may still have the environment of who started it, so that one look is not enough.
 */
const LOOKS = 2;
/** What is remembered of processes that are none of the run's. Beyond that all is forgotten and looked up again. */
const MOST_REMEMBERED = 10_000;
/** An environment may be larger, and the id then behind what is read. */
const MOST_BYTES = 256 * 1024;
/** What only the commands have that tracelet itself starts for an alert; they carry the run's id too. */
const OF_ALERTS = Buffer.from("\0TRACELET_ALERT_");

/**
 * Reads /proc/<pid>/environ, which is as it was when the program was started; of other users' processes the kernel shows
 * none. https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html
 */
export function createRunMarker(proc: string): RunMarker {
  const looked = new Map<number, { readonly startTicks: number; readonly times: number }>();
  let buffer: Buffer | undefined;
  let left = MOST_AT_ONCE;

  function read(pid: number): Buffer | undefined {
    buffer ??= Buffer.allocUnsafeSlow(MOST_BYTES);
    try {
      const fd = openSync(`${proc}/${pid}/environ`, "r");
      try {
        return buffer.subarray(0, readWhole(fd, buffer));
      } finally {
        closeSync(fd);
      }
    } catch {
      return undefined; // gone, or another user's: then it is none of ours
    }
  }

  return {
    begin() {
      left = MOST_AT_ONCE;
    },
    isIn({ pid, startTicks }, runId) {
      const before = looked.get(pid);
      const times = before?.startTicks === startTicks ? before.times : 0;
      if (times >= LOOKS || left === 0) return false;
      left -= 1;
      const environment = read(pid);
      if (environment !== undefined && carries(environment, runId)) return true;
      if (looked.size >= MOST_REMEMBERED) looked.clear();
      looked.set(pid, { startTicks, times: times + 1 });
      return false;
    },
  };
}

/** The kernel gives an environment in pieces of a page. */
function readWhole(fd: number, buffer: Buffer): number {
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(fd, buffer, length, buffer.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/**
 * Whether an environment has the run's id. Pure.
 *
 *   HOME=/root\0TRACELET_RUN_ID=20261122-201530-k3f9\0
 */
export function carries(environment: Buffer, runId: string): boolean {
  const variable = Buffer.from(`TRACELET_RUN_ID=${runId}`);
  for (let at = environment.indexOf(variable); at !== -1; at = environment.indexOf(variable, at + 1)) {
    const isWhole = at === 0 || environment[at - 1] === 0;
    const end = at + variable.length;
    const isEnded = end === environment.length || environment[end] === 0;
    if (isWhole && isEnded) return !environment.includes(OF_ALERTS);
  }
  return false;
}
