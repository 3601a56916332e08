import { closeSync, openSync, readdirSync, readSync } from "node:fs";

import type { Host } from "../model/probe.ts";

import type { KernelUnits } from "./clock-ticks.ts";
import { readKernelUnits } from "./clock-ticks.ts";
import { errorCode } from "./kept-file.ts";
import type { ProcessStat } from "./process-stat.ts";
import { parseProcessStat } from "./process-stat.ts";

/** The process table as it was at one moment. */
export interface ProcessTable {
  /** When it was read, on the host's clock. */
  readonly at: number;
  readonly processes: ReadonlyMap<number, ProcessStat>;
  /** Whether /proc keeps processes of other users from us (mount option hidepid), so that counts would be too low. */
  readonly partial: boolean;
}

/** One reading of /proc/<pid>/stat of all processes per tick, shared by all probes that need it. */
export interface ProcessScan {
  readonly units: KernelUnits;
  /** The table of this tick; read at the first call of a tick. Throws when /proc cannot be listed. */
  table(): ProcessTable;
  /** Begins a tick: the next `table` reads anew. */
  nextTick(): void;
}

/** About 30 µs per process of the machine. Opens nothing for good: processes come and go. */
export function createProcessScan(host: Host): ProcessScan {
  const buffer = Buffer.allocUnsafe(4096);
  let table: ProcessTable | undefined;
  return {
    units: readKernelUnits(host.proc),
    table: () => (table ??= readTable(host, buffer)),
    nextTick() {
      table = undefined;
    },
  };
}

const FIRST_PROCESS = 1;

function readTable(host: Host, buffer: Buffer): ProcessTable {
  const at = host.now();
  const processes = new Map<number, ProcessStat>();
  let hidden = false;
  for (const name of readdirSync(host.proc)) {
    if (!isPid(name)) continue;
    try {
      const stat = parseProcessStat(readOnce(`${host.proc}/${name}/stat`, buffer));
      if (stat !== undefined) processes.set(stat.pid, stat);
    } catch (error) {
      hidden ||= isForbidden(error);
    }
  }
  return { at, processes, partial: hidden || !processes.has(FIRST_PROCESS) };
}

function readOnce(path: string, buffer: Buffer): string {
  const fd = openSync(path, "r");
  try {
    // A line of stat is some 300 bytes: it always fits.
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(fd);
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 49 && first <= 57;
}

/** Everything else (no entry, no such process) is a process that ended while the table was read. */
function isForbidden(error: unknown): boolean {
  const code = errorCode(error);
  return code === "EACCES" || code === "EPERM";
}
