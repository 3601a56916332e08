import type { ChalkInstance } from "chalk";
import type { Unavailable } from "../model/metric.ts";
import { withGpusCounted } from "./gpu-keys.ts";
import { printable } from "./printable.ts";
import { wrapped } from "./width.ts";

/**
 * What could not be read and why, an entry per reason, with a heading; nothing where all was read.
 * @param width columns of the terminal; without it an entry is one line
 */
export function unavailableLines(unavailable: readonly Unavailable[], style: ChalkInstance, width?: number): string[] {
  if (unavailable.length === 0) return [];
  const lines = unavailable.flatMap(({ state, metrics, reason, hint }) => {
    const keys = withGpusCounted(metrics.map(printable)).join(", ");
    const advice = hint === undefined ? "" : ` (${printable(hint)})`;
    const words = `${keys}: ${printable(reason)}${advice}`.split(" ");
    const [first = "", ...more] = wrapped(words, " ", width === undefined ? undefined : width - INDENT);
    const head = state === "failed" ? style.yellow(first) : first;
    return [`  ${head}`, ...more.map((row) => " ".repeat(INDENT) + style.dim(row))];
  });
  return ["", style.bold("Not available"), ...lines];
}

const INDENT = 4;
