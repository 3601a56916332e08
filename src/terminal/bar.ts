import type { ChalkInstance } from "chalk";

/** From here a bar is yellow, … */
const HIGH = 75;
/** … and from here red. */
const VERY_HIGH = 90;

/** A bar for a percentage; what is above 100 fills it. */
export function bar(percent: number, width: number, style: ChalkInstance): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  return paintPercent(percent, style)("█".repeat(filled)) + style.dim("░".repeat(width - filled));
}

function paintPercent(percent: number, style: ChalkInstance): ChalkInstance {
  if (percent >= VERY_HIGH) return style.red;
  return percent >= HIGH ? style.yellow : style.green;
}
