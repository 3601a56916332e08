import type { SystemSample } from "../model/backend.ts";

/**
 * tracelet's system keys in MLflow's own words, under which its "System metrics" tab draws them together with those of
 * its own monitor. https://mlflow.org/docs/latest/ml/tracking/system-metrics/
 */
interface Translation {
  readonly name: string;
  /** MLflow's megabytes are 10⁶ bytes. */
  readonly divisor?: number;
  /** MLflow counts network bytes from the start of the run, the kernel from the start of the machine. */
  readonly sinceStart?: boolean;
}

const MEGA = 1e6;

/** Stands behind the name of a series for the highest value where several samples share a point. */
const MAX_SUFFIX = "_max";

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  cpu_percent: { name: "cpu_utilization_percentage" },
  memory_used: { name: "system_memory_usage_megabytes", divisor: MEGA },
  memory_percent: { name: "system_memory_usage_percentage" },
  disk_percent: { name: "disk_usage_percentage" },
  disk_used: { name: "disk_usage_megabytes", divisor: MEGA },
  disk_free: { name: "disk_available_megabytes", divisor: MEGA },
  network_bytes_recv: { name: "network_receive_megabytes", divisor: MEGA, sinceStart: true },
  network_bytes_sent: { name: "network_transmit_megabytes", divisor: MEGA, sinceStart: true },
};

const GPU_TRANSLATIONS: Readonly<Record<string, Translation>> = {
  utilization: { name: "utilization_percentage" },
  memory_percent: { name: "memory_usage_percentage" },
  memory_used: { name: "memory_usage_megabytes", divisor: MEGA },
  power: { name: "power_usage_watts" },
};

/** MLflow's share of the power limit, which no key of ours has: from two of them. */
const POWER_PERCENT = "power_usage_percentage";

/** What a counter stood at when the run's first sample was taken, by tracelet's key. Filled as samples come. */
export type CounterStarts = Map<string, number>;

/** The series of a sample under MLflow's names. Nothing is rounded and nothing left out. */
export function systemSeries(sample: SystemSample, starts: CounterStarts): [name: string, value: number][] {
  const { metrics, max = {} } = sample;
  return [
    ...translated(metrics, "", starts),
    ...powerShares(metrics, "", metrics),
    ...translated(max, MAX_SUFFIX, starts),
    ...powerShares(max, MAX_SUFFIX, metrics),
  ];
}

function translated(
  metrics: SystemSample["metrics"],
  suffix: string,
  starts: CounterStarts,
): [name: string, value: number][] {
  return Object.entries(metrics).map(([key, value]) => {
    const { name, divisor = 1, sinceStart = false } = translationOf(key);
    const start = sinceStart ? startOf(key, value, starts) : 0;
    return [`system/${name}${suffix}`, (value - start) / divisor];
  });
}

/** The limit hardly ever changes: the mean of a thinned point is as good as its maximum. */
function powerShares(
  metrics: SystemSample["metrics"],
  suffix: string,
  limits: SystemSample["metrics"],
): [name: string, value: number][] {
  return Object.entries(metrics).flatMap(([key, power]): [string, number][] => {
    const device = /^gpu_(\d+)_power$/.exec(key)?.[1];
    const limit = device === undefined ? undefined : limits[`gpu_${device}_power_limit`];
    return limit === undefined || limit === 0
      ? []
      : [[`system/gpu_${device}_${POWER_PERCENT}${suffix}`, (100 * power) / limit]];
  });
}

function translationOf(key: string): Translation {
  const [, device, what] = /^gpu_(\d+)_(.+)$/.exec(key) ?? [];
  if (device === undefined || what === undefined) return TRANSLATIONS[key] ?? { name: key };
  const translation = GPU_TRANSLATIONS[what];
  return translation === undefined ? { name: key } : { ...translation, name: `gpu_${device}_${translation.name}` };
}

function startOf(key: string, value: number, starts: CounterStarts): number {
  const start = starts.get(key) ?? value;
  starts.set(key, start);
  return start;
}
