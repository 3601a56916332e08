import type { MetricSpec } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { findCgroup } from "./cgroup-folders.ts";
import { parseOneOf, parseSize } from "./cgroup-files.ts";
import type { ContainerPart } from "./container-part.ts";
import { partWithout } from "./container-part.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { parseMeminfo } from "./memory.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import { readSmallFile } from "./small-file.ts";

export const CONTAINER_MEMORY_METRICS = [
  {
    key: "container_memory_limit",
    unit: "bytes",
    kind: "gauge",
    description: "Memory that the container may use before the kernel kills one of its processes.",
    source: "memory.max (cgroup v2), memory.limit_in_bytes (v1)",
  },
  {
    key: "container_memory_working_set",
    unit: "bytes",
    kind: "gauge",
    description:
      "Memory of the container that cannot be given back easily: what is charged to it without idle file pages.",
    source: "memory.current and inactive_file of memory.stat (cgroup v2), memory.usage_in_bytes and memory.stat (v1)",
  },
  {
    key: "container_memory_used",
    unit: "bytes",
    kind: "gauge",
    description: "Memory that is charged to the container, with all file pages: it may stand at the limit for long.",
    source: "memory.current (cgroup v2), memory.usage_in_bytes (v1)",
  },
  {
    key: "container_memory_peak",
    unit: "bytes",
    kind: "gauge",
    description: "The most that `container_memory_used` has been since the container was made, between readings too.",
    source: "memory.peak (cgroup v2, Linux 5.19), memory.max_usage_in_bytes (v1)",
  },
  {
    key: "container_memory_percent",
    unit: "percent",
    kind: "gauge",
    description: "The container's working set as a share of its limit.",
    source: "memory.current, memory.stat and memory.max (cgroup v2), and their like (v1)",
  },
  {
    key: "container_oom_kills",
    unit: "count",
    kind: "counter",
    description: "Processes of the container that the kernel killed for want of memory since the container was made.",
    source: "oom_kill of memory.events (cgroup v2) or memory.oom_control (v1)",
  },
] as const satisfies readonly MetricSpec[];

/** The same in both versions, by other names. */
const FILES = {
  1: {
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    peak: "memory.max_usage_in_bytes",
    idle: "total_inactive_file",
    events: "memory.oom_control",
  },
  2: {
    limit: "memory.max",
    usage: "memory.current",
    peak: "memory.peak",
    idle: "inactive_file",
    events: "memory.events",
  },
} as const;

const ALL_KEYS = keysOf(CONTAINER_MEMORY_METRICS);
const LIMIT_KEYS = ["container_memory_limit", "container_memory_percent"];

/** The memory that control groups leave to this process, and what is used of it. See container.ts. */
export function openContainerMemory(host: Host): ContainerPart {
  const groups = findCgroup(host, "memory");
  if (groups === undefined)
    return partWithout(ALL_KEYS, "this process is in no control group that accounts for memory");
  const names = FILES[groups.version];
  const limit = findMemoryLimit(host);
  const folder = limit?.folder ?? groups.folders[0] ?? "";
  const usage = keepOpen(`${folder}/${names.usage}`, []);
  if (isReason(usage))
    return partWithout(ALL_KEYS, `${usage.reason}: this process is in no control group that accounts for memory`);
  const [stat, events, peak] = ["memory.stat", names.events, names.peak].map((name) => optional(`${folder}/${name}`));
  const read = () => {
    const used = parseSize(usage.read());
    const needed = workingSet(used, numberIn(stat, names.idle));
    const bytes = limit?.bytes();
    return readingsOf({
      container_memory_limit: bytes,
      container_memory_working_set: needed,
      container_memory_used: used,
      container_memory_peak: peak === undefined ? undefined : parseSize(peak.read()),
      container_memory_percent: needed === undefined || bytes === undefined ? undefined : share(needed, bytes),
      container_oom_kills: numberIn(events, "oom_kill"),
    });
  };
  const first = new Set(read().map(({ key }) => key));
  const untold = ALL_KEYS.filter((key) => !first.has(key) && !LIMIT_KEYS.includes(key));
  return {
    unavailable: [
      ...(first.has("container_memory_limit")
        ? []
        : [unavailable(LIMIT_KEYS, "no control group limits the memory of this process")]),
      ...(untold.length === 0 ? [] : [unavailable(untold, `${folder} does not tell it`)]),
    ],
    sample: read,
    close() {
      for (const file of [usage, stat, events, peak]) file?.close();
    },
  };
}

/** The least of the limits of this process's group and those above it. */
interface MemoryLimit {
  readonly folder: string;
  /** As it is now; nothing when it was lifted. */
  bytes(): number | undefined;
  /** The file that it stands in. */
  readonly by: string;
}

/** Nothing where no group has a limit that is less than the machine's memory. */
export function findMemoryLimit(host: Host): MemoryLimit | undefined {
  const groups = findCgroup(host, "memory");
  if (groups === undefined) return undefined;
  const name = FILES[groups.version].limit;
  const machine = parseMeminfo(readSmallFile(`${host.proc}/meminfo`) ?? "").get("MemTotal") ?? Number.MAX_SAFE_INTEGER;
  const read = (folder: string) => {
    const limit = parseSize(readSmallFile(`${folder}/${name}`) ?? "");
    // Version 1 says "none" with a number that no machine has.
    return limit !== undefined && limit > 0 && limit <= machine ? limit : undefined;
  };
  const limits = groups.folders.map((folder) => read(folder) ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...limits);
  const folder = groups.folders[limits.indexOf(least)];
  if (folder === undefined || !Number.isFinite(least)) return undefined;
  return { folder, bytes: () => read(folder), by: `${folder}/${name}` };
}

function optional(path: string): KeptFile | undefined {
  const file = keepOpen(path, []);
  return isReason(file) ? undefined : file;
}

function numberIn(file: KeptFile | undefined, name: string): number | undefined {
  return file === undefined ? undefined : parseOneOf(file.read(), name);
}

/** The two are read one after the other, so the idle pages may be more than all was a moment before. */
function workingSet(usage: number | undefined, idle: number | undefined): number | undefined {
  return usage === undefined || idle === undefined ? undefined : Math.max(0, usage - idle);
}

/** A limit that was lowered below what is in use is passed for a while. */
function share(used: number, limit: number): number {
  return Math.min(100, (100 * used) / limit);
}
