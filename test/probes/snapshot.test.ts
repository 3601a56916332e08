import { describe, expect, test } from "vitest";

import { takeSnapshot } from "../../src/probes/snapshot.ts";
import { fixtureHost, makeHost } from "./tree.ts";

const SELECTION = { system: true, gpu: true, disk: true, network: true, perCpu: false };

describe("a snapshot", () => {
  test("waits a second between its two readings and has every number under its key", async () => {
    const waited: number[] = [];
    const wait = async (milliseconds: number) => void waited.push(milliseconds);
    const options = { selection: { ...SELECTION, processes: 2 }, wait, clock: () => 1234 };
    const snapshot = await takeSnapshot(fixtureHost("vm"), options);
    expect(waited).toEqual([1000]);
    expect(snapshot).toMatchObject({
      timestamp: 1234,
      metrics: { cpu_count_logical: 2, load_average: expect.any(Array), gpu_count: 0, total_processes: 7 },
      gpu: [],
    });
    const untold = snapshot.unavailable.flatMap(({ metrics }) => metrics);
    expect(untold.filter((key) => !/^(container|tmp|shm)_/.test(key))).toEqual([]);
    expect(snapshot.processes?.map(({ pid }) => pid)).toEqual([640, 641]);
  });

  test("has one object per GPU, with the name where the driver tells it", async () => {
    const snapshot = await takeSnapshot(fixtureHost("amd-gpu"), { selection: SELECTION, wait: async () => undefined });
    expect(snapshot.gpu).toMatchObject([
      { index: 0, name: "AMD INSTINCT MI210", utilization: 43, temperature: 61 },
      { index: 1, utilization: 0 },
    ]);
    expect(Object.keys(snapshot.metrics).filter((key) => key.startsWith("gpu_"))).toEqual(["gpu_count"]);
  });

  test("of a machine that shows nothing has reasons and no numbers", async () => {
    const { host, root } = await makeHost();
    const nowhere = { ...host, diskPath: `${root}/missing` };
    const snapshot = await takeSnapshot(nowhere, { selection: SELECTION, wait: async () => undefined });
    expect(snapshot).toMatchObject({ metrics: {}, gpu: [] });
    expect(snapshot.unavailable.length).toBeGreaterThan(0);
  });
});
