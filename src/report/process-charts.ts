import type { Chart, ChartLine } from "./chart.ts";
import type { CollectedProcess } from "./collector.ts";

/** The busiest ones. */
const MOST_LINES = 6;

/** CPU and memory of the busiest processes, where the run has recorded any. */
export function processCharts(processes: readonly CollectedProcess[]): Chart[] {
  const busiest = processes.slice(0, MOST_LINES);
  if (busiest.length === 0) return [];
  return [
    {
      id: "process:cpu",
      part: "process",
      title: "CPU of the busiest processes, in percent of one core",
      unit: "percent",
      lines: busiest.map((process) => lineOf(process, process.cpu)),
    },
    {
      id: "process:memory",
      part: "process",
      title: "Their memory (resident)",
      unit: "bytes",
      lines: busiest.map((process) => lineOf(process, process.memory)),
    },
  ];
}

function lineOf({ pid, name }: CollectedProcess, buckets: CollectedProcess["cpu"]): ChartLine {
  const label = `${name} (${pid})`;
  return { label, key: label, buckets, odd: [] };
}
