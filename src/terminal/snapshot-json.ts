import type { Unavailable } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { isoTime } from "./iso-time.ts";
import { jsonText } from "./json-text.ts";

/** What tells of the program itself when nothing else can be told; `process` in production. */
export interface Runtime {
  readonly platform: string;
  readonly version: string;
}

/** `tracelet snapshot --json`: one object, with `error` and `fallback_metrics` when nothing could be read. */
export function snapshotToJson(snapshot: Snapshot, runtime: Runtime): string {
  const { metrics, gpu, processes, unavailable } = snapshot;
  const timestamp = isoTime(snapshot.timestamp);
  const isEmpty = Object.keys(metrics).length === 0;
  return jsonText({
    timestamp,
    metrics,
    gpu,
    ...(processes === undefined ? {} : { processes }),
    unavailable,
    ...(isEmpty ? { error: whyEmpty(unavailable), fallback_metrics: fallback(timestamp, runtime) } : {}),
  });
}

function whyEmpty([first]: readonly Unavailable[]): string {
  if (first === undefined) return "no metric was read: every probe is switched off";
  return `no metric of this machine could be read: ${first.reason}`;
}

function fallback(timestamp: string | null, { platform, version }: Runtime) {
  return { timestamp, platform, node_version: version };
}
