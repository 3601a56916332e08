import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import type { Host, Probe } from "../../src/model/probe.ts";
import { cpuCores } from "../../src/probes/cpu-cores.ts";
import { busyPercent, parseCpuStat, parseCpuTotal } from "../../src/probes/cpu-times.ts";
import { cpu } from "../../src/probes/cpu.ts";
import { countPhysicalCores, parsePhysicalCores } from "../../src/probes/physical-cores.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const NOBODY = { ownPids: [] };

describe("parsing /proc/stat", () => {
  test("an empty text has no CPUs", () => {
    expect(parseCpuStat("")).toEqual({ cores: new Map() });
  });

  test("a line that is cut short or damaged is left out", () => {
    const { all, cores } = parseCpuStat("cpu  1 2\ncpu0 1 2 3 x\ncpu1 1 2 3 4");
    expect(all).toBeUndefined();
    expect([...cores.keys()]).toEqual(["cpu1"]);
  });

  test("guest times are not counted again, and fields of newer kernels are ignored", () => {
    expect(parseCpuStat("cpu 1 2 3 4 5 6 7 8 9 10 11\nintr 1\n").all).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("all cores together and their number come without the lines of each", () => {
    const cores = Array.from({ length: 512 }, (_, core) => `cpu${core} 1 2 3 4 5 6 7 8\n`).join("");
    const total = { all: [1, 2, 3, 4, 5, 6, 7, 8], online: 512 };
    expect(parseCpuTotal(`cpu  1 2 3 4 5 6 7 8 9 10\n${cores}intr 1 2\n`)).toEqual(total);
    expect(parseCpuStat(cores).cores.size).toBe(512);
    expect(parseCpuTotal("")).toEqual({ online: 0 });
  });

  test("waiting for I/O is idle and stolen time is busy", () => {
    expect(busyPercent([0, 0, 0, 0, 0, 0, 0, 0], [10, 0, 0, 40, 30, 0, 0, 20])).toBe(30);
  });

  test("a counter that goes back counts as no time", () => {
    expect(busyPercent([0, 0, 0, 100, 50], [50, 0, 0, 150, 40])).toBe(50);
  });
});

describe("cpu", () => {
  test("the first percentage is about the time since it was opened", async () => {
    const { host, write } = await makeHost({ "proc/stat": stat(100, 900) });
    const opened = await open(cpu, host);
    await write("proc/stat", stat(175, 925));
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ cpu_percent: 75, cpu_count_logical: 1 });
  });

  test("less than two jiffies are left out and count for the next reading", async () => {
    const { host, write } = await makeHost({ "proc/stat": stat(100, 900) });
    const opened = await open(cpu, host);
    await write("proc/stat", stat(101, 900));
    expect(byKey(await opened.sample(NOBODY))).not.toHaveProperty("cpu_percent");
    await write("proc/stat", stat(102, 902));
    expect(byKey(await opened.sample(NOBODY))).toMatchObject({ cpu_percent: 50 });
  });

  test("a machine that counts no CPU time has none", async () => {
    const { host } = await makeHost({ "proc/stat": stat(0, 0) });
    expect(await cpu.open(host)).toMatchObject({ state: "unavailable", reason: expect.stringContaining("/proc/stat") });
  });

  test("each core has its own share", async () => {
    const { host, write } = await makeHost({ "proc/stat": "cpu 0 0 0 0\ncpu0 0 0 0 0\ncpu1 0 0 0 0\n" });
    const opened = await open(cpuCores, host);
    await write("proc/stat", "cpu 90 0 0 110\ncpu0 10 0 0 90\ncpu1 80 0 0 20\n");
    expect(await opened.sample(NOBODY)).toEqual([{ key: "cpu_per_core", value: [10, 80] }]);
  });

  test("when a core comes online the list is left out once", async () => {
    const { host, write } = await makeHost({ "proc/stat": "cpu 0 0 0 0\ncpu0 0 0 0 0\n" });
    const opened = await open(cpuCores, host);
    await write("proc/stat", "cpu 9 0 0 9\ncpu0 0 0 0 9\ncpu1 9 0 0 0\n");
    expect(await opened.sample(NOBODY)).toEqual([]);
    await write("proc/stat", "cpu 19 0 0 19\ncpu0 0 0 0 19\ncpu1 19 0 0 0\n");
    expect(await opened.sample(NOBODY)).toEqual([{ key: "cpu_per_core", value: [0, 100] }]);
  });
});

describe("physical cores", () => {
  test("hyper-threads of one core count once", async () => {
    const topology = (cpu: number) => `sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
    const { host } = await makeHost({
      [topology(0)]: "0,2\n",
      [topology(1)]: "1,3\n",
      [topology(2)]: "0,2\n",
      [topology(3)]: "1,3\n",
    });
    expect(countPhysicalCores(host)).toBe(2);
  });

  test("without sysfs /proc/cpuinfo tells the pairs of socket and core", () => {
    const thread = (socket: number, core: number) => `processor : 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;
    expect(parsePhysicalCores([thread(0, 0), thread(0, 0), thread(1, 0), thread(1, 1)].join("\n"))).toBe(3);
  });

  test.each(["", "garbage", "processor : 0\nBogoMIPS : 243.75\n"])("%j tells none", (text) => {
    expect(parsePhysicalCores(text)).toBeUndefined();
  });

  test("a container on ARM gives a reason instead", async () => {
    const opened = await open(cpu, fixtureHost("container"));
    expect(opened.unavailable).toMatchObject([{ metrics: ["cpu_count_physical"] }]);
    expect(byKey(await opened.sample(NOBODY))).not.toHaveProperty("cpu_count_physical");
  });
});

function stat(user: number, idle: number): string {
  return `cpu  ${user} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0\nintr 1 2 3\n`;
}

async function open(probe: Probe, host: Host) {
  const opened = await probe.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return opened;
}
