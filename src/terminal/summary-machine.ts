import { JobGpus } from "../model/job-gpus.ts";
import type { RunView, SeriesSummary } from "../model/view.ts";
import { formatBytes, formatCount, formatNumber, formatPercent, inOneUnit } from "../model/format.ts";
import { gpuTotalLines } from "./gpu-totals.ts";
import type { Line } from "./summary-line.ts";

/** Less than this, at its peak, is the noise of a machine that does nothing with its disk or network: bytes a second. */
const QUIET = 64 * 1024;

/** In a shorter run the share of a core that tracelet took is that of its start, and says nothing of a longer one: seconds. */
const LONG_ENOUGH_FOR_A_SHARE = 10;

type System = RunView["system"];

/** What the run used of what it may use: averages and peaks, of the container where that has limits of its own. */
export function machineLines(view: RunView): Line[] {
  const { system } = view;
  return [
    line("CPU", cpu(system)),
    line("memory", memory(system)),
    ...gpus(system),
    gpuTotalLines(view),
    line("disk", rates(system, diskKeys(system), ["read", "written"])),
    line(
      "network",
      rates(system, ["network_bytes_recv_per_second", "network_bytes_sent_per_second"], ["received", "sent"]),
    ),
    line("tracelet", own(system)),
  ].flat();
}

function line(label: string, text: string | undefined): Line[] {
  return text === undefined ? [] : [{ label, text }];
}

function cpu(system: System): string | undefined {
  const container = system["container_cpu_percent"];
  const limit = system["container_cpu_limit"]?.last;
  const all = system["cpu_count_logical"]?.last;
  if (container !== undefined && limit !== undefined && (all === undefined || limit < all)) {
    return `${levels(container)} of the container's ${formatCount(Number(formatNumber(limit)), "core")}`;
  }
  const machine = system["cpu_percent"];
  if (machine === undefined) return undefined;
  return all === undefined ? levels(machine) : `${levels(machine)} of ${formatCount(all, "core")}`;
}

function memory(system: System): string | undefined {
  const container = system["container_memory_percent"];
  const limit = system["container_memory_limit"]?.last;
  const all = system["memory_total"]?.last;
  if (container !== undefined && limit !== undefined && (all === undefined || limit < all)) {
    return `${levels(container)} of the container's ${formatBytes(limit)}`;
  }
  const machine = system["memory_percent"];
  if (machine === undefined) return undefined;
  return all === undefined ? levels(machine) : `${levels(machine)} of ${formatBytes(all)}`;
}

/** The command's GPUs together. */
function gpus(system: System): Line[] {
  const job = new JobGpus();
  job.see(Object.fromEntries(Object.entries(system).map(([key, { max }]) => [key, max])));
  const of = (what: string) => [...job.devices].flatMap((device) => system[`gpu_${device}_${what}`] ?? []);
  const each = job.devices.size > 1 ? " each" : "";
  const share = together(of("memory_percent"));
  const total = Math.max(0, ...of("memory_total").map(({ last }) => last));
  return [
    ...line("GPU", withWatts(together(of("utilization")), of("power"), of("power_limit"), each)),
    ...line("GPU memory", share === undefined || total === 0 ? share : `${share} of ${formatBytes(total)}${each}`),
  ];
}

function withWatts(
  text: string | undefined,
  power: readonly SeriesSummary[],
  limits: readonly SeriesSummary[],
  each: string,
): string | undefined {
  if (text === undefined || power.length === 0) return text;
  const limit = limits.length === 0 ? "" : ` of ${Math.round(Math.max(...limits.map(({ last }) => last)))}`;
  return `${text}, ${Math.round(mean(power))}${limit} W${each}`;
}

function diskKeys(system: System): [string, string] {
  const prefix = system["container_disk_read_bytes_per_second"] === undefined ? "" : "container_";
  return [`${prefix}disk_read_bytes_per_second`, `${prefix}disk_write_bytes_per_second`];
}

function rates(system: System, keys: readonly string[], words: readonly string[]): string | undefined {
  const known = keys.flatMap((key, index) => {
    const rate = system[key];
    return rate === undefined ? [] : [{ rate, word: words[index] ?? "" }];
  });
  if (!known.some(({ rate }) => rate.max >= QUIET)) return undefined;
  const { amounts, unit } = inOneUnit(known.flatMap(({ rate }) => [rate.mean, rate.max]));
  const parts = known.map(({ word }, index) => `${word} ${amounts[2 * index]} (peak ${amounts[2 * index + 1]})`);
  return `${parts.join(", ")} ${unit}/s`;
}

function own(system: System): string | undefined {
  const [cpuShare, resident] = [system["tracelet_cpu_percent"], system["tracelet_memory_rss"]];
  const parts = [
    ...(cpuShare === undefined ? [] : [ownCpu(cpuShare)]),
    ...(resident === undefined ? [] : [`${formatBytes(resident.max)} of memory`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function ownCpu({ mean, seconds }: SeriesSummary): string {
  if (seconds >= LONG_ENOUGH_FOR_A_SHARE) return `${formatPercent(mean)} of a core`;
  return `${((mean / 100) * seconds).toFixed(2)} s of CPU time`;
}

function together(series: readonly SeriesSummary[]): string | undefined {
  if (series.length === 0) return undefined;
  return levels({ mean: mean(series), max: Math.max(...series.map(({ max }) => max)) });
}

function mean(series: readonly { readonly mean: number }[]): number {
  return series.reduce((sum, { mean }) => sum + mean, 0) / series.length;
}

function levels({ mean, max }: Pick<SeriesSummary, "mean" | "max">): string {
  return `average ${formatPercent(mean)}, peak ${formatPercent(max)}`;
}
