import type { SystemSample } from "../model/backend.ts";

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** Series that have another name and unit in W&B, whose user interface knows them by that. */
const NAMES: Readonly<Record<string, readonly [name: string, unit: number]>> = {
  memory_percent: ["memory_percent", 1],
  memory_available: ["proc.memory.availableMB", MEBIBYTE],
  workload_memory_rss: ["proc.memory.rssMB", MEBIBYTE],
  workload_threads: ["proc.cpu.threads", 1],
  disk_percent: ["disk.run.usagePercent", 1],
  disk_used: ["disk.run.usageGB", GIBIBYTE],
  disk_read_bytes: ["disk.all.in", MEBIBYTE],
  disk_write_bytes: ["disk.all.out", MEBIBYTE],
  network_bytes_sent: ["network.sent", 1],
  network_bytes_recv: ["network.recv", 1],
};

/** Of a GPU, behind `gpu.<i>.`. */
const GPU_NAMES: Readonly<Record<string, string>> = {
  utilization: "gpu",
  memory_utilization: "memory",
  memory_percent: "memoryAllocated",
  memory_used: "memoryAllocatedBytes",
  temperature: "temp",
  power: "powerWatts",
  power_percent: "powerPercent",
  power_limit: "enforcedPowerLimitWatts",
};

/** Counters that W&B has from the run's start. */
export const COUNTERS = ["disk_read_bytes", "disk_write_bytes", "network_bytes_sent", "network_bytes_recv"] as const;

/** First readings of counters, by key. */
export type CounterStart = Readonly<Record<string, number>>;

/**
 * What W&B has of a sample, under its names (`wandb:core/internal/monitor`); what it does not know keeps its own. `cpu` is
 * what the command uses of all cores, and not how busy the machine is.
 */
export function statsOf({ metrics, max = {} }: SystemSample, start: CounterStart): [name: string, value: number][] {
  const means = Object.entries(metrics).map(([key, value]) => translated(key, value, start));
  const highest = Object.entries(max).map(([key, value]): [string, number] => {
    const [name, translatedValue] = translated(key, value, start);
    return [`${name}_max`, translatedValue];
  });
  return [...means, ...derived(metrics), ...highest];
}

function translated(key: string, value: number, start: CounterStart): [string, number] {
  const gpu = /^gpu_(\d+)_(.+)$/.exec(key);
  if (gpu !== null) return [`gpu.${gpu[1]}.${GPU_NAMES[gpu[2] ?? ""] ?? gpu[2]}`, value];
  const [name, unit] = NAMES[key] ?? [key, 1];
  return [name, (value - (start[key] ?? 0)) / unit];
}

function derived(metrics: SystemSample["metrics"]): [string, number][] {
  const { workload_cpu_percent: cpu, workload_memory_rss: rss, memory_total: total } = metrics;
  const cores = metrics["container_cpu_limit"] ?? metrics["cpu_count_logical"];
  return [
    ...(cpu === undefined || !cores ? [] : [["cpu", cpu / cores] satisfies [string, number]]),
    ...(rss === undefined || !total ? [] : [["proc.memory.percent", (rss / total) * 100] satisfies [string, number]]),
  ];
}
