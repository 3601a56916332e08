import type { Buckets } from "./buckets.ts";
import type { Chart, ChartLine } from "./chart.ts";
import { gpuCharts, gpuSeries } from "./gpu-charts.ts";
import type { ReportInput } from "./input.ts";
import { machineCharts } from "./machine-charts.ts";
import { processCharts } from "./process-charts.ts";
import { trainingCharts } from "./training-charts.ts";

/** Points of all lines of a page together, and of one line at least: what a page may weigh. */
const MOST_POINTS = 120_000;
const FEWEST_POINTS = 60;
/** Charts that a page has; what is left out is told. */
const MOST_TRAINING_CHARTS = 150;
const MOST_OTHER_CHARTS = 100;

/** The charts of a page, in its order, with as many points as it may have; and how many there was no room for. */
export function chartsOf({ collected, specOf }: ReportInput): {
  readonly charts: readonly Chart[];
  readonly left: number;
} {
  const training = trainingCharts(collected.training);
  const others = [
    ...gpuCharts(gpuSeries(collected.system), specOf),
    ...machineCharts(collected.system, specOf),
    ...processCharts(collected.processes),
  ];
  const charts = [...training.slice(0, MOST_TRAINING_CHARTS), ...others.slice(0, MOST_OTHER_CHARTS)];
  const lines = charts.flatMap((chart) => chart.lines);
  const most = Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS / Math.max(1, lines.length)));
  for (const line of lines) shrink(line, most);
  return { charts, left: training.length + others.length - charts.length };
}

function shrink({ buckets }: ChartLine, most: number): void {
  if ("shrink" in buckets) (buckets as Buckets).shrink(most);
}
