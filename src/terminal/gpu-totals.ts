import type { RunView } from "../model/view.ts";
import { formatBytes, formatCount, formatEnergy, formatNumber, formatPercent } from "../model/format.ts";

type Totals = NonNullable<RunView["gpu"]>;

/** What the command's GPUs came to, on one line; nothing where it had none. */
export function gpuTotalsText(gpu: RunView["gpu"]): string | undefined {
  return gpu === undefined ? undefined : `${formatCount(gpu.count, "GPU")}, ${hoursOf(gpu)} GPU-hours${rest(gpu)}`;
}

/** What it comes to as a line of the summary, in which memory has a line of its own. */
export function gpuTotalLines({ gpu }: Pick<RunView, "gpu">): { readonly label: string; readonly text: string }[] {
  if (gpu === undefined) return [];
  const { peakMemory: _memory, peakMemoryPercent: _share, ...totals } = gpu;
  return [{ label: "GPU-hours", text: `${hoursOf(totals)}${rest(totals)}` }];
}

function hoursOf({ hours }: Totals): string {
  return formatNumber(Number(hours.toPrecision(3)));
}

function rest({ joules, idlePercent, peakMemory, peakMemoryPercent }: Totals): string {
  const share = peakMemoryPercent === undefined ? "" : ` (${formatPercent(peakMemoryPercent)})`;
  return [
    idlePercent === undefined ? "" : ` (idle ${formatPercent(idlePercent)})`,
    joules === undefined ? "" : `, ${formatEnergy(joules)}`,
    peakMemory === undefined ? "" : `, peak memory ${formatBytes(peakMemory)}${share}`,
  ].join("");
}
