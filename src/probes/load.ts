import type { MetricSpec } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { keepOpen } from "./kept-file.ts";
import { absentKeys, isReason, keysOf, readingsOf } from "./readings.ts";

const METRICS = [
  {
    key: "load_average",
    unit: "load",
    kind: "gauge",
    description: "Processes that run or wait for a CPU or for the disk, averaged over 1, 5 and 15 minutes.",
    source: "/proc/loadavg",
  },
] as const satisfies readonly MetricSpec[];

/** Load of the machine, also inside a container. Unavailable: no /proc/loadavg, or nothing in it. */
export const load: Probe = {
  id: "load",
  metrics: METRICS,
  open(host) {
    const file = keepOpen(`${host.proc}/loadavg`, keysOf(METRICS));
    if (isReason(file)) return Promise.resolve(file);
    const read = () => readingsOf({ load_average: parseLoadAverage(file.read()) });
    return Promise.resolve({
      unavailable: absentKeys(METRICS, read(), `${file.path} has no load averages`),
      sample: read,
      close: () => file.close(),
    });
  },
};

/**
 * Pure. https://docs.kernel.org/filesystems/proc.html
 *
 *   0.42 0.38 0.25 2/187 12345        1, 5 and 15 minutes; what follows is ignored
 */
export function parseLoadAverage(text: string): number[] | undefined {
  const averages = text.trim().split(/\s+/).slice(0, 3).map(Number);
  if (text.trim() === "" || averages.length < 3) return undefined;
  return averages.every((average) => Number.isFinite(average) && average >= 0) ? averages : undefined;
}
