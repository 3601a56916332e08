import type { ReadingValue, Unavailable } from "../model/metric.ts";
import type { Host, ProcessEntry } from "../model/probe.ts";

import { findGpuCards } from "./gpu-cards.ts";
import type { Sampled } from "./index.ts";
import { openProbes } from "./index.ts";
import type { ProbeSelection } from "./selection.ts";

/** One reading of this machine. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Readings by key; what could not be read is absent, and in `unavailable`. */
  readonly metrics: Readonly<Record<string, ReadingValue>>;
  /** One object per GPU. */
  readonly gpu: readonly GpuReading[];
  /** Present when a list of processes was asked for and could be made. */
  readonly processes?: readonly ProcessEntry[];
  readonly unavailable: readonly Unavailable[];
}

/** What is known of one GPU: `index`, `name`, and its quantities such as `utilization` and `memory_used`. */
export type GpuReading = { readonly index: number; readonly name?: string } & Readonly<Record<string, number | string>>;

export interface SnapshotOptions {
  readonly selection: ProbeSelection;
  /** Waits between the two readings that percentages are made from; in production a timer. */
  wait(milliseconds: number): Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** The time over which a snapshot's percentages are taken. */
const RATE_WINDOW = 1000;

/** Opens the probes, waits a second and reads everything once. Never throws for what cannot be read. */
export async function takeSnapshot(host: Host, options: SnapshotOptions): Promise<Snapshot> {
  const { selection, clock = Date.now } = options;
  const probes = await openProbes(host, selection);
  try {
    await options.wait(RATE_WINDOW);
    const timestamp = clock();
    const sampled = await probes.sample({ ownPids: [process.pid] });
    const names = selection.gpu ? gpuNames(host) : new Map<number, string>();
    return {
      timestamp,
      ...arrange(sampled, names),
      unavailable: [...probes.unavailable, ...sampled.failures].map((entry) => entry.unavailable),
    };
  } finally {
    probes.close();
  }
}

/** `gpu_0_utilization` goes into the object of GPU 0 as `utilization`; all else stays under its key. */
function arrange(sampled: Sampled, names: ReadonlyMap<number, string>): Omit<Snapshot, "timestamp" | "unavailable"> {
  const metrics: Record<string, ReadingValue> = {};
  const gpus = new Map<number, Record<string, number | string>>(
    [...names].map(([index, name]) => [index, name === "" ? {} : { name }]),
  );
  for (const { key, value } of sampled.readings) {
    const [, index, quantity] = /^gpu_(\d+)_(.+)$/.exec(key) ?? [];
    if (index === undefined || quantity === undefined || typeof value !== "number") metrics[key] = value;
    else gpus.set(Number(index), { ...gpus.get(Number(index)), [quantity]: value });
  }
  return {
    metrics,
    gpu: [...gpus].sort(([one], [other]) => one - other).map(([index, quantities]) => ({ index, ...quantities })),
    ...(sampled.processes === undefined ? {} : { processes: sampled.processes }),
  };
}

/** Every GPU's index, with an empty name for one that does not tell it: it is listed all the same. */
function gpuNames(host: Host): Map<number, string> {
  return new Map((findGpuCards(host) ?? []).map((card) => [card.index, card.name ?? ""]));
}
