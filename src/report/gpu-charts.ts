import type { MetricSpec } from "../model/metric.ts";
import type { Chart } from "./chart.ts";
import type { CollectedSeries } from "./collector.ts";
import { lineOf, unitOfSeries, varies } from "./machine-charts.ts";

/** A GPU or a part of one, and what was read of it. */
export interface GpuSeries {
  /** `0`, or `0_mig_1` for a part of it. */
  readonly device: string;
  /** `utilization`, `memory_used` … */
  readonly what: string;
  readonly series: CollectedSeries;
}

const KEY = /^gpu_(\d+(?:_mig_\d+)?)_(.+)$/;

/** What comes first, and under which title. */
const TITLES: Readonly<Record<string, string>> = {
  utilization: "GPU utilization",
  memory_used: "GPU memory in use",
  power: "GPU power",
  temperature: "GPU temperature",
  throttled_percent: "GPUs slowed down",
};
const WHOLE = /^(utilization(_max)?|memory_utilization|\w+_activity|sm_occupancy|throttled_(\w+_)?percent)$/;
/** What says the same as another chart, or does not change. */
const LEFT_OUT = /^(memory_percent|memory_total|memory_reserved|power_limit|energy|visible|lost)$/;

/** The series of GPUs, by device. */
export function gpuSeries(series: readonly CollectedSeries[]): GpuSeries[] {
  return series.flatMap((one) => {
    const [, device, what] = KEY.exec(one.key) ?? [];
    return device === undefined || what === undefined ? [] : [{ device, what, series: one }];
  });
}

/** One chart for each thing that is read of GPUs, with a line for each of them. */
export function gpuCharts(series: readonly GpuSeries[], specOf: (key: string) => MetricSpec | undefined): Chart[] {
  const found = [...new Set(series.map(({ what }) => what))];
  const known = Object.keys(TITLES).filter((what) => found.includes(what));
  const changes = (what: string): boolean => series.some((one) => one.what === what && varies(one.series.buckets));
  const others = found.filter((what) => TITLES[what] === undefined && !LEFT_OUT.test(what) && changes(what));
  return [...known, ...others].flatMap((what) => {
    const members = series.filter((one) => one.what === what);
    const [first] = members;
    if (first === undefined) return [];
    const spec = specOf(first.series.key);
    return [
      {
        id: `gpu:${what}`,
        part: TITLES[what] === undefined ? "more" : "gpu",
        title: TITLES[what] ?? `GPU ${what.replaceAll("_", " ")}`,
        unit: unitOfSeries(first.series.key, spec),
        ...(WHOLE.test(what) ? { isWhole: true as const } : {}),
        lines: members.map(({ device, series: one }) => lineOf(one, specOf(one.key), gpuName(device))),
      },
    ];
  });
}

/** `GPU 0`, `GPU 0 MIG 1`. */
export function gpuName(device: string): string {
  return `GPU ${device.replace("_mig_", " MIG ")}`;
}
