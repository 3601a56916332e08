import type { MetricSpec } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { createCounterSum } from "./counter-sum.ts";
import { createDiskFilter } from "./disk-devices.ts";
import { keepOpen, whenChanged } from "./kept-file.ts";
import { createRates } from "./rates.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";

const METRICS = [
  {
    key: "disk_read_bytes",
    unit: "bytes",
    kind: "counter",
    description: "Bytes read from the physical disks of the machine since it was started.",
    source: "/proc/diskstats",
  },
  {
    key: "disk_write_bytes",
    unit: "bytes",
    kind: "counter",
    description: "Bytes written to the physical disks of the machine since it was started.",
    source: "/proc/diskstats",
  },
  {
    key: "disk_read_bytes_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `disk_read_bytes` grew by per second since the last reading.",
    source: "/proc/diskstats",
  },
  {
    key: "disk_write_bytes_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `disk_write_bytes` grew by per second since the last reading.",
    source: "/proc/diskstats",
  },
] as const satisfies readonly MetricSpec[];

/** A sector of /proc/diskstats is 512 bytes, whatever the disk's own sectors are. */
const SECTOR_BYTES = 512;

/**
 * What the machine's disks moved; the machine's also inside a container. Network file systems do not show here.
 *
 * Unavailable: no /proc/diskstats, no /sys/block to tell disks from partitions, or no physical disk.
 * Left out: the rates when less than 10 ms passed since the last reading.
 */
export const diskIo: Probe = {
  id: "disk_io",
  metrics: METRICS,
  open(host) {
    const file = keepOpen(`${host.proc}/diskstats`, keysOf(METRICS));
    if (isReason(file)) return Promise.resolve(file);
    const isPhysical = createDiskFilter(host.sys);
    const sum = createCounterSum();
    const disksIn = whenChanged((text) => parseDiskstats(text, isPhysical));
    const readDisks = () => disksIn(file.read());
    const first = readDisks();
    if (first.size === 0) {
      file.close();
      return Promise.resolve(unavailable(keysOf(METRICS), `${file.path} and ${host.sys}/block show no physical disk`));
    }
    const rates = createRates(host.now(), sum.add(first));
    return Promise.resolve({
      sample() {
        const disks = readDisks();
        if (disks.size === 0) return [];
        const totals = sum.add(disks);
        const [read, written] = totals;
        const [readRate, writeRate] = rates.since(host.now(), totals);
        return readingsOf({
          disk_read_bytes: read,
          disk_write_bytes: written,
          disk_read_bytes_per_second: readRate,
          disk_write_bytes_per_second: writeRate,
        });
      },
      close: () => file.close(),
    });
  },
};

/**
 * Bytes read and written since boot by the devices that are wanted. Lines that are cut short are left out; further fields are ignored, newer
 * kernels add some. Pure. https://docs.kernel.org/admin-guide/iostats.html
 *
 *   254  0 vda 35588 7556 3317690 22808 7030 28077 1189664 6357 0 10976 29555 …
 *              reads merged sectors  ms  writes merged sectors
 */
export function parseDiskstats(
  text: string,
  isWanted: (device: string) => boolean,
): Map<string, [read: number, written: number]> {
  const devices = new Map<string, [number, number]>();
  for (const [, name, read, written] of text.matchAll(DEVICE)) {
    if (name !== undefined && isWanted(name))
      devices.set(name, [Number(read) * SECTOR_BYTES, Number(written) * SECTOR_BYTES]);
  }
  return devices;
}

/** One pass over the whole text: taking each line apart costs several times as much. */
const DEVICE = /^ *\d+ +\d+ +(\S+) +\d+ +\d+ +(\d+) +\d+ +\d+ +\d+ +(\d+)(?: |$)/gm;
