import { statfsSync } from "node:fs";
import { statfs } from "node:fs/promises";

import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Host, Probe } from "../model/probe.ts";

import { unreadable } from "./kept-file.ts";
import { keysOf, readingsOf, unavailable } from "./readings.ts";

/** Room on the file system that the run writes to. */
export const disk = spaceProbe("disk", "the file system that the run writes to", (host) => host.diskPath);

/** Room for temporary files. */
export const tmpSpace = spaceProbe("tmp", "the file system of /tmp", (host) => host.tmpPath);

/** Room for shared memory: data loaders that pass batches through it die of a bus error when it is full. */
export const sharedMemorySpace = spaceProbe("shm", "/dev/shm, shared memory", (host) => host.shmPath);

/**
 * File systems that are on this machine alone, by the number that statfs gives: tmpfs, ext2 to ext4, xfs, btrfs, f2fs,
 * zfs, overlay. https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const LOCAL_TYPES = new Set([
  0x01_02_19_94, 0xef_53, 0x58_46_53_42, 0x91_23_68_3e, 0xf2_f5_20_10, 0x2f_c1_2f_c1, 0x79_4c_76_30,
]);

/**
 * Room on one file system, under keys that begin with `id`. Never blocks the event loop: a dead NFS mount holds the
 * call, not us. One that is local answers from memory, and is asked without the detour through another thread, which
 * costs ten times as much.
 *
 * Unavailable: the folder is not there, or its file system has no size (some pseudo and cloud file systems say 0).
 */
function spaceProbe(id: string, where: string, pathOf: (host: Host) => string): Probe {
  const metrics = spaceMetrics(id, where);
  return {
    id,
    metrics,
    async open(host) {
      const path = pathOf(host);
      let first: FileSystemSpace & { readonly type: number };
      try {
        first = await statfs(path);
      } catch (error) {
        return unreadable(path, keysOf(metrics), error);
      }
      if (spaceReadings(id, first).length === 0) {
        return unavailable(keysOf(metrics), `the file system of ${path} tells no size`);
      }
      const isLocal = host.platform === "linux" && LOCAL_TYPES.has(first.type);
      const sample = () => {
        if (isLocal) return spaceReadings(id, statfsSync(path));
        return statfs(path).then((space) => spaceReadings(id, space));
      };
      return { sample, close: () => undefined };
    },
  };
}

function spaceMetrics(id: string, where: string): readonly MetricSpec[] {
  const source = `statfs of ${where}`;
  const bytes = (key: string, description: string): MetricSpec => ({
    key,
    unit: "bytes",
    kind: "gauge",
    description,
    source,
  });
  return [
    bytes(`${id}_total`, `Size of ${where}.`),
    bytes(`${id}_used`, "What is in use on it."),
    bytes(`${id}_free`, "What this user can still write; the reserve for root is not in it."),
    {
      key: `${id}_percent`,
      unit: "percent",
      kind: "gauge",
      description: "Used space as a share of used and free space, as `df` shows it.",
      source,
    },
  ];
}

/** What statfs gives: sizes in blocks of `bsize` bytes. `bavail` is what a user without privileges may still take. */
export interface FileSystemSpace {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** psutil's meaning, under keys that begin with `id`. Pure; nothing for a file system without a size. */
export function spaceReadings(id: string, space: FileSystemSpace): Reading[] {
  const { bsize, blocks, bfree, bavail } = space;
  if (!(blocks > 0) || !(bsize > 0)) return [];
  const used = blocks - bfree;
  return readingsOf({
    [`${id}_total`]: blocks * bsize,
    [`${id}_used`]: used * bsize,
    [`${id}_free`]: bavail * bsize,
    [`${id}_percent`]: used + bavail > 0 ? (100 * used) / (used + bavail) : undefined,
  });
}
