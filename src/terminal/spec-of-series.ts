import type { MetricSpec } from "../model/metric.ts";

/** What a series means, by the declaration of the metric that it is an entry of. */
export function specOfSeries(key: string, specs: readonly MetricSpec[]): MetricSpec | undefined {
  const declared = key
    .replace(/^gpu_\d+_(mig_\d+_)?/, "gpu_<i>_")
    .replace(/^load_average_\w+$/, "load_average")
    .replace(/^cpu_core_\d+_percent$/, "cpu_per_core")
    .replace(/^(workload_)?process_count_\w+$/, "$1process_counts");
  return specs.find((spec) => spec.key === declared);
}
