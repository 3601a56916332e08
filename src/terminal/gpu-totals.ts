import type { RunView } from "../model/view.ts";
import { formatBytes, formatCount, formatEnergy, formatNumber, formatPercent } from "./format.ts";

/** What the command's GPUs came to, on one line; nothing where it had none. */
export function gpuTotalsText(gpu: RunView["gpu"]): string | undefined {
  if (gpu === undefined) return undefined;
  const { count, hours, joules, idlePercent, peakMemory, peakMemoryPercent } = gpu;
  const share = peakMemoryPercent === undefined ? "" : ` (${formatPercent(peakMemoryPercent)})`;
  return [
    formatCount(count, "GPU"),
    `${formatNumber(Number(hours.toPrecision(3)))} GPU-hours`,
    ...(idlePercent === undefined ? [] : [`idle ${formatPercent(idlePercent)} of the time`]),
    ...(joules === undefined ? [] : [formatEnergy(joules)]),
    ...(peakMemory === undefined ? [] : [`peak memory ${formatBytes(peakMemory)}${share}`]),
  ].join(", ");
}

/** What it comes to as a line of the summary, in which memory has a line of its own. */
export function gpuTotalLines({ gpu }: Pick<RunView, "gpu">): { readonly label: string; readonly text: string }[] {
  if (gpu === undefined) return [];
  const { peakMemory: _memory, peakMemoryPercent: _share, ...totals } = gpu;
  const text = gpuTotalsText(totals);
  return text === undefined ? [] : [{ label: "GPUs", text }];
}
