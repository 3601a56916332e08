import type { Unit } from "../model/metric.ts";

/** The endings of the vocabulary's keys; the first that fits counts. */
const ENDINGS: readonly (readonly [RegExp, Unit])[] = [
  [/(^|_)(percent|utilization)$/, "percent"],
  [/(^|_)hours$/, "hours"],
  [/(^|_)temperature$/, "celsius"],
  [/(^|_)power$/, "watts"],
  [/(^|_)(bytes|rss)(_|$)/, "bytes"],
  [/(^|_)(memory|swap|disk)_(total|used|available|free)$/, "bytes"],
  [/^load_average/, "load"],
];

/** The unit of a system metric or series, by its key. */
export function unitOf(key: string): Unit {
  return ENDINGS.find(([ending]) => ending.test(key))?.[1] ?? "count";
}
