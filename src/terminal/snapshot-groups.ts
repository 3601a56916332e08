import type { ReadingValue } from "../model/metric.ts";
import type { GpuReading } from "../model/snapshot.ts";
import { formatCount, formatDuration, formatNumber, formatQuantity } from "../model/format.ts";
import { after, before, type GroupLine, line, Readings, sizes } from "./group-line.ts";
import { gpusLines } from "./gpu-lines.ts";
import { printable } from "./printable.ts";
import { unitOf } from "../model/units.ts";

const HOUR = 3_600_000;

/** The keys that have a place of their own in the groups; all others are listed under their names. */
const PLACED = new Set(
  [
    "cpu_percent cpu_count_logical cpu_count_physical cpu_per_core load_average",
    "memory_total memory_available memory_used memory_percent swap_total swap_used",
    "cpu_pressure_percent memory_pressure_percent memory_pressure_full_percent",
    "io_pressure_percent io_pressure_full_percent",
    "container_cpu_percent container_cpu_limit container_cpu_throttled_percent",
    "container_cpu_cores_used container_memory_used container_memory_peak",
    "container_disk_read_bytes container_disk_write_bytes",
    "container_cpu_pressure_percent container_cpu_pressure_full_percent container_memory_pressure_percent",
    "container_memory_pressure_full_percent container_io_pressure_percent container_io_pressure_full_percent",
    "container_disk_read_bytes_per_second container_disk_write_bytes_per_second",
    "container_memory_limit container_memory_working_set container_memory_percent container_oom_kills",
    "disk_total disk_used disk_free disk_percent tmp_total tmp_used tmp_free tmp_percent",
    "shm_total shm_used shm_free shm_percent disk_read_bytes disk_write_bytes",
    "disk_read_bytes_per_second disk_write_bytes_per_second",
    "network_bytes_sent network_bytes_recv network_packets_sent network_packets_recv",
    "network_bytes_sent_per_second network_bytes_recv_per_second",
    "gpu_count process_counts total_processes open_files system_uptime_hours",
    "tracelet_cpu_percent tracelet_memory_rss",
  ].flatMap((keys) => keys.split(" ")),
);

/** A snapshot's metrics in the order CPU, memory, container, disk, network, GPU, processes, others. */
export function groupLines(metrics: Readonly<Record<string, ReadingValue>>, gpu: readonly GpuReading[]): GroupLine[] {
  const read = new Readings(metrics);
  return [
    ...cpuLines(read),
    read.space("Memory", "memory", "available"),
    line("  swap", [
      read.number("swap_total") === 0 ? "none" : sizes(read.bytes("swap_used"), read.bytes("swap_total")),
    ]),
    pressureLine(read, "Waiting"),
    ...containerLines(read),
    ...diskLines(read),
    read.space("  /tmp", "tmp", "free"),
    read.space("  /dev/shm", "shm", "free"),
    ...networkLines(read),
    ...(gpu.length === 0 ? [line("GPU", [read.number("gpu_count") === 0 ? "none" : undefined])] : gpusLines(gpu)),
    line("Processes", [
      read.told("total_processes", (count) => `${formatNumber(count)} in all`),
      ...countsByState(metrics["process_counts"]),
      read.told("open_files", (count) => `${formatCount(count, "file")} open by tracelet`),
    ]),
    line("Up", [read.told("system_uptime_hours", (hours) => formatDuration(hours * HOUR))]),
    line("tracelet", [
      before("CPU", read.percent("tracelet_cpu_percent"), " of a core"),
      before("memory", read.bytes("tracelet_memory_rss")),
    ]),
    ...otherLines(metrics),
  ].filter(isKnown);
}

function cpuLines(read: Readings): GroupLine[] {
  const { cpu_per_core: perCore, load_average: load } = read.metrics;
  return [
    line(
      "CPU",
      [
        read.told("cpu_count_logical", (count) => formatCount(count, "logical core")),
        after(read.told("cpu_count_physical", formatNumber), "physical"),
      ],
      read.number("cpu_percent"),
    ),
    ...(isList(perCore) ? perCore.map((percent, core) => line(`  core ${core}`, [], percent)) : []),
    line("  load", [isList(load) ? `${load.map((value) => value.toFixed(2)).join(" ")} (1, 5 and 15 min)` : undefined]),
  ];
}

/**
 * How long work waited for something; the share in which nothing could work at all only where there was any.
 * @param whose nothing for the machine's, `container_` for the container's
 */
function pressureLine(read: Readings, label: string, whose = ""): GroupLine {
  const waited = (name: string, resource: string): string | undefined => {
    const key = `${whose}${resource}`;
    const full = read.number(`${key}_pressure_full_percent`) ? read.percent(`${key}_pressure_full_percent`) : undefined;
    return before(name, read.percent(`${key}_pressure_percent`), full === undefined ? "" : ` (all work ${full})`);
  };
  return line(label, [waited("for CPU", "cpu"), waited("for memory", "memory"), waited("for the disk", "io")]);
}

function containerLines(read: Readings): GroupLine[] {
  const memory = line(
    "  memory",
    [
      sizes(read.bytes("container_memory_working_set"), read.bytes("container_memory_limit")),
      before("peak", read.bytes("container_memory_peak")),
      read.number("container_oom_kills")
        ? read.told("container_oom_kills", (n) => formatCount(n, "OOM kill"))
        : undefined,
    ],
    read.number("container_memory_percent"),
  );
  const cpu = line(
    "  CPU",
    [
      before(
        "of",
        read.told("container_cpu_limit", (cores) => formatCount(cores, "core")),
      ),
      before("throttled in", read.percent("container_cpu_throttled_percent"), " of periods"),
    ],
    read.number("container_cpu_percent"),
  );
  const hasLimits = cpu.parts.length > 0 || read.number("container_memory_limit") !== undefined;
  // Without limits there is no container worth the name: on every machine some group accounts for some memory.
  return hasLimits
    ? [line("Container", ["what its limits leave"]), cpu, memory, pressureLine(read, "  waiting", "container_")]
    : [];
}

function diskLines(read: Readings): GroupLine[] {
  return headed("Disk", [
    read.space("", "disk", "free"),
    line("", [
      after(read.rate("disk_read_bytes_per_second"), "read"),
      after(read.rate("disk_write_bytes_per_second"), "written"),
    ]),
    line("", [
      after(read.bytes("disk_read_bytes"), "read since boot"),
      after(read.bytes("disk_write_bytes"), "written since boot"),
    ]),
  ]);
}

function networkLines(read: Readings): GroupLine[] {
  const packets = (key: string) => read.told(key, (count) => ` in ${formatCount(count, "packet")}`) ?? "";
  const total = (word: string, way: string) =>
    after(read.bytes(`network_bytes_${way}`), `${word}${packets(`network_packets_${way}`)}`);
  return headed("Network", [
    line("", [
      after(read.rate("network_bytes_sent_per_second"), "sent"),
      after(read.rate("network_bytes_recv_per_second"), "received"),
    ]),
    line("", [total("sent", "sent"), total("received", "recv")]),
  ]);
}

/** The lines of which anything is known, the first of them under the group's name. */
function headed(label: string, lines: readonly GroupLine[]): GroupLine[] {
  const [first, ...more] = lines.filter(isKnown);
  return first === undefined ? [] : [{ ...first, label }, ...more];
}

function isKnown({ percent, parts }: GroupLine): boolean {
  return percent !== undefined || parts.length > 0;
}

function otherLines(metrics: Readonly<Record<string, ReadingValue>>): GroupLine[] {
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

function isList(value: ReadingValue | undefined): value is readonly number[] {
  return Array.isArray(value);
}
