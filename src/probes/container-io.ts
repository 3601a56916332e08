import { readlinkSync } from "node:fs";
import { basename } from "node:path";

import type { MetricSpec } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { findCgroup } from "./cgroup-folders.ts";
import type { ContainerPart } from "./container-part.ts";
import { partWithout } from "./container-part.ts";
import { createCounterSum } from "./counter-sum.ts";
import { createDiskFilter } from "./disk-devices.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { createRates } from "./rates.ts";
import { isReason, keysOf, readingsOf } from "./readings.ts";

const SOURCE = "io.stat (cgroup v2), blkio.throttle.io_service_bytes (v1)";

export const CONTAINER_IO_METRICS = [
  {
    key: "container_disk_read_bytes",
    unit: "bytes",
    kind: "counter",
    description: "Bytes that the control group of this process read from physical disks since it was made.",
    source: SOURCE,
  },
  {
    key: "container_disk_write_bytes",
    unit: "bytes",
    kind: "counter",
    description:
      "Bytes that the control group of this process wrote to physical disks since it was made; in version 1 without what " +
      "the kernel writes later.",
    source: SOURCE,
  },
  {
    key: "container_disk_read_bytes_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `container_disk_read_bytes` grew by per second since the last reading.",
    source: SOURCE,
  },
  {
    key: "container_disk_write_bytes_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `container_disk_write_bytes` grew by per second since the last reading.",
    source: SOURCE,
  },
] as const satisfies readonly MetricSpec[];

/** Below the group's folder: of version 2, and of version 1, where the first counts the groups below as well. */
const FILES = {
  1: ["blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_service_bytes"],
  2: ["io.stat"],
} as const;

/** What this process's own group moved. A device that is built on others is left out, since those count. */
export function openContainerIo(host: Host): ContainerPart {
  const keys = keysOf(CONTAINER_IO_METRICS);
  const file = openFile(host);
  if (file === undefined) return partWithout(keys, "this process is in no control group that accounts for disks");
  if (file.path.includes("blkio.") && parseIoStat(file.read()).size === 0) {
    // Version 2 leaves devices out that the group has not used, version 1 also what it does not account for at all.
    file.close();
    return partWithout(keys, `${file.path} counts no device`);
  }
  const nameOf = createNames(host.sys);
  const isPhysical = createDiskFilter(host.sys);
  const sum = createCounterSum();
  const read = () => {
    const devices = [...parseIoStat(file.read())].filter(([device]) => isPhysical(nameOf(device)));
    return sum.add(new Map([["none", [0, 0]], ...devices]));
  };
  const rates = createRates(host.now(), read());
  return {
    unavailable: [],
    sample() {
      const totals = read();
      const [readRate, writeRate] = rates.since(host.now(), totals);
      return readingsOf({
        container_disk_read_bytes: totals[0],
        container_disk_write_bytes: totals[1],
        container_disk_read_bytes_per_second: readRate,
        container_disk_write_bytes_per_second: writeRate,
      });
    },
    close: () => file.close(),
  };
}

function openFile(host: Host): KeptFile | undefined {
  const groups = findCgroup(host, "blkio");
  for (const name of groups === undefined ? [] : FILES[groups.version]) {
    const file = keepOpen(`${groups?.folders[0]}/${name}`, []);
    if (!isReason(file)) return file;
  }
  return undefined;
}

/** The name of a device by its numbers; the numbers where sysfs does not tell it, which no disk is called. */
function createNames(sys: string): (device: string) => string {
  const known = new Map<string, string>();
  return (device) => {
    const name = known.get(device) ?? nameIn(sys, device);
    known.set(device, name);
    return name;
  };
}

function nameIn(sys: string, device: string): string {
  try {
    return basename(readlinkSync(`${sys}/dev/block/${device}`));
  } catch {
    return device; // a device that is gone, or a sysfs that hides it
  }
}

/**
 * Bytes read and written by device. Lines that look otherwise are left out: a group that moved nothing has none, and
 * version 1 has sums as well. Pure.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#io-interface-files
 *
 *   8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=0 dios=0          version 2
 *   8:0 Read 90430464                                                                 version 1
 *   8:0 Write 299008000
 */
export function parseIoStat(text: string): Map<string, readonly [read: number, written: number]> {
  const devices = new Map<string, readonly [number, number]>();
  for (const [, device = "", read, written] of text.matchAll(/^(\d+:\d+) (?:.* )?rbytes=(\d+) wbytes=(\d+)\b/gm)) {
    devices.set(device, [Number(read), Number(written)]);
  }
  for (const [, device = "", way, bytes] of text.matchAll(/^(\d+:\d+) (Read|Write) (\d+)$/gm)) {
    const [read, written] = devices.get(device) ?? [0, 0];
    devices.set(device, way === "Read" ? [Number(bytes), written] : [read, Number(bytes)]);
  }
  return devices;
}
