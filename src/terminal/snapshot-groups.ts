import type { ReadingValue } from "../model/metric.ts";
import type { GpuReading } from "../model/snapshot.ts";
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent, formatQuantity } from "./format.ts";
import { printable } from "./printable.ts";
import { unitOf } from "./units.ts";

/** One line of a snapshot: a percentage for a bar, words, or both. */
export interface GroupLine {
  readonly label: string;
  readonly percent?: number;
  readonly text: string;
}

type Metrics = Readonly<Record<string, ReadingValue>>;

const HOUR = 3_600_000;

/** The keys that have a place of their own in the groups; all others are listed under their names. */
const PLACED = new Set(
  [
    "cpu_percent cpu_count_logical cpu_count_physical cpu_per_core load_average",
    "memory_total memory_available memory_used memory_percent swap_total swap_used",
    "disk_total disk_used disk_free disk_percent disk_read_bytes disk_write_bytes",
    "network_bytes_sent network_bytes_recv network_packets_sent network_packets_recv",
    "gpu_count process_counts total_processes open_files system_uptime_hours",
    "tracelet_cpu_percent tracelet_memory_rss",
  ].flatMap((keys) => keys.split(" ")),
);

/** A snapshot's metrics in the order CPU, memory, disk, network, GPU, processes, others. */
export function groupLines(metrics: Metrics, gpu: readonly GpuReading[]): GroupLine[] {
  const number = (key: string): number | undefined => {
    const value = metrics[key];
    return typeof value === "number" ? value : undefined;
  };
  const bytes = (key: string): string | undefined => told(number(key), formatBytes);
  return [
    ...cpuLines(metrics, number),
    line(
      "Memory",
      [sizes(bytes("memory_used"), bytes("memory_total")), after(bytes("memory_available"), "available")],
      number("memory_percent"),
    ),
    line("Swap", [number("swap_total") === 0 ? "none" : sizes(bytes("swap_used"), bytes("swap_total"))]),
    line(
      "Disk",
      [sizes(bytes("disk_used"), bytes("disk_total")), after(bytes("disk_free"), "free")],
      number("disk_percent"),
    ),
    line("", [before("read", bytes("disk_read_bytes")), before("written", bytes("disk_write_bytes"))]),
    line("Network", [
      before("sent", bytes("network_bytes_sent"), packets(number("network_packets_sent"))),
      before("received", bytes("network_bytes_recv"), packets(number("network_packets_recv"))),
    ]),
    ...(gpu.length === 0 ? [line("GPU", [number("gpu_count") === 0 ? "none" : undefined])] : gpu.flatMap(gpuLines)),
    line("Processes", [
      told(number("total_processes"), (count) => `${formatNumber(count)} in all`),
      ...countsByState(metrics["process_counts"]),
      told(number("open_files"), (count) => `${formatCount(count, "file")} open by tracelet`),
    ]),
    line("Up", [told(number("system_uptime_hours"), (hours) => formatDuration(hours * HOUR))]),
    line("tracelet", [
      before("CPU", told(number("tracelet_cpu_percent"), formatPercent), " of a core"),
      before("memory", bytes("tracelet_memory_rss")),
    ]),
    ...otherLines(metrics),
  ].filter(({ percent, text }) => percent !== undefined || text !== "");
}

function cpuLines(metrics: Metrics, number: (key: string) => number | undefined): GroupLine[] {
  const perCore = metrics["cpu_per_core"];
  const load = metrics["load_average"];
  return [
    line(
      "CPU",
      [
        told(number("cpu_count_logical"), (count) => formatCount(count, "logical core")),
        after(told(number("cpu_count_physical"), formatNumber), "physical"),
      ],
      number("cpu_percent"),
    ),
    ...(isList(perCore) ? perCore.map((percent, core) => line(`  core ${core}`, [], percent)) : []),
    line("Load", [isList(load) ? `${load.map((value) => value.toFixed(2)).join(" ")} (1, 5 and 15 min)` : undefined]),
  ];
}

function gpuLines(gpu: GpuReading): GroupLine[] {
  const memory = sizes(told(gpu.memory_used, formatBytes), told(gpu.memory_total, formatBytes));
  const state = [
    told(gpu.temperature, (value) => formatQuantity(value, "celsius")),
    told(gpu.power, (value) => formatQuantity(value, "watts")),
  ];
  return [
    // Named even where nothing of it can be read: it is there.
    {
      ...line(`GPU ${gpu.index}`, [told(gpu.name, printable), ...state], gpu.utilization),
      ...(isBare(gpu) ? { text: "present" } : {}),
    },
    line("  memory", [memory], gpu.memory_percent),
  ];
}

function isBare(gpu: GpuReading): boolean {
  return Object.keys(gpu).length === 1;
}

function otherLines(metrics: Metrics): GroupLine[] {
  return Object.entries(metrics).flatMap(([key, value]) => {
    if (PLACED.has(key)) return [];
    const values = typeof value === "number" ? [value] : Object.values(value);
    return [line(printable(key), [values.map((each) => formatQuantity(each, unitOf(key))).join(" ")])];
  });
}

function countsByState(counts: ReadingValue | undefined): string[] {
  if (counts === undefined || typeof counts === "number" || isList(counts)) return [];
  return Object.entries(counts).flatMap(([state, count]) =>
    count === 0 ? [] : [`${formatNumber(count)} ${printable(state)}`],
  );
}

function line(label: string, parts: readonly (string | undefined)[], percent?: number): GroupLine {
  const text = parts.filter((part) => part !== undefined && part !== "").join(", ");
  return { label, text, ...(percent === undefined ? {} : { percent }) };
}

function sizes(used: string | undefined, total: string | undefined): string | undefined {
  if (used === undefined) return before("of", total);
  return total === undefined ? `${used} used` : `${used} of ${total}`;
}

function packets(count: number | undefined): string {
  return count === undefined ? "" : ` (${formatCount(count, "packet")})`;
}

function before(word: string, value: string | undefined, more = ""): string | undefined {
  return value === undefined ? undefined : `${word} ${value}${more}`;
}

function after(value: string | undefined, word: string): string | undefined {
  return value === undefined ? undefined : `${value} ${word}`;
}

function told<T>(value: T | undefined, tell: (value: T) => string): string | undefined {
  return value === undefined ? undefined : tell(value);
}

function isList(value: ReadingValue | undefined): value is readonly number[] {
  return Array.isArray(value);
}
