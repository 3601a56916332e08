import { createHash } from "node:crypto";
import type { RunView } from "../model/view.ts";
import type { Chart, ChartLine } from "./chart.ts";
import { chartsOf } from "./charts.ts";
import { gpuSeries } from "./gpu-charts.ts";
import { Html, html } from "./html.ts";
import type { PageAssets, ReportInput } from "./input.ts";
import { marksOf } from "./marks.ts";
import { packPage, packSeries } from "./pack.ts";
import type { PageData } from "./page-data.ts";
import { toolbar } from "./sections/toolbar.ts";
import { chartSections } from "./sections/chart-sections.ts";
import { eventSections } from "./sections/events.ts";
import { factSections } from "./sections/facts.ts";
import { headerSection } from "./sections/header.ts";
import { keyFigures } from "./sections/key-figures.ts";
import { outputSection } from "./sections/output.ts";
import { verdictSection } from "./sections/verdict.ts";
import { quantity } from "./units.ts";
import { ZonedClock } from "./zoned-time.ts";

/** A run as one page that needs nothing else: no network, no other file. */
export function renderPage(input: ReportInput, assets: PageAssets): string {
  const { view } = input;
  const clock = new ZonedClock(input.zone);
  const duration = Math.max(1, (view.end?.ended ?? view.lastSeen) - view.header.started);
  const { charts, left } = chartsOf(input);
  const training = charts.filter(({ part }) => part === "training");
  const data = dataOf(input, charts, duration, clock.zone);
  // What is known by its hash must not gain a space from a formatter: it stands in elements that are text here.
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyFor(assets)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="tracelet ${input.version}" />
        <title>${view.header.name} &middot; ${input.status}</title>
        ${new Html(`<style>${assets.style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the figures</a>
        ${headerSection(input, clock)}
        <main id="main">
          ${verdictSection(input)} ${keyFigures(input, training, duration)} ${toolbar(charts)}
          ${chartSections(input, charts, gpuSeries(input.collected.system), left)} ${eventSections(input, clock)}
          ${outputSection(input.output)} ${factSections(input)}
        </main>
        <footer>
          <p>Made by tracelet ${input.version} on ${clock.dateTime(input.now)}. Times are those of ${clock.zone}.</p>
        </footer>
        ${new Html(`<script type="application/octet-stream" id="data">${data}</script>`)}
        ${new Html(`<script>${assets.script}</script>`)}
      </body>
    </html> `;
  return page.text;
}

/** Nothing may be loaded, and nothing runs but our script, known by its hash. */
function policyFor({ script, style }: PageAssets): string {
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
}

function dataOf(input: ReportInput, charts: readonly Chart[], duration: number, zone: string): string {
  const lines = charts.flatMap((chart) => chart.lines.map((line) => ({ line, hasSteps: chart.part === "training" })));
  const series = lines.map(({ line, hasSteps }) => packSeries(line.buckets, line.odd, hasSteps));
  let next = 0;
  const data: PageData = {
    started: input.view.header.started,
    duration,
    zone,
    series: series.map(({ layout }) => layout),
    charts: charts.map(({ id, title, unit, isWhole, part, lines }) => ({
      id,
      title,
      unit,
      isWhole: isWhole === true,
      isTraining: part === "training",
      lines: lines.map((line) => ({
        label: line.label,
        key: line.key,
        series: next++,
        ...lastOf(line, unit, input.view),
      })),
    })),
    marks: marksOf(input),
  };
  return packPage(data, series);
}

/** What a line shows as it is recorded has its last value in the view. */
function lastOf(line: ChartLine, unit: Chart["unit"], { metrics, system }: RunView): { last?: string } {
  const last = line.isDerived === true ? undefined : (metrics[line.key] ?? system[line.key])?.last;
  return last === undefined ? {} : { last: quantity(last, unit) };
}
