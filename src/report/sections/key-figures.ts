import { formatBytes, formatDuration, formatEnergy, formatNumber, formatPercent } from "../../model/format.ts";
import { goalOf } from "../../model/goal.ts";
import type { GpuTotals, MetricSummary, RunView } from "../../model/view.ts";
import type { Chart } from "../chart.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { shortNumber } from "../units.ts";
import { sparkline } from "../sparkline.ts";

/** More are in a table. */
const MOST_CARDS = 8;

/** What came out: each training metric from first to last, and what the machine did on average and at most. */
export function keyFigures({ view }: ReportInput, training: readonly Chart[], duration: number): Html {
  const lines = training.flatMap(({ lines }) => lines);
  const cards = lines.slice(0, MOST_CARDS).map(({ key, buckets }) => {
    const metric = view.metrics[key];
    return metric === undefined ? NOTHING : metricCard(key, metric, sparkline(buckets, duration));
  });
  const machine = machineFigures(view);
  return html`<section class="key-figures" aria-labelledby="key-figures">
    <h2 id="key-figures">Key figures</h2>
    ${
      cards.length > 0
        ? html`<ul class="cards">
            ${cards}
          </ul>`
        : html`<p class="quiet">${noMetrics(view)}</p>`
    }
    ${
      lines.length > MOST_CARDS
        ? allMetrics(
            lines.map(({ key }) => key),
            view,
          )
        : false
    }
    ${machine.length > 0 ? html`<dl class="machine-figures">${machine}</dl>` : false}
  </section>`;
}

function noMetrics({ end }: RunView): string {
  return end === undefined ? "No training metrics yet." : "No training metrics were found in the output of this run.";
}

function metricCard(key: string, metric: MetricSummary, picture: Html): Html {
  const course =
    metric.count === 1
      ? html`<b>${shortNumber(metric.last)}</b>`
      : html`<span class="first">${shortNumber(metric.first)}</span> <span class="arrow">&rarr;</span>
          <b>${shortNumber(metric.last)}</b>`;
  return html`<li>
    <h3>${key}</h3>
    <p class="course">${course}</p>
    <p class="best">${bestOf(key, metric)}</p>
    ${picture}
  </li>`;
}

/** The best, where the name tells what that is; otherwise the range. */
function bestOf(key: string, metric: MetricSummary): string {
  const { min, max, minStep, maxStep, nan, count } = metric;
  const lost = nan === 0 ? "" : `, ${nan} of ${count} nan`;
  if (min === undefined || max === undefined || count === 1) return `at step ${shortNumber(metric.lastStep)}${lost}`;
  const goal = goalOf(key);
  if (goal === undefined) return `${shortNumber(min)} to ${shortNumber(max)}${lost}`;
  const [value, step] = goal === "min" ? [min, minStep ?? 0] : [max, maxStep ?? 0];
  return `best ${shortNumber(value)} at step ${shortNumber(step)}${lost}`;
}

function allMetrics(keys: readonly string[], { metrics }: RunView): Html {
  const rows = keys.map((key) => {
    const metric = metrics[key];
    if (metric === undefined) return NOTHING;
    const { first, last, min = Number.NaN, max = Number.NaN, count } = metric;
    return html`<tr>
      <th scope="row">${key}</th>
      ${[first, last, min, max, count].map((value) => html`<td>${shortNumber(value)}</td>`)}
    </tr>`;
  });
  const head = ["metric", "first", "last", "min", "max", "points"].map((name) => html`<th scope="col">${name}</th>`);
  return html`<details class="all">
    <summary>All ${keys.length} metrics</summary>
    <div class="wide">
      <table>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}

function machineFigures({ system, gpu, header, end, lastSeen }: RunView): Html[] {
  const figures: [string, string][] = [];
  const percentOf = (name: string, ...keys: string[]): void => {
    const series = keys.map((key) => system[key]).find((one) => one !== undefined);
    if (series === undefined) return;
    figures.push([name, `${formatPercent(series.mean)}, peak ${formatPercent(series.max)}`]);
  };
  const ofGpus = (what: string): { readonly mean: number; readonly max: number }[] =>
    Object.entries(system).flatMap(([key, series]) => (gpuKey(key) === what ? [series] : []));
  percentOf("CPU", "container_cpu_percent", "cpu_percent");
  percentOf("Memory", "container_memory_percent", "memory_percent");
  const busy = ofGpus("utilization");
  if (busy.length > 0) {
    const mean = busy.reduce((sum, one) => sum + one.mean, 0) / busy.length;
    const peak = Math.max(...busy.map(({ max }) => max));
    figures.push([
      busy.length === 1 ? "GPU" : `${busy.length} GPUs`,
      `${formatPercent(mean)}, peak ${formatPercent(peak)}`,
    ]);
  }
  const used = ofGpus("memory_used");
  if (used.length > 0) {
    const total = ofGpus("memory_total")[0]?.max;
    const most = formatBytes(Math.max(...used.map(({ max }) => max)));
    figures.push(["GPU memory, peak", total === undefined ? most : `${most} of ${formatBytes(total)}`]);
  }
  if (gpu !== undefined) figures.push(["GPU-hours", gpuHours(gpu)]);
  const resident = system["workload_memory_rss"];
  if (resident !== undefined) figures.push(["Command's memory, peak", formatBytes(resident.max)]);
  const own = system["tracelet_cpu_percent"];
  if (own !== undefined) {
    const seconds = (own.mean / 100) * ((end?.ended ?? lastSeen) - header.started);
    figures.push(["tracelet's own cost", `${formatPercent(own.mean)} of one core, ${formatDuration(seconds)}`]);
  }
  return figures.map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  );
}

function gpuHours({ hours, idlePercent, joules }: GpuTotals): string {
  return [
    formatNumber(Number(hours.toPrecision(3))),
    ...(idlePercent === undefined ? [] : [`idle ${formatPercent(idlePercent)}`]),
    ...(joules === undefined ? [] : [formatEnergy(joules)]),
  ].join(", ");
}

function gpuKey(key: string): string | undefined {
  return /^gpu_\d+_(.+)$/.exec(key)?.[1];
}
