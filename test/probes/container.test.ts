import { symlink } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import type { Host } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import {
  countCpus,
  parseCfsQuota,
  parseCpuMax,
  parseFlatKeyed,
  parseOneOf,
  parseSize,
} from "../../src/probes/cgroup-files.ts";
import { findCgroup, parseCgroupMounts, parseCgroupPaths } from "../../src/probes/cgroup-folders.ts";
import { container } from "../../src/probes/container.ts";
import { parseIoStat } from "../../src/probes/container-io.ts";
import { findCpuLimit } from "../../src/probes/container-cpu-limit.ts";
import { readInventory } from "../../src/probes/inventory.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const GIB = 1024 ** 3;
const NOBODY = { ownPids: [] };
const FOUR_CORES = [0, 1, 2, 3].map((core) => `cpu${core} 1 0 1 1\n`).join("");
const V2_MOUNT = "1 0 0:29 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n";

describe("parsing", () => {
  test.each([
    ["", undefined],
    ["max 100000\n", undefined],
    ["150000 100000\n", 1.5],
    ["150000", undefined],
    ["0 0\n", undefined],
    ["-1 100000\n", undefined],
  ])("cpu.max %j is %s cores", (text, cores) => {
    expect(parseCpuMax(text)).toBe(cores);
  });

  test.each([
    ["-1\n", "100000\n", undefined],
    ["50000\n", "100000\n", 0.5],
    ["", "100000", undefined],
    ["50000", "0", undefined],
  ])("quota %j of %j is %s cores", (quota, period, cores) => {
    expect(parseCfsQuota(quota, period)).toBe(cores);
  });

  test.each([
    ["max\n", undefined],
    ["", undefined],
    ["9223372036854771712\n", 9_223_372_036_854_771_712],
    ["12x", undefined],
  ])("the size %j is %s", (text, size) => {
    expect(parseSize(text)).toBe(size);
  });

  test.each([
    ["0-3,8\n", 5],
    ["0", 1],
    ["", undefined],
    ["0-", undefined],
    ["a-b", undefined],
  ])("the list %j is %s CPUs", (list, count) => {
    expect(countCpus(list)).toBe(count);
  });

  test("lines of name and number, and none of the others", () => {
    expect([...parseFlatKeyed("usage_usec 5\nnew thing 7\nhalf\nnr_periods 1\nnr_thr")]).toEqual([
      ["usage_usec", 5],
      ["nr_periods", 1],
    ]);
  });

  test.each([
    ["inactive_file", 7],
    ["oom_kill", 2],
    ["last", 3],
    ["file", undefined],
    ["cut", undefined],
  ])("the number of the line %s alone is %s", (name, value) => {
    expect(parseOneOf("inactive_file 7\noom_kill_all 9\noom_kill 2\ncut x\nlast 3", name)).toBe(value);
  });

  test("paths and mounts of both versions, with blanks in them", () => {
    const paths = parseCgroupPaths("4:memory:/a b\n3:cpu,cpuacct:/c\n0::/d\nnonsense\n");
    expect(Object.fromEntries(paths)).toEqual({ memory: "/a b", cpu: "/c", cpuacct: "/c", "": "/d" });
    const mounts = parseCgroupMounts(
      `${V2_MOUNT}2 0 0:3 /x /sys/fs/cgroup/my\\040cpu rw shared:9 - cgroup cgroup rw,cpu\ncut`,
    );
    expect(mounts.get("")).toEqual({ root: "/", point: "/sys/fs/cgroup" });
    expect(mounts.get("cpu")).toEqual({ root: "/x", point: "/sys/fs/cgroup/my cpu" });
  });
});

describe("the groups of this process", () => {
  test("run from its own up to the mount, the nearest first", async () => {
    const { host } = await makeHost({
      "proc/self/cgroup": "0::/pod/box\n",
      "proc/self/mountinfo": V2_MOUNT,
      "sys/fs/cgroup/pod/box/cpu.max": "max 100000\n",
    });
    const top = `${host.sys}/fs/cgroup`;
    expect(findCgroup(host, "cpu")).toEqual({ version: 2, folders: [`${top}/pod/box`, `${top}/pod`, top] });
  });

  test("are the mount itself where the path lies outside of it", async () => {
    for (const path of ["/../../other", "/not/mounted"]) {
      const { host } = await makeHost({
        "proc/self/cgroup": `0::${path}\n`,
        "proc/self/mountinfo": V2_MOUNT,
        "sys/fs/cgroup/cpu.max": "max 100000\n",
      });
      expect(findCgroup(host, "cpu")?.folders).toEqual([`${host.sys}/fs/cgroup`]);
    }
  });

  test("are those of version 1 for the controllers that it has on a host with both", async () => {
    const { host } = await makeHost({
      "proc/self/cgroup": "4:memory:/job\n0::/\n",
      "proc/self/mountinfo":
        "5 1 0:3 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n6 1 0:4 / /sys/fs/cgroup/unified rw - cgroup2 x rw\n",
      "sys/fs/cgroup/memory/job/tasks": "1\n",
      "sys/fs/cgroup/unified/cgroup.procs": "1\n",
    });
    expect(findCgroup(host, "memory")?.version).toBe(1);
    expect(findCgroup(host, "cpu")).toEqual({ version: 2, folders: [`${host.sys}/fs/cgroup/unified`] });
  });
});

describe("a container", () => {
  test("of version 2 has its limits and what is used of them", async () => {
    expect(await readFixture("cgroup-v2")).toEqual({
      container_cpu_limit: 1.5,
      container_memory_limit: 2 * GIB,
      container_memory_used: 1.5 * GIB,
      container_memory_peak: 1.75 * GIB,
      container_memory_working_set: GIB,
      container_memory_percent: 50,
      container_oom_kills: 2,
      container_disk_read_bytes: 90430464,
      container_disk_write_bytes: 299008000,
    });
  });

  test("of version 1 has the same", async () => {
    expect(await readFixture("cgroup-v1")).toEqual({
      container_cpu_limit: 0.5,
      container_memory_limit: GIB,
      container_memory_used: 0.75 * GIB,
      container_memory_peak: GIB,
      container_memory_working_set: GIB / 2,
      container_memory_percent: 50,
      container_oom_kills: 1,
    });
  });

  test("of both versions is held to what stands in version 1, at whatever height", async () => {
    // The set of CPUs is the step's and the memory is the job's; what is used is read where the limit stands.
    expect(await readFixture("cgroup-hybrid")).toEqual({
      container_cpu_limit: 2,
      container_memory_limit: 4 * GIB,
      container_memory_used: 3 * GIB,
      container_memory_peak: 3.5 * GIB,
      container_memory_working_set: 2 * GIB,
      container_memory_percent: 50,
      container_oom_kills: 1,
    });
  });

  test.each([
    ["2", v2({ usage: 0 }), "sys/fs/cgroup/cpu.stat", "usage_usec 750000\nnr_periods 30\nnr_throttled 5\n"],
    ["1", v1(0), "sys/fs/cgroup/cpu/cpuacct.usage", "750000000\n"],
  ])("of version %s uses a share of its quota, not of the machine", async (_, files, path, text) => {
    const { host, write, clock } = await makeHost(files);
    const opened = await open(host);
    clock.milliseconds += 1000;
    await write(path, text);
    const readings = byKey(await opened.sample(NOBODY));
    expect(readings).toMatchObject({ container_cpu_percent: 50, container_cpu_limit: 1.5 });
    opened.close();
  });

  test("is throttled for a share of its periods, and for none when it had none", async () => {
    const { host, write } = await makeHost(v2({ usage: 0 }));
    const opened = await open(host);
    await write("sys/fs/cgroup/cpu.stat", "usage_usec 1\nnr_periods 30\nnr_throttled 5\n");
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ container_cpu_throttled_percent: 25 });
    expect(byKey(await opened.sample(NOBODY))).not.toHaveProperty("container_cpu_throttled_percent");
    opened.close();
  });

  test("below a pod is held to the pod's limits, of which its neighbours take their part", async () => {
    const { host, write, clock } = await makeHost({
      "proc/stat": `cpu 1 0 1 1\n${FOUR_CORES}`,
      "proc/meminfo": "MemTotal: 8388608 kB\n",
      "proc/self/cgroup": "0::/pod/box\n",
      "proc/self/mountinfo": V2_MOUNT,
      "sys/fs/cgroup/pod/cpu.max": "200000 100000\n",
      "sys/fs/cgroup/pod/cpu.stat": "usage_usec 0\nnr_periods 0\nnr_throttled 0\n",
      "sys/fs/cgroup/pod/memory.max": `${GIB}\n`,
      "sys/fs/cgroup/pod/memory.current": `${GIB}\n`,
      "sys/fs/cgroup/pod/memory.stat": `inactive_file ${GIB / 4}\n`,
      "sys/fs/cgroup/pod/box/cpu.max": "300000 100000\n",
      "sys/fs/cgroup/pod/box/cpu.stat": "usage_usec 0\n",
      "sys/fs/cgroup/pod/box/memory.max": "max\n",
      "sys/fs/cgroup/pod/box/memory.current": "4096\n",
    });
    const opened = await open(host);
    clock.milliseconds += 1000;
    await write("sys/fs/cgroup/pod/cpu.stat", "usage_usec 500000\nnr_periods 0\nnr_throttled 0\n");
    await write("sys/fs/cgroup/pod/box/cpu.stat", "usage_usec 125000\n");
    expect(byKey(await opened.sample(NOBODY))).toEqual({
      container_cpu_percent: 25,
      container_cpu_limit: 2,
      container_cpu_cores_used: 0.125,
      container_memory_limit: GIB,
      container_memory_used: GIB,
      container_memory_working_set: 0.75 * GIB,
      container_memory_percent: 75,
    });
    expect(opened.unavailable).toContainEqual(
      expect.objectContaining({ metrics: ["container_memory_peak", "container_oom_kills"] }),
    );
    opened.close();
  });

  test("that is held to a set of CPUs has no periods to be throttled in", async () => {
    const files = { ...v2({ usage: 0 }), "sys/fs/cgroup/cpu.max": "max 100000\n" };
    const { host } = await makeHost({ ...files, "sys/fs/cgroup/cpuset.cpus.effective": "1-2\n" });
    const opened = await open(host);
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ container_cpu_limit: 2 });
    expect(opened.unavailable).toContainEqual(
      expect.objectContaining({ metrics: ["container_cpu_throttled_percent"], state: "unavailable" }),
    );
    opened.close();
  });

  test("that may run on some CPUs only has no share of anything that could be told", async () => {
    const files = { ...v2({ usage: 0 }), "sys/fs/cgroup/cpu.max": "max 100000\n" };
    const { host } = await makeHost({ ...files, "proc/self/status": "Name:\tnode\nCpus_allowed_list:\t0,2-3\n" });
    const opened = await open(host);
    expect(byKey(await opened.sample(NOBODY))).toEqual({ container_cpu_limit: 3 });
    expect(opened.unavailable).toContainEqual(expect.objectContaining({ metrics: ["container_cpu_percent"] }));
    expect(findCpuLimit(host)?.by).toBe(`${host.proc}/self/status`);
    opened.close();
  });

  test.each([
    ["cgroup-v2", "cpu.max", "memory.max"],
    ["cgroup-v1", "cpu,cpuacct/cpu.cfs_quota_us", "memory/memory.limit_in_bytes"],
    [
      "cgroup-hybrid",
      "cpuset/slurm/uid_1000/job_77/step_0/cpuset.effective_cpus",
      "memory/slurm/uid_1000/job_77/memory.limit_in_bytes",
    ],
  ])("%s: the record of the machine says where its limits stand", async (name, cpu, memory) => {
    const host = fixtureHost(name);
    expect(await readInventory(host)).toMatchObject({
      container_cpu_limit_by: `${host.sys}/fs/cgroup/${cpu}`,
      container_memory_limit_by: `${host.sys}/fs/cgroup/${memory}`,
    });
  });

  test("whose limit changes while it runs is measured by the new one", async () => {
    const { host, write } = await makeHost(v2({ usage: 0 }));
    const opened = await open(host);
    await write("sys/fs/cgroup/cpu.max", "300000 100000\n");
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ container_cpu_limit: 3 });
    await write("sys/fs/cgroup/cpu.max", "max 100000\n");
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ container_cpu_limit: 4 });
    opened.close();
  });

  test.each([
    ["2", "8:0 rbytes=4096 wbytes=512 rios=1 wios=1\n253:0 rbytes=4096 wbytes=512\n", "8:0 rbytes=8192 wbytes=512\n"],
    [
      "1",
      "8:0 Read 4096\n8:0 Write 512\n8:0 Total 4608\n253:0 Read 4096\nTotal 4608\n",
      "8:0 Read 8192\n8:0 Write 512\n",
    ],
  ])("of version %s has what it moved on disks of its own, once, and how fast", async (version, before, after) => {
    const file =
      version === "2" ? "sys/fs/cgroup/box/io.stat" : "sys/fs/cgroup/blkio/box/blkio.throttle.io_service_bytes";
    const { host, root, write, clock } = await makeHost({
      "proc/self/cgroup": version === "2" ? "0::/box\n" : "3:blkio:/box\n",
      "proc/self/mountinfo":
        version === "2" ? V2_MOUNT : "5 1 0:3 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n",
      "sys/block/sda/size": "1",
      "sys/block/dm-0/slaves/sda1": "",
      "sys/dev/block/.keep": "",
      [file]: before,
    });
    await symlink("../../devices/pci/block/sda", `${root}/sys/dev/block/8:0`);
    await symlink("../../devices/virtual/block/dm-0", `${root}/sys/dev/block/253:0`);
    const opened = await open(host);
    clock.milliseconds += 2000;
    await write(file, after);
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({
      container_disk_read_bytes: 8192,
      container_disk_write_bytes: 512,
      container_disk_read_bytes_per_second: 2048,
      container_disk_write_bytes_per_second: 0,
    });
    opened.close();
  });

  test("of version 1 that counts no device has no zeros for that", async () => {
    const { host } = await makeHost({
      "proc/self/cgroup": "3:blkio:/\n",
      "proc/self/mountinfo": "5 1 0:3 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n",
      "sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes": "Total 0\n",
    });
    const opened = await open(host);
    expect(await opened.sample(NOBODY)).toEqual([]);
    const told = opened.unavailable?.find(({ metrics }) => metrics.includes("container_disk_read_bytes"));
    expect(told?.reason).toMatch(/io_service_bytes counts no device$/);
    opened.close();
  });

  test.each(["", "8:0", "8:0 rbytes=x wbytes=1", "8:0 Sync 12", "Total 12", "8:0 Read"])("%j moved nothing", (text) => {
    expect(parseIoStat(text).size).toBe(0);
  });

  test("without limits says so, and has no share of anything", async () => {
    const { host } = await makeHost({ ...v2({ usage: 0 }), "sys/fs/cgroup/cpu.max": "max 100000\n" });
    const opened = await open(host);
    expect(await opened.sample(NOBODY)).toEqual([]);
    expect(opened.unavailable?.map(({ reason }) => reason)).toEqual([
      "no control group limits this process to less than the 4 CPUs of this machine",
      expect.stringContaining("memory.current is not there"),
      "this process is in no control group that accounts for disks",
      "this process is in no control group of version 2, apart from the machine's own",
    ]);
  });
});

function v2({ usage }: { usage: number }): Record<string, string> {
  return {
    "proc/stat": `cpu 1 0 1 1\n${FOUR_CORES}`,
    "proc/self/cgroup": "0::/\n",
    "proc/self/mountinfo": V2_MOUNT,
    "sys/fs/cgroup/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/cpu.stat": `usage_usec ${usage}\nnr_periods 10\nnr_throttled 0\n`,
  };
}

function v1(usage: number): Record<string, string> {
  return {
    "proc/stat": `cpu 1 0 1 1\n${FOUR_CORES}`,
    "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n",
    "proc/self/mountinfo": "1 0 0:29 /docker/1 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct\n",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    "sys/fs/cgroup/cpu/cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n",
    "sys/fs/cgroup/cpu/cpuacct.usage": `${usage}\n`,
  };
}

async function open(host: Host) {
  const opened = await container.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return opened;
}

async function readFixture(name: string) {
  const opened = await open({ ...fixtureHost(name), now: () => 0 });
  const readings = byKey(await opened.sample(NOBODY));
  opened.close();
  return readings;
}

describe("pressure of the container", () => {
  const total = (some: number, full?: number) =>
    `some avg10=0.00 avg60=0.00 avg300=0.00 total=${some}\n${full === undefined ? "" : `full avg10=0.00 total=${full}\n`}`;
  const GROUP = "sys/fs/cgroup/job";
  const tree = (path: string) => ({
    "proc/self/cgroup": `0::${path}\n`,
    "proc/self/mountinfo": V2_MOUNT,
    "proc/stat": FOUR_CORES,
    [`${GROUP}/cgroup.events`]: "populated 1\nfrozen 0\n",
    [`${GROUP}/cpu.pressure`]: total(0, 0),
    [`${GROUP}/memory.pressure`]: total(0, 0),
    [`${GROUP}/io.pressure`]: total(0, 0),
  });

  test("is that of its own group, and of no other", async () => {
    const { host, write, clock } = await makeHost({ ...tree("/job"), "proc/pressure/cpu": total(5, 5) });
    const opened = await container.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    clock.milliseconds += 1000;
    await write(`${GROUP}/cpu.pressure`, total(250_000, 125_000));
    await write(`${GROUP}/memory.pressure`, total(500_000, 0));
    await write(`${GROUP}/io.pressure`, total(0, 0));
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({
      container_cpu_pressure_percent: 25,
      container_cpu_pressure_full_percent: 12.5,
      container_memory_pressure_percent: 50,
      container_memory_pressure_full_percent: 0,
      container_io_pressure_percent: 0,
      container_io_pressure_full_percent: 0,
    });
    opened.close();
  });

  test("lacks for the CPU what an older kernel does not tell", async () => {
    const { host } = await makeHost({ ...tree("/job"), [`${GROUP}/cpu.pressure`]: total(0) });
    const opened = await container.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    const told = opened.unavailable?.find(({ metrics }) => metrics.includes("container_cpu_pressure_full_percent"));
    expect(told).toMatchObject({
      metrics: ["container_cpu_pressure_full_percent"],
      reason: expect.stringContaining("'full'"),
    });
    opened.close();
  });

  test("is not told of the machine's own group", async () => {
    const { host } = await makeHost({ ...tree("/"), "sys/fs/cgroup/cpu.pressure": total(9, 9) });
    const opened = await container.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    const told = opened.unavailable?.find(({ metrics }) => metrics.includes("container_io_pressure_percent"));
    expect(told?.reason).toContain("apart from the machine's own");
    opened.close();
  });
});
