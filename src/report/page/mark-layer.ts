import type uPlot from "uplot";
import type { Mark } from "../page-data.ts";
import type { Palette } from "./palette.ts";

const STRIP_PIXELS = 4;
const TICK_PIXELS = 6;
/** Pixels around the cursor in which a mark is told. */
const NEAR_PIXELS = 5;

/**
 * Draws alerts as a strip along the top, over the whole height where they are about a line of this chart, and landmarks as
 * ticks along the bottom.
 */
export function drawMarks(plot: uPlot, marks: readonly Mark[], keys: readonly string[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const at = (milliseconds: number): number => plot.valToPos(milliseconds / 1000, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { kind, from, to, key } of marks) {
    const x = at(from);
    ctx.fillStyle = palette.named(kind);
    if (to === undefined) {
      ctx.fillRect(x - ratio / 2, bbox.top + bbox.height - TICK_PIXELS * ratio, 1.5 * ratio, TICK_PIXELS * ratio);
    } else {
      const width = Math.max(2 * ratio, at(to) - x);
      ctx.fillRect(x, bbox.top, width, STRIP_PIXELS * ratio);
      if (key !== undefined && keys.includes(key)) {
        ctx.globalAlpha = 0.1;
        ctx.fillRect(x, bbox.top, width, bbox.height);
        ctx.globalAlpha = 1;
      }
    }
  }
  ctx.restore();
}

/** The marks at the cursor. */
export function marksAt(plot: uPlot, marks: readonly Mark[], time: number): readonly Mark[] {
  const near = Math.abs(plot.posToVal(NEAR_PIXELS, "x") - plot.posToVal(0, "x"));
  return marks.filter(({ from, to = from }) => time >= from / 1000 - near && time <= to / 1000 + near);
}
