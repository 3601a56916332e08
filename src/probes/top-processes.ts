import type { Unavailable } from "../model/metric.ts";
import type { Host, ProcessEntry } from "../model/probe.ts";

import { keepOpen } from "./kept-file.ts";
import { parseMeminfo } from "./memory.ts";
import type { ProcessScan, ProcessTable } from "./process-scan.ts";
import type { ProcessStat } from "./process-stat.ts";
import { ticksSince } from "./process-stat.ts";
import { statusOf } from "./process-status.ts";
import { isReason, unavailable } from "./readings.ts";
import { firstTable } from "./scanning-probe.ts";
import { readSmallFile } from "./small-file.ts";

/** Lists the processes that matter most; at most `limit` of them. */
export interface TopProcesses {
  /** `undefined` as long as the process table has not been read again since the last list; see `ProcessScan.table`. */
  list(): ProcessEntry[] | undefined;
}

const KEYS = ["processes"];
const FEWEST_TICKS = 2;
/** The kernel keeps this many bytes of a program's name. */
const KERNEL_NAME_LENGTH = 15;

export function openTopProcesses(host: Host, scan: ProcessScan, limit: number): TopProcesses | Unavailable {
  const first = firstTable(host, scan, KEYS);
  if (isReason(first)) return first;
  const memoryTotal = readMemoryTotal(host);
  if (memoryTotal === undefined) return unavailable(KEYS, `${host.proc}/meminfo does not tell the machine's memory`);
  let last = first;
  let listed: ProcessTable | undefined;
  return {
    list() {
      const table = scan.table();
      if (table === listed) return undefined;
      listed = table;
      const possible = ((table.at - last.at) / 1000) * scan.units.ticksPerSecond;
      const reference = possible >= FEWEST_TICKS ? last : undefined;
      const entries = [...table.processes.values()].map((process) => {
        const cpu = reference && (100 * ticksSince(reference.processes, process)) / possible;
        return toEntry(process, cpu, process.rssPages * scan.units.pageSize, memoryTotal);
      });
      if (reference !== undefined) last = table;
      return pickTop(entries, limit).map((entry) => ({ ...entry, name: fullName(host, entry) }));
    },
  };
}

/**
 * The busiest and the largest processes, by turns: the busiest, the largest, the next busiest … until the limit is
 * reached; then in order of CPU, and of memory where that is equal. Pure.
 */
export function pickTop(entries: readonly ProcessEntry[], limit: number): ProcessEntry[] {
  const byCpu = [...entries].sort(compareCpu);
  const byMemory = [...entries].sort(compareMemory);
  const picked = new Set<ProcessEntry>();
  for (let rank = 0; rank < entries.length && picked.size < limit; rank++) {
    for (const entry of [byCpu[rank], byMemory[rank]]) {
      if (entry !== undefined && picked.size < limit) picked.add(entry);
    }
  }
  return [...picked].sort(compareCpu);
}

function compareCpu(one: ProcessEntry, other: ProcessEntry): number {
  return (other.cpu_percent ?? 0) - (one.cpu_percent ?? 0) || compareMemory(one, other);
}

function compareMemory(one: ProcessEntry, other: ProcessEntry): number {
  return other.memory_rss - one.memory_rss || one.pid - other.pid;
}

function toEntry(process: ProcessStat, cpu: number | undefined, rss: number, memoryTotal: number): ProcessEntry {
  return {
    pid: process.pid,
    name: process.name,
    status: statusOf(process.state),
    ...(cpu === undefined ? {} : { cpu_percent: cpu }),
    memory_rss: rss,
    memory_percent: (100 * rss) / memoryTotal,
  };
}

/** A name that fills the kernel's room for it may be cut off there; the command line has the whole. As psutil does. */
function fullName(host: Host, entry: ProcessEntry): string {
  if (Buffer.byteLength(entry.name) < KERNEL_NAME_LENGTH) return entry.name;
  const [program = ""] = (readSmallFile(`${host.proc}/${entry.pid}/cmdline`) ?? "").split("\0");
  const whole = program.slice(program.lastIndexOf("/") + 1);
  return whole.startsWith(entry.name) ? whole : entry.name;
}

function readMemoryTotal(host: Host): number | undefined {
  const file = keepOpen(`${host.proc}/meminfo`, KEYS);
  if (isReason(file)) return undefined;
  const total = parseMeminfo(file.read()).get("MemTotal");
  file.close();
  return total || undefined;
}
