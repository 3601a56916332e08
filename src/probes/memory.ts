import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { keepOpen } from "./kept-file.ts";
import { absentKeys, isReason, keysOf, readingsOf } from "./readings.ts";

const SOURCE = "/proc/meminfo";
const METRICS = [
  {
    key: "memory_total",
    unit: "bytes",
    kind: "gauge",
    description: "Memory of the machine.",
    source: SOURCE,
  },
  {
    key: "memory_available",
    unit: "bytes",
    kind: "gauge",
    description: "Memory that can be given to processes without swapping, as the kernel estimates it.",
    source: SOURCE,
  },
  {
    key: "memory_used",
    unit: "bytes",
    kind: "gauge",
    description: "Memory in use: total less available, as in `free` 4 and psutil 7.1.",
    source: SOURCE,
  },
  {
    key: "memory_percent",
    unit: "percent",
    kind: "gauge",
    description: "Memory in use as a share of the total.",
    source: SOURCE,
  },
  { key: "swap_total", unit: "bytes", kind: "gauge", description: "Swap space of the machine.", source: SOURCE },
  { key: "swap_used", unit: "bytes", kind: "gauge", description: "Swap space in use.", source: SOURCE },
] as const satisfies readonly MetricSpec[];

/**
 * Memory of the machine, also inside a container.
 *
 * Unavailable: no /proc/meminfo; the keys for which it lacks a line (`MemAvailable` came with Linux 3.14).
 */
export const memory: Probe = {
  id: "memory",
  metrics: METRICS,
  open(host) {
    const file = keepOpen(`${host.proc}/meminfo`, keysOf(METRICS));
    if (isReason(file)) return Promise.resolve(file);
    const read = () => memoryReadings(parseMeminfo(file.read()));
    return Promise.resolve({
      unavailable: absentKeys(METRICS, read(), `${file.path} lacks the lines they are made from`),
      sample: read,
      close: () => file.close(),
    });
  },
};

/**
 * Those lines of /proc/meminfo that are needed, in bytes, by name. Lines that do not look like these are left out. Pure.
 * https://docs.kernel.org/filesystems/proc.html#meminfo
 *
 *   MemTotal:       24684096 kB      kB here means KiB (×1024)
 *   HugePages_Total:       0         a count, no size: left out
 */
export function parseMeminfo(text: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [, name, kibibytes] of text.matchAll(SIZE)) {
    if (name !== undefined) sizes.set(name, Number(kibibytes) * 1024);
  }
  return sizes;
}

const SIZE = /^(MemTotal|MemFree|MemAvailable|SwapTotal|SwapFree): +(\d+) kB$/gm;

function memoryReadings(sizes: ReadonlyMap<string, number>): Reading[] {
  const total = sizes.get("MemTotal");
  const free = sizes.get("MemFree");
  const available = sizes.get("MemAvailable");
  const swapTotal = sizes.get("SwapTotal");
  const swapFree = sizes.get("SwapFree");
  const used = usedMemory(total, available, free);
  return readingsOf({
    memory_total: total,
    memory_available: available,
    memory_used: used,
    memory_percent: used === undefined || !total ? undefined : (100 * used) / total,
    swap_total: swapTotal,
    swap_used: swapTotal === undefined || swapFree === undefined ? undefined : Math.max(0, swapTotal - swapFree),
  });
}

/** In some containers `MemTotal` is the container's and `MemAvailable` the machine's: then what is not free is in use. */
function usedMemory(total?: number, available?: number, free?: number): number | undefined {
  if (total === undefined || available === undefined) return undefined;
  if (available <= total) return total - available;
  return free !== undefined && free <= total ? total - free : undefined;
}
