import type { GpuReading } from "../model/snapshot.ts";
import { formatBytes, formatNumber, formatPercent, formatQuantity } from "../model/format.ts";
import { before, type GroupLine, line, sizes } from "./group-line.ts";
import { printable } from "./printable.ts";

type Part = NonNullable<GpuReading["mig"]>[number];

/** From this share of time on a slower clock is worth a word, in percent. */
const SLOWED = 1;

/** The GPUs of a snapshot: how busy each is, its memory, and that of its MIG devices. Several of one kind are named once. */
export function gpusLines(gpus: readonly GpuReading[]): GroupLine[] {
  const names = new Set(gpus.map(nameOf));
  const [name] = names;
  const isOneKind = gpus.length > 1 && names.size === 1 && name !== undefined;
  const heading = isOneKind ? [line("GPUs", [`${gpus.length} of ${name}`])] : [];
  return [...heading, ...gpus.flatMap((gpu) => gpuLines(gpu, isOneKind))];
}

function gpuLines(gpu: GpuReading, isNamed: boolean): GroupLine[] {
  const { throttled_thermal_percent: byHeat = 0, throttled_hardware_percent: byHardware = 0 } = gpu;
  const state = [
    gpu.lost === 1 ? "lost" : undefined,
    told(gpu.temperature, (value) => formatQuantity(value, "celsius")),
    power(gpu),
    before("SMs", told(gpu.sm_activity, formatPercent)),
    // What slows it down because of heat may be the hardware as well.
    byHeat >= SLOWED ? "slowed by heat" : byHardware >= SLOWED ? "slowed by its hardware" : undefined,
    visibility(gpu),
  ];
  const parts = [isNamed ? undefined : nameOf(gpu), ...state].filter((part) => part !== undefined);
  return [
    // Listed even where nothing of it can be read: it is there.
    line(`GPU ${gpu.index}`, parts.length === 0 ? ["present"] : parts, gpu.utilization),
    line("  memory", [memory(gpu)], gpu.memory_percent),
    ...(gpu.mig ?? []).map((part) =>
      line(
        `  MIG ${part.index}`,
        [memory(part), before("SMs", told(part.sm_activity, formatPercent)), visibility(part)],
        part.memory_percent,
      ),
    ),
  ];
}

function nameOf({ name }: Part): string | undefined {
  return name === undefined ? undefined : printable(name);
}

function memory({ memory_used: used, memory_total: total }: Part): string | undefined {
  return sizes(told(used, formatBytes), told(total, formatBytes));
}

function power({ power: drawn, power_limit: limit }: GpuReading): string | undefined {
  const watts = (value: number) => formatQuantity(Math.round(value), "watts");
  if (drawn === undefined) return undefined;
  return limit === undefined ? watts(drawn) : `${formatNumber(Math.round(drawn))} of ${watts(limit)}`;
}

function visibility({ visible }: Part): string | undefined {
  if (visible === undefined) return undefined;
  return visible === 1 ? "visible" : "hidden";
}

function told(value: number | undefined, tell: (value: number) => string): string | undefined {
  return value === undefined ? undefined : tell(value);
}
