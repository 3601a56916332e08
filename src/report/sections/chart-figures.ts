import type { RunView } from "../../model/view.ts";
import type { Chart, ChartLine } from "../chart.ts";
import { type Html, html } from "../html.ts";
import { quantity } from "../units.ts";

/** A place for a chart, which the page's script fills, with the table of its figures behind it. */
export function chartFigure(chart: Chart, index: number, view: RunView, isMain = false): Html {
  const { title, lines, unit } = chart;
  return html`<figure class="chart${isMain ? " main" : ""}" data-chart="${index}">
    <figcaption><h3 id="chart-${index}">${title}</h3></figcaption>
    <div class="legend"></div>
    <div
      class="plot"
      tabindex="0"
      role="application"
      aria-roledescription="chart"
      aria-labelledby="chart-${index}"
      aria-describedby="chart-keys"
    ></div>
    <details class="figures">
      <summary>Figures</summary>
      <div class="wide">
        <table>
          <thead>
            <tr>
              ${["", "points", "first", "last", "min", "mean", "max"].map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${lines.map((line) => figureRow(line, unit, view))}
          </tbody>
        </table>
      </div>
    </details>
  </figure>`;
}

function figureRow(line: ChartLine, unit: Chart["unit"], view: RunView): Html {
  const { count, first, last, min, mean, max } = figuresOf(line, view);
  const key = line.label === line.key ? false : html` <code>${line.key}</code>`;
  const meaning = line.meaning === undefined ? false : html`<br /><small>${line.meaning}</small>`;
  const cells = [first, last, min, mean, max].map(
    (value) => html`<td>${value === undefined ? "–" : quantity(value, unit)}</td>`,
  );
  return html`<tr>
    <th scope="row">${line.label}${key}${meaning}</th>
    <td>${count}</td>
    ${cells}
  </tr>`;
}

interface Figures {
  readonly count: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly min: number | undefined;
  readonly mean: number | undefined;
  readonly max: number | undefined;
}

/** The first and the last of a metric are those of its points, which a line in few buckets no longer has. */
function figuresOf({ key, buckets, odd }: ChartLine, { metrics }: RunView): Figures {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [first, last]: (number | undefined)[] = [];
  for (const bucket of buckets) {
    first ??= bucket.mean;
    last = bucket.mean;
    count += bucket.count;
    sum += bucket.mean * bucket.count;
    min = Math.min(min, bucket.min);
    max = Math.max(max, bucket.max);
  }
  const metric = metrics[key];
  if (metric !== undefined) [first, last] = [metric.first, metric.last];
  const points = metric?.count ?? count + odd.length;
  if (count === 0) return { count: points, first, last, min: undefined, mean: undefined, max: undefined };
  return { count: points, first, last, min, mean: sum / count, max };
}
