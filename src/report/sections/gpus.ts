import type { SeriesSummary } from "../../model/view.ts";
import { formatBytes, formatNumber, formatPercent } from "../../model/format.ts";
import { gpuName, type GpuSeries } from "../gpu-charts.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { ReportInput } from "../input.ts";

type Of = (what: string) => SeriesSummary | undefined;

interface Column {
  readonly name: string;
  readonly text: (of: Of) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { name: "utilization", text: (of) => meanAndPeak(of("utilization"), formatPercent) },
  { name: "memory, peak", text: (of) => memoryOf(of) },
  { name: "power", text: (of) => meanAndPeak(of("power"), (value) => `${formatNumber(Math.round(value))} W`) },
  {
    name: "temperature, peak",
    text: (of) => peakOf(of("temperature"), (value) => `${formatNumber(Math.round(value))} °C`),
  },
  { name: "slowed down", text: (of) => peakMean(of("throttled_percent")) },
];

/** All GPUs in the charts, or one of them. Of no use without the page's script, which shows it. */
export function deviceChoice(series: readonly GpuSeries[]): Html {
  const devices = [...new Set(series.map(({ device }) => device))];
  if (devices.length < 2) return NOTHING;
  return html`<fieldset class="devices" hidden>
    <legend class="visually-hidden">GPUs in the charts</legend>
    <label><input type="radio" name="device" value="" checked /> all</label>
    ${devices.map((device) => html`<label><input type="radio" name="device" value="${device}" /> ${gpuName(device)}</label>`)}
  </fieldset>`;
}

/** One row for each GPU. */
export function gpuTable(series: readonly GpuSeries[], { view }: ReportInput): Html {
  const devices = [...new Set(series.map(({ device }) => device))];
  if (devices.length === 0) return NOTHING;
  const rows = devices.map((device) => {
    const of: Of = (what) => view.system[`gpu_${device}_${what}`];
    return {
      name: gpuName(device),
      model: view.machine[`gpu_${device}_name`],
      cells: COLUMNS.map(({ text }) => text(of)),
    };
  });
  const used = COLUMNS.map((_, index) => rows.some(({ cells }) => cells[index] !== undefined));
  return html`<div class="wide">
    <table>
      <caption>
        Each GPU over the whole run
      </caption>
      <thead>
        <tr>
          <th scope="col">device</th>
          ${COLUMNS.map(({ name }, index) => used[index] === true && html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, model, cells }) =>
            html`<tr>
              <th scope="row">${name}${model === undefined ? false : html` <small>${model}</small>`}</th>
              ${cells.map((cell, index) => used[index] === true && html`<td>${cell ?? "–"}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function meanAndPeak(series: SeriesSummary | undefined, format: (value: number) => string): string | undefined {
  return series === undefined ? undefined : `${format(series.mean)}, peak ${format(series.max)}`;
}

function peakOf(series: SeriesSummary | undefined, format: (value: number) => string): string | undefined {
  return series === undefined ? undefined : format(series.max);
}

function peakMean(series: SeriesSummary | undefined): string | undefined {
  return series === undefined ? undefined : `${formatPercent(series.mean)} of the time`;
}

function memoryOf(of: Of): string | undefined {
  const [used, total] = [of("memory_used"), of("memory_total")];
  if (used === undefined) return undefined;
  return total === undefined ? formatBytes(used.max) : `${formatBytes(used.max)} of ${formatBytes(total.max)}`;
}
