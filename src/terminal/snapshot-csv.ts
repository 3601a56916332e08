import type { MetricSpec } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { isoTime } from "./iso-time.ts";
import { seriesOfSnapshot } from "./snapshot-series.ts";
import { specOfSeries } from "./spec-of-series.ts";
import { unitOf } from "../model/units.ts";

/** The first line of snapshots in CSV. */
export function snapshotCsvHeader(): string {
  return "timestamp,name,value,unit";
}

/** One snapshot in CSV (RFC 4180), a line for each number, without the last line end. Keys have nothing to quote. */
export function snapshotToCsv(snapshot: Snapshot, specs: readonly MetricSpec[]): string {
  const timestamp = isoTime(snapshot.timestamp);
  return seriesOfSnapshot(snapshot)
    .map(([key, value]) => [timestamp, key, value, specOfSeries(key, specs)?.unit ?? unitOf(key)].join(","))
    .join("\n");
}
