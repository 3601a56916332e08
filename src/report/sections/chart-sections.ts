import type { Chart, ChartPart } from "../chart.ts";
import type { GpuSeries } from "../gpu-charts.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { ReportInput } from "../input.ts";
import { chartFigure } from "./chart-figures.ts";
import { deviceChoice, gpuTable } from "./gpus.ts";
import { processTable } from "./processes.ts";

/** The charts, part by part. The first of the training is large. */
export function chartSections(
  input: ReportInput,
  charts: readonly Chart[],
  gpus: readonly GpuSeries[],
  left: number,
): Html {
  const figures = (part: ChartPart): Html[] =>
    charts.flatMap((chart, index) =>
      chart.part === part ? [chartFigure(chart, index, input.view, part === "training" && index === 0)] : [],
    );
  const more = figures("more");
  return html`${section("training", "Training", figures("training"))}
  ${section("gpus", "GPUs", figures("gpu"), gpuTable(gpus, input), deviceChoice(gpus))}
  ${section("machine", "Machine", figures("machine"))}
  ${section("processes", "Processes", figures("process"), processTable(input.collected))}
  ${
    more.length === 0
      ? false
      : html`<details class="more">
          <summary><h2>More of the machine (${more.length})</h2></summary>
          <div class="charts">${more}</div>
        </details>`
  }
  ${left > 0 ? html`<p class="quiet">${left} more charts have no room here; tracelet export has their points.</p>` : false}`;
}

function section(
  id: string,
  title: string,
  figures: readonly Html[],
  table: Html = NOTHING,
  choice: Html = NOTHING,
): Html {
  if (figures.length === 0) return NOTHING;
  return html`<section class="part" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${choice}
    <div class="charts">${figures}</div>
    ${table}
  </section>`;
}
