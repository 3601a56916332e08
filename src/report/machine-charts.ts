import type { MetricSpec } from "../model/metric.ts";
import { unitOf } from "../model/units.ts";
import type { Chart, ChartLine, ChartPart, ChartUnit } from "./chart.ts";
import type { CollectedSeries } from "./collector.ts";
import { ratesOf } from "./rates.ts";

/** A chart that a page has where the run has some of its series. */
interface ChartRule {
  readonly id: string;
  readonly title: string;
  readonly keys: RegExp;
  readonly isWhole?: true;
  readonly part?: ChartPart;
}

/** In the order of the page. */
const RULES: readonly ChartRule[] = [
  {
    id: "cpu",
    title: "CPU",
    keys: /^(container_cpu_percent|cpu_percent|container_cpu_throttled_percent)$/,
    isWhole: true,
  },
  { id: "cpu-of-command", title: "CPU of the command, in percent of one core", keys: /^workload_cpu_percent$/ },
  { id: "memory", title: "Memory", keys: /^(container_memory_percent|memory_percent)$/, isWhole: true },
  {
    id: "memory-in-use",
    title: "Memory in use",
    keys: /^(workload_memory_rss|container_memory_working_set|container_memory_limit|memory_used|swap_used)$/,
  },
  {
    id: "disk-io",
    title: "Disk",
    keys: /^(container_)?disk_(read|write)_bytes_per_second$/,
  },
  { id: "network", title: "Network", keys: /^network_bytes_(sent|recv)_per_second$/ },
  { id: "pressure", title: "Time lost waiting (pressure)", keys: /^(cpu|memory|io)_pressure_percent$/ },
  { id: "load", title: "Load average", keys: /^load_average_/ },
  { id: "tracelet-cpu", title: "What tracelet took, in percent of one core", keys: /^tracelet_cpu_percent$/ },
  { id: "cores", title: "CPU by core", keys: /^cpu_core_\d+_percent$/, isWhole: true, part: "more" },
  { id: "full", title: "File systems", keys: /^(disk|tmp|shm)_percent$/, isWhole: true, part: "more" },
  { id: "states", title: "Processes by state", keys: /^process_count_/, part: "more" },
];

/** Words of a label beside the chart's title. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^container_cpu_throttled_percent$/, "throttled"],
  [/^container_(cpu|memory)_percent$/, "container"],
  [/^(cpu|memory)_percent$/, "machine"],
  [/^workload_(cpu_percent|memory_rss)$/, "command"],
  [/^tracelet_(cpu_percent|memory_rss)$/, "tracelet"],
  [/^container_memory_working_set$/, "container"],
  [/^container_memory_limit$/, "container's limit"],
  [/^memory_used$/, "machine"],
  [/^swap_used$/, "swap"],
  [/^container_disk_(read|write)_bytes_per_second$/, "container $1"],
  [/^disk_(read|write)_bytes_per_second$/, "$1"],
  [/^network_bytes_(sent|recv)_per_second$/, "$1"],
  [/^(\w+)_pressure_percent$/, "$1"],
  [/^load_average_(\d+)m$/, "$1 min"],
  [/^cpu_core_(\d+)_percent$/, "core $1"],
  [/^(disk|tmp|shm)_percent$/, "$1"],
  [/^process_count_(\w+)$/, "$1"],
];

const OF_GPU = /^gpu_\d+(_mig_\d+)?_/;

/** The charts of the machine, and those of what is left over, one series each. GPUs have their own. */
export function machineCharts(
  series: readonly CollectedSeries[],
  specOf: (key: string) => MetricSpec | undefined,
): Chart[] {
  const taken = new Set<string>();
  const ruled = RULES.flatMap(({ id, title, keys, isWhole, part = "machine" }): Chart[] => {
    const members = series.filter(({ key }) => keys.test(key));
    for (const { key } of members) taken.add(key);
    const [first] = members;
    if (first === undefined) return [];
    const lines = members.map((one) => lineOf(one, specOf(one.key)));
    const whole = isWhole === undefined ? {} : { isWhole };
    return [{ id: `machine:${id}`, part, title, unit: unitOfSeries(first.key, specOf(first.key)), ...whole, lines }];
  });
  const left = series.filter(({ key, buckets }) => !taken.has(key) && !OF_GPU.test(key) && varies(buckets));
  return [...ruled, ...left.map((one) => chartOfOne(one, specOf(one.key)))];
}

/** What a series counts: what its declaration says, or the ending of its key. */
export function unitOfSeries(key: string, spec: MetricSpec | undefined): ChartUnit {
  const unit = spec?.unit ?? unitOf(key);
  if (spec?.kind !== "counter") return unit;
  return unit === "bytes" ? "bytes_per_second" : "per_second";
}

/** A line of a series; of a counter what it grows by. */
export function lineOf(
  { key, buckets, odd }: CollectedSeries,
  spec: MetricSpec | undefined,
  label = labelOf(key),
): ChartLine {
  const meaning = spec === undefined ? {} : { meaning: spec.description };
  if (spec?.kind === "counter") return { label, key, buckets: ratesOf(buckets), odd, isDerived: true, ...meaning };
  return { label, key, buckets, odd, ...meaning };
}

function chartOfOne(one: CollectedSeries, spec: MetricSpec | undefined): Chart {
  const { key } = one;
  const title = spec?.kind === "counter" ? `${key}, per second` : key;
  return { id: `more:${key}`, part: "more", title, unit: unitOfSeries(key, spec), lines: [lineOf(one, spec)] };
}

function labelOf(key: string): string {
  for (const [pattern, label] of LABELS) if (pattern.test(key)) return key.replace(pattern, label);
  return key;
}

/** What never changes, such as how much memory there is, says nothing in a chart. */
export function varies(buckets: CollectedSeries["buckets"]): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { min, max } of buckets) [least, most] = [Math.min(least, min), Math.max(most, max)];
  return least < most;
}
