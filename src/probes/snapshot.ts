import type { ReadingValue } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";
import type { CustomProbe } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";

import { customProbes } from "./custom.ts";
import { listGpus } from "./gpu-facts.ts";
import type { GpuIdentity } from "./gpu-identity.ts";
import { GpuTable } from "./gpu-table.ts";
import type { Sampled } from "./index.ts";
import { openProbes, PROBES } from "./index.ts";
import type { ProbeSelection } from "./selection.ts";

export interface SnapshotOptions {
  readonly selection: ProbeSelection;
  /** The user's own probes. */
  readonly custom?: readonly CustomProbe[];
  /** Waits between the two readings that percentages are made from; in production a timer. */
  wait(milliseconds: number): Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** The time over which a snapshot's rates and percentages are taken. */
const RATE_WINDOW = 1000;

/**
 * Opens the probes and takes one snapshot after another, each over the second before it, for as long as somebody asks
 * for the next. The list of processes is ten seconds old at most. Never throws for what cannot be read.
 */
export async function* takeSnapshots(host: Host, options: SnapshotOptions): AsyncGenerator<Snapshot, void, void> {
  const { selection, clock = Date.now } = options;
  // Beside the probes: a driver that is slow or hangs is to be waited for once.
  const listed = selection.gpu ? listGpus(host) : Promise.resolve([]);
  listed.catch(() => {}); // told below
  const probes = await openProbes(host, selection, [...PROBES, ...customProbes(options.custom ?? [], true)]);
  try {
    let processes: Sampled["processes"];
    const gpus = await listed;
    for (;;) {
      await options.wait(RATE_WINDOW);
      const timestamp = clock();
      const sampled = await probes.sample({ ownPids: [process.pid] });
      processes = sampled.processes ?? processes;
      // What was found out just now is in both.
      const unavailable = new Set([...probes.unavailable, ...sampled.failures].map((entry) => entry.unavailable));
      yield {
        timestamp,
        ...arrange(sampled, gpus),
        ...(processes === undefined ? {} : { processes }),
        unavailable: [...unavailable],
      };
    }
  } finally {
    probes.close();
  }
}

/** `gpu_0_utilization` goes into the object of GPU 0 as `utilization`; all else stays under its key. */
function arrange(sampled: Sampled, gpus: readonly GpuIdentity[]): Pick<Snapshot, "metrics" | "gpu"> {
  const metrics: Record<string, ReadingValue> = {};
  const table = new GpuTable(gpus);
  for (const { key, value } of sampled.readings) {
    const [, index, part, quantity] = /^gpu_(\d+)_(?:mig_(\d+)_)?(.+)$/.exec(key) ?? [];
    if (index === undefined || quantity === undefined || typeof value !== "number") metrics[key] = value;
    else table.quantitiesOf(Number(index), part === undefined ? undefined : Number(part))[quantity] = value;
  }
  return { metrics, gpu: table.readings };
}
