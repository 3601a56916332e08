import type { Unit } from "./metric.ts";

/** The endings of the vocabulary's keys; the first that fits counts. */
const ENDINGS: readonly (readonly [RegExp, Unit])[] = [
  [/_bytes(_[a-z]+)?_per_second$/, "bytes_per_second"],
  [/(^|_)(percent|utilization(_max)?|fan_speed|activity|occupancy)$/, "percent"],
  [/(^|_)hours$/, "hours"],
  [/(^|_)temperature$/, "celsius"],
  [/(^|_)power(_limit)?$/, "watts"],
  [/(^|_)energy$/, "joules"],
  [/(^|_)clock_(sm|memory)$/, "megahertz"],
  [/^cpu_per_core/, "percent"],
  [/(^|_)(bytes|rss|pss)(_|$)/, "bytes"],
  [/(^|_)(memory|swap|disk|tmp|shm)_(total|used|available|free|limit|peak|reserved|working_set)$/, "bytes"],
  [/^container_cpu_(limit|cores_used)$/, "cores"],
  [/^load_average/, "load"],
];

/** The unit of a system metric or series, by its key. */
export function unitOf(key: string): Unit {
  return ENDINGS.find(([ending]) => ending.test(key))?.[1] ?? "count";
}
