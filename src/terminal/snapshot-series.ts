import { seriesOf } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** Every number of a snapshot under the key that it has as a series: `load_average_1m`, `gpu_0_utilization`. */
export function seriesOfSnapshot({ metrics, gpu }: Pick<Snapshot, "metrics" | "gpu">): [key: string, value: number][] {
  const devices = gpu.flatMap(({ index, ...quantities }) =>
    Object.entries(quantities).flatMap(([name, value]): [string, number][] =>
      typeof value === "number" ? [[`gpu_${index}_${name}`, value]] : [],
    ),
  );
  return [...Object.entries(metrics).flatMap(([key, value]) => seriesOf({ key, value })), ...devices];
}
