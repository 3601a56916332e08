import type { Extracted } from "../model/extract.ts";
import type { NameBook } from "./name-book.ts";

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
export function metricsAmong(entries: readonly Extracted[], position: Position, names: NameBook): Extracted[] {
  const known: Extracted[] = [];
  let vouched = position === "on line";
  for (const entry of entries) {
    const kind = names.kindOf(entry.key);
    if (kind === "metric") vouched = true;
    if (kind !== "noise") known.push(entry);
  }
  if (vouched) return known;
  if (position === "unknown") return [];
  return known.filter(({ key, value }) => names.kindOf(key) === "setting" || !Number.isInteger(value));
}
