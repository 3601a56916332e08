import { statfs } from "node:fs/promises";

import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { unreadable } from "./kept-file.ts";
import { keysOf, readingsOf, unavailable } from "./readings.ts";

const SOURCE = "statfs of the folder that the run writes to";
const METRICS = [
  {
    key: "disk_total",
    unit: "bytes",
    kind: "gauge",
    description: "Size of the file system that the run writes to.",
    source: SOURCE,
  },
  {
    key: "disk_used",
    unit: "bytes",
    kind: "gauge",
    description: "What is in use on it.",
    source: SOURCE,
  },
  {
    key: "disk_free",
    unit: "bytes",
    kind: "gauge",
    description: "What this user can still write; the reserve for root is not in it.",
    source: SOURCE,
  },
  {
    key: "disk_percent",
    unit: "percent",
    kind: "gauge",
    description: "Used space as a share of used and free space, as `df` shows it.",
    source: SOURCE,
  },
] as const satisfies readonly MetricSpec[];

/**
 * Room on the file system that the run writes to. Never blocks the event loop: a dead NFS mount holds the call, not us.
 *
 * Unavailable: the folder is not there, or its file system has no size (some pseudo and cloud file systems say 0).
 */
export const disk: Probe = {
  id: "disk",
  metrics: METRICS,
  async open(host) {
    const read = async () => spaceReadings(await statfs(host.diskPath));
    let first: Reading[];
    try {
      first = await read();
    } catch (error) {
      return unreadable(host.diskPath, keysOf(METRICS), error);
    }
    if (first.length === 0) return unavailable(keysOf(METRICS), `the file system of ${host.diskPath} tells no size`);
    return { sample: read, close: () => undefined };
  },
};

/** What statfs gives: sizes in blocks of `bsize` bytes. `bavail` is what a user without privileges may still take. */
export interface FileSystemSpace {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** psutil's meaning. Pure; nothing for a file system without a size. */
export function spaceReadings(space: FileSystemSpace): Reading[] {
  const { bsize, blocks, bfree, bavail } = space;
  if (!(blocks > 0) || !(bsize > 0)) return [];
  const used = blocks - bfree;
  return readingsOf({
    disk_total: blocks * bsize,
    disk_used: used * bsize,
    disk_free: bavail * bsize,
    disk_percent: used + bavail > 0 ? (100 * used) / (used + bavail) : undefined,
  });
}
