import type uPlot from "uplot";
import type { ChartLine } from "./chart-lines.ts";
import { firstAtLeast } from "./nearest.ts";
import type { Palette } from "./palette.ts";

const BAND_ALPHA = 0.18;
const RAW_ALPHA = 0.3;

/** Draws behind the lines what they are the means of: from the least to the greatest; and, smoothed, the line as it was. */
export function drawBehind(
  plot: uPlot,
  lines: readonly ChartLine[],
  palette: Palette,
  { isSmoothed, isLog }: { isSmoothed: boolean; isLog: boolean },
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [index, { series, isShown }] of lines.entries()) {
    if (!isShown) continue;
    const { times, mean, min, max } = series;
    const first = Math.max(0, firstAtLeast(times, plot.scales["x"]?.min ?? 0) - 1);
    const last = Math.min(times.length - 1, firstAtLeast(times, plot.scales["x"]?.max ?? 0));
    ctx.fillStyle = ctx.strokeStyle = palette.line(index);
    if (min !== max) {
      ctx.globalAlpha = BAND_ALPHA;
      ctx.beginPath();
      for (let at = first; at <= last; at += 1) ctx.lineTo(x(plot, times[at]!), y(plot, max[at]!, isLog));
      for (let at = last; at >= first; at -= 1) ctx.lineTo(x(plot, times[at]!), y(plot, min[at]!, isLog));
      ctx.fill();
    }
    if (isSmoothed) {
      ctx.globalAlpha = RAW_ALPHA;
      ctx.lineWidth = devicePixelRatio;
      ctx.beginPath();
      for (let at = first; at <= last; at += 1) ctx.lineTo(x(plot, times[at]!), y(plot, mean[at]!, isLog));
      ctx.stroke();
    }
  }
  ctx.restore();
}

/** Draws a cross on the lower edge for each point that is no number. */
export function drawOdd(plot: uPlot, lines: readonly ChartLine[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const size = 3.5 * devicePixelRatio;
  const bottom = bbox.top + bbox.height - 3 * size;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const [index, { series, isShown }] of lines.entries()) {
    if (!isShown) continue;
    ctx.strokeStyle = palette.line(index);
    for (const [milliseconds] of series.odd) {
      const left = x(plot, milliseconds / 1000);
      if (left < bbox.left || left > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(left - size, bottom - size);
      ctx.lineTo(left + size, bottom + size);
      ctx.moveTo(left - size, bottom + size);
      ctx.lineTo(left + size, bottom - size);
      ctx.stroke();
    }
  }
  ctx.restore();
}

function x(plot: uPlot, time: number): number {
  return plot.valToPos(time, "x", true);
}

/** On a logarithmic axis what is not positive has no place; it goes to the lower edge. */
function y(plot: uPlot, value: number, isLog: boolean): number {
  const { min = 0 } = plot.scales["y"] ?? {};
  return plot.valToPos(isLog ? Math.max(value, min) : value, "y", true);
}
