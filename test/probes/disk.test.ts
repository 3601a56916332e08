import { execFileSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import type { Host, Probe } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { diskIo, parseDiskstats } from "../../src/probes/disk-io.ts";
import { disk, sharedMemorySpace, spaceReadings, tmpSpace } from "../../src/probes/disk.ts";
import { thisHost } from "../../src/probes/host.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const NOBODY = { ownPids: [] };
const SECTOR = 512;

describe("disk space", () => {
  test("the share is of what this user could have: root's reserve is neither used nor free", () => {
    expect(byKey(spaceReadings("disk", { bsize: 4096, blocks: 1000, bfree: 300, bavail: 250 }))).toEqual({
      disk_total: 1000 * 4096,
      disk_used: 700 * 4096,
      disk_free: 250 * 4096,
      disk_percent: (100 * 700) / 950,
    });
  });

  test("a file system without a size has no readings", () => {
    expect(spaceReadings("disk", { bsize: 4096, blocks: 0, bfree: 0, bavail: 0 })).toEqual([]);
  });

  test("/tmp and /dev/shm have keys of their own", async () => {
    const { host, root } = await makeHost();
    const real = { ...host, tmpPath: root, shmPath: "/proc/self" };
    expect(Object.keys(await read(tmpSpace, real))).toEqual(["tmp_total", "tmp_used", "tmp_free", "tmp_percent"]);
    const reason = `the file system of /proc/self tells no size`;
    expect(await sharedMemorySpace.open(real)).toMatchObject({ state: "unavailable", reason });
    expect(await sharedMemorySpace.open(host)).toMatchObject({ reason: `${root}/dev/shm is not there` });
  });

  test("a folder that is not there is named in the reason", async () => {
    const host = { ...fixtureHost("vm"), diskPath: "/no/such/folder" };
    expect(await disk.open(host)).toMatchObject({ state: "unavailable", reason: "/no/such/folder is not there" });
  });

  test.runIf(process.platform === "linux")("agrees with df on this machine", async () => {
    const table = execFileSync("df", ["-B1", "--output=size,avail", process.cwd()], { encoding: "utf8" });
    const [size = 0, available = 0] = (table.trim().split("\n")[1] ?? "").trim().split(/\s+/).map(Number);
    const readings = await read(disk, thisHost(process.cwd()));
    expect(readings["disk_total"]).toBe(size);
    expect(Math.abs(Number(readings["disk_free"]) - available)).toBeLessThan(1e9);
  });
});

describe("parsing /proc/diskstats", () => {
  test.each(["", "garbage", "   8       0 sda 1 2 3 4 5 6\n", "   8       0 sda a b c d e f g h\n"])(
    "%j has no devices",
    (text) => {
      expect(parseDiskstats(text, () => true).size).toBe(0);
    },
  );

  test("sectors are 512 bytes, and further fields are ignored", () => {
    const line = " 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n";
    expect(parseDiskstats(line, () => true)).toEqual(new Map([["vda", [3 * SECTOR, 7 * SECTOR]]]));
    expect(parseDiskstats(line, (name) => name !== "vda").size).toBe(0);
  });
});

describe("disk I/O", () => {
  test("each physical disk counts once, whatever is built on it", async () => {
    // nvme0n1, nvme1n1, sda, sdb, sr0 and cciss/c0d0
    expect(await read(diskIo, fixtureHost("disks"))).toEqual({
      disk_read_bytes: (1000 + 70 + 300 + 200 + 10 + 11) * SECTOR,
      disk_write_bytes: (2000 + 80 + 500 + 500 + 0 + 22) * SECTOR,
    });
  });

  test("a container shows the machine's disks without their partitions", async () => {
    expect(await read(diskIo, fixtureHost("container"))).toEqual({
      disk_read_bytes: 12044312 * SECTOR,
      disk_write_bytes: 5120040 * SECTOR,
    });
  });

  test("without /sys/block there is a reason instead of a wrong sum", async () => {
    const { host } = await makeHost({ "proc/diskstats": " 8 0 sda 1 0 9 0 1 0 9 0\n 8 1 sda1 1 0 9 0 1 0 9 0\n" });
    expect(await diskIo.open(host)).toMatchObject({ state: "unavailable", reason: expect.stringContaining("/block") });
  });

  test("the totals do not fall when a disk goes away or starts to count again", async () => {
    const line = (name: string, sectors: number) => ` 8 0 ${name} 1 0 ${sectors} 0 1 0 ${sectors} 0\n`;
    const { host, write } = await makeHost({
      "proc/diskstats": line("sda", 10) + line("sdb", 5),
      "sys/block/sda/size": "1",
      "sys/block/sdb/size": "1",
    });
    const opened = await diskIo.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    const total = async () => Number(byKey(await opened.sample(NOBODY))["disk_read_bytes"]) / SECTOR;
    expect(await total()).toBe(15);
    await write("proc/diskstats", line("sda", 11));
    expect(await total()).toBe(16);
    await write("proc/diskstats", line("sda", 11) + line("sdb", 2));
    expect(await total()).toBe(18);
    await write("proc/diskstats", line("sda", 12) + line("sdb", 1));
    expect(await total()).toBe(20);
    opened.close();
  });
});

async function read(probe: Probe, host: Host) {
  const opened = await probe.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return byKey(await opened.sample(NOBODY));
}
