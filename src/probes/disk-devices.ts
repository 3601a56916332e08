import { existsSync } from "node:fs";

import { listFolder } from "./small-file.ts";

/**
 * loop, ram and zram have no disk of their own below them; the bytes of a ZFS volume (zd) are those of the pool's disks;
 * nvme0c1n1 is one path to nvme0n1.
 */
const NO_PHYSICAL_DISK = /^(loop|ram|zram|zd)\d+$|^nvme\d+c\d+n\d+$/;

/**
 * Tells the devices of /proc/diskstats whose bytes count once: whole disks. Partitions are left out, and everything that
 * is built on other devices (LVM, LUKS, multipath, software RAID), because those devices count.
 *
 * Looks a name up in /sys/block when it is seen first; a disk that is plugged in later is found.
 */
export function createDiskFilter(sys: string): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const verdict = known.get(name) ?? isPhysicalDisk(sys, name);
    known.set(name, verdict);
    return verdict;
  };
}

function isPhysicalDisk(sys: string, name: string): boolean {
  if (NO_PHYSICAL_DISK.test(name)) return false;
  // sysfs writes the slash of names such as cciss/c0d0 as an exclamation mark.
  const folder = `${sys}/block/${name.replaceAll("/", "!")}`;
  // Partitions have no entry of their own in /sys/block.
  if (!existsSync(folder)) return false;
  return (listFolder(`${folder}/slaves`) ?? []).length === 0;
}
