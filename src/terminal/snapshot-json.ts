import type { Unavailable } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { isoTime } from "./iso-time.ts";
import { jsonLine, jsonText } from "./json-text.ts";

/** What tells of the program itself when nothing else can be told; `process` in production. */
export interface Runtime {
  readonly platform: string;
  readonly version: string;
}

/** Without these two a reading tells nothing of the machine: some disk space can be told nearly anywhere. */
const CRITICAL_METRICS = ["cpu_percent", "memory_percent"];

/**
 * `tracelet snapshot --json`: one object, with `error` and `fallback_metrics` when the machine could not be read.
 * `oneLine`: without line breaks, for one object after another.
 */
export function snapshotToJson(snapshot: Snapshot, runtime: Runtime, { oneLine = false } = {}): string {
  const { metrics, gpu, processes, unavailable } = snapshot;
  const timestamp = isoTime(snapshot.timestamp);
  const isEmpty = Object.keys(metrics).length === 0 || CRITICAL_METRICS.every((key) => isMissing(snapshot, key));
  const object = {
    timestamp,
    metrics,
    gpu,
    ...(processes === undefined ? {} : { processes }),
    unavailable,
    ...(isEmpty ? { error: whyEmpty(unavailable), fallback_metrics: fallback(timestamp, runtime) } : {}),
  };
  return oneLine ? jsonLine(object) : jsonText(object);
}

/** Wanted and not read; what was switched off is in neither list. */
function isMissing({ metrics, unavailable }: Snapshot, key: string): boolean {
  return metrics[key] === undefined && unavailable.some((entry) => entry.metrics.includes(key));
}

function whyEmpty(unavailable: readonly Unavailable[]): string {
  const [first] = unavailable;
  if (first === undefined) return "no metric was read: every probe is switched off";
  const critical = unavailable.find(({ metrics }) => CRITICAL_METRICS.some((key) => metrics.includes(key)));
  return `this machine could not be read: ${(critical ?? first).reason}`;
}

function fallback(timestamp: string | null, { platform, version }: Runtime) {
  return { timestamp, platform, node_version: version };
}
