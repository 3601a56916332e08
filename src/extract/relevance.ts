import type { Extracted } from "../model/extract.ts";
import { kindOf } from "./names.ts";

/** What is known of the position of a line's numbers. */
export type Position =
  /** The line itself says it. */
  | "on line"
  /** A line above said it. */
  | "above"
  | "unknown";

/**
 * Which of a line's numbers are metrics. A position on the line vouches for every name that is no noise. Without one, a
 * name must be known to be plotted and then vouches for the others on its line; a learning rate or another name alone is
 * a setting until training has begun.
 */
export function metricsAmong(entries: readonly Extracted[], position: Position): Extracted[] {
  const known = entries.map((entry) => ({ entry, kind: kindOf(entry.key) })).filter(({ kind }) => kind !== "noise");
  const vouched = position === "on line" || known.some(({ kind }) => kind === "metric");
  return known
    .filter(
      ({ entry, kind }) => vouched || (position === "above" && (kind === "setting" || !Number.isInteger(entry.value))),
    )
    .map(({ entry }) => entry);
}
