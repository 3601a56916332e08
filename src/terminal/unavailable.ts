import type { ChalkInstance } from "chalk";
import type { Unavailable } from "../model/metric.ts";
import { printable } from "./printable.ts";

/** What could not be read and why, one line per reason, with a heading; nothing where all was read. */
export function unavailableLines(unavailable: readonly Unavailable[], style: ChalkInstance): string[] {
  if (unavailable.length === 0) return [];
  const lines = unavailable.map(({ state, metrics, reason, hint }) => {
    const keys = metrics.map(printable).join(", ");
    const advice = hint === undefined ? "" : style.dim(` (${printable(hint)})`);
    return `  ${state === "failed" ? style.yellow(keys) : keys}: ${printable(reason)}${advice}`;
  });
  return ["", style.bold("Not available"), ...lines];
}
