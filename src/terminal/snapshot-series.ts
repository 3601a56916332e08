import { seriesOf } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** Every number of a snapshot under the key that it has as a series: `load_average_1m`, `gpu_0_utilization`. */
export function seriesOfSnapshot({ metrics, gpu }: Pick<Snapshot, "metrics" | "gpu">): [key: string, value: number][] {
  const devices = gpu.flatMap(({ index, mig = [], ...quantities }) => [
    ...numbersOf(`gpu_${index}_`, quantities),
    ...mig.flatMap(({ index: part, ...ofPart }) => numbersOf(`gpu_${index}_mig_${part}_`, ofPart)),
  ]);
  return [...Object.entries(metrics).flatMap(([key, value]) => seriesOf({ key, value })), ...devices];
}

function numbersOf(prefix: string, quantities: object): [key: string, value: number][] {
  return Object.entries(quantities).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[`${prefix}${name}`, value]] : [],
  );
}
