import { describe, expect, test, vi } from "vitest";

import { interfaceCounters, known, memoryReadings, physicalCores } from "../../src/probes/elsewhere.ts";
import { bytesMoved } from "../../src/probes/elsewhere-disk-io.ts";
import { countReadings } from "../../src/probes/elsewhere-processes.ts";
import { allMetrics, openProbes } from "../../src/probes/index.ts";
import { parseCpuModel, parsePrettyName, readInventory } from "../../src/probes/inventory.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

describe("what systeminformation says", () => {
  test.each([
    [0, undefined],
    [-1, undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [8, 8],
  ])("%s is %s", (value, is) => {
    expect(known(value)).toBe(is);
  });

  const MEMORY = { total: 1000, available: 600, active: 400, buffcache: 200, swaptotal: 50, swapused: 0 };

  test("memory that it could not read is absent, swap included", () => {
    const nothing = { total: 0, available: 0, active: 0, buffcache: 0, swaptotal: 0, swapused: 0 };
    expect(memoryReadings(nothing, "darwin")).toEqual([]);
  });

  test("what is free is what is available on Windows, and elsewhere the sign that it was not told", () => {
    const failed = { ...MEMORY, available: 30, active: 970, buffcache: 0, swaptotal: 0 };
    expect(byKey(memoryReadings(failed, "darwin"))).toEqual({ memory_total: 1000 });
    expect(byKey(memoryReadings(failed, "win32"))).toMatchObject({ memory_available: 30, memory_percent: 97 });
    // None of the lines that it looks for.
    expect(byKey(memoryReadings({ ...MEMORY, available: 1000, active: 0 }, "darwin"))).not.toHaveProperty(
      "memory_used",
    );
    expect(byKey(memoryReadings({ ...MEMORY, available: Number.NaN }, "freebsd"))).not.toHaveProperty("memory_percent");
  });

  test.each([
    [{ physicalCores: 8, brand: "M2" }, 8],
    [{ physicalCores: 8, brand: "" }, undefined],
    [{ physicalCores: 8, brand: "unknown" }, undefined],
    [{ physicalCores: 0, brand: "M2" }, undefined],
  ])("%j are %s cores", (processor, cores) => {
    expect(physicalCores(processor)).toBe(cores);
  });

  test("memory in our keys", () => {
    expect(byKey(memoryReadings(MEMORY, "darwin"))).toEqual({
      memory_total: 1000,
      memory_available: 600,
      memory_used: 400,
      memory_percent: 40,
      swap_total: 50,
      swap_used: 0,
    });
  });

  test("interfaces for which it has only defaults are not zeros of ours", () => {
    expect(interfaceCounters([]).size).toBe(0);
    const stats = [
      { iface: "en0", rx_bytes: 10, tx_bytes: 0 },
      { iface: "en1", rx_bytes: 0, tx_bytes: 0 },
      { iface: "en2", rx_bytes: 10, tx_bytes: -1 },
      { iface: "en3", rx_bytes: Number.NaN, tx_bytes: 10 },
    ];
    expect([...interfaceCounters(stats)]).toEqual([["en0", [10, 0]]]);
  });

  test("what its disks moved is absent where it has defaults or nothing", () => {
    expect(bytesMoved(null)).toBeUndefined();
    expect(bytesMoved({ rx: 0, wx: 0 })).toBeUndefined();
    expect(bytesMoved({ rx: 5, wx: Number.NaN })).toBeUndefined();
    expect(bytesMoved({ rx: 5, wx: 0 })).toEqual([5, 0]);
  });

  test("counts of processes are absent where it counted none", () => {
    expect(countReadings({ all: 0, running: 0, sleeping: 0, blocked: 0 })).toEqual([]);
    expect(byKey(countReadings({ all: 9, running: 1, sleeping: 7, blocked: 1 }))).toEqual({
      total_processes: 9,
      process_counts: { running: 1, sleeping: 7, "disk-sleep": 1 },
    });
  });

  test.each(["darwin", "win32"] as const)("on %s every key has a number or a reason", async (platform) => {
    const { host } = await makeHost();
    const selection = { system: true, gpu: true, disk: true, network: true, perCpu: true };
    const set = await openProbes({ ...host, platform, now: () => performance.now() }, selection, undefined, 20_000);
    const TRIES = { timeout: 30_000, interval: 50 };
    await vi.waitFor(async () => {
      const { readings, failures } = await set.sample({ ownPids: [process.pid] });
      expect(failures).toEqual([]);
      const told = new Set([
        ...readings.map(({ key }) => key),
        ...set.unavailable.flatMap(({ unavailable }) => unavailable.metrics),
      ]);
      expect(allMetrics().filter(({ key }) => !told.has(key))).toEqual([]);
    }, TRIES);
    set.close();
  });

  test("on another system its probes stand in, and what only /proc tells has a reason", async () => {
    const { host } = await makeHost();
    const selection = { system: true, gpu: true, disk: true, network: true, perCpu: false };
    const set = await openProbes({ ...host, platform: "darwin" }, selection, undefined, 20_000);
    const { readings } = await set.sample({ ownPids: [process.pid] });
    expect(byKey(readings)).toMatchObject({
      memory_total: expect.any(Number),
      cpu_count_logical: expect.any(Number),
      disk_total: expect.any(Number),
    });
    expect(set.unavailable.map(({ probe }) => probe)).toEqual(
      expect.arrayContaining(["process_table", "workload", "gpu"]),
    );
    set.close();
  });
});

describe("inventory", () => {
  test("tells what the machine is, and leaves out what it does not know", async () => {
    const { root } = await makeHost({ "os-release": 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' });
    expect(await readInventory(fixtureHost("vm"), root)).toMatchObject({
      platform: "linux",
      os: "Debian GNU/Linux 12 (bookworm)",
      cpu_model: "AMD EPYC",
      cpu_count_physical: 2,
      hostname: expect.any(String),
    });
    const bare = await readInventory((await makeHost()).host, root);
    expect(bare).not.toHaveProperty("cpu_model");
    expect(Object.values(bare)).not.toContain(undefined);
  });

  test("names the GPUs whose driver tells a name", async () => {
    const inventory = await readInventory(fixtureHost("amd-gpu"));
    expect(inventory).toMatchObject({ gpu_0_name: "AMD INSTINCT MI210" });
    expect(inventory).not.toHaveProperty("gpu_1_name");
  });

  test.each([
    ["", undefined],
    ["NAME=x", undefined],
    ["PRETTY_NAME=Arch", "Arch"],
    ["PRETTY_NAME='A B'\n", "A B"],
  ])("%j names the system %s", (text, name) => {
    expect(parsePrettyName(text)).toBe(name);
  });

  test.each([
    ["", undefined],
    ["model : 1", undefined],
    ["model name\t: AMD EPYC \n", "AMD EPYC"],
  ])("%j names the processor %s", (text, name) => {
    expect(parseCpuModel(text)).toBe(name);
  });
});
