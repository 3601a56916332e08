import { describe, expect, test } from "vitest";

import type { Host } from "../../src/model/probe.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { SnapshotOptions } from "../../src/probes/snapshot.ts";
import { takeSnapshots } from "../../src/probes/snapshot.ts";
import { fixtureHost, makeHost } from "./tree.ts";

const SELECTION = { system: true, gpu: true, disk: true, network: true, perCpu: false };

describe("a snapshot", () => {
  test("waits a second between its two readings and has every number under its key", async () => {
    const waited: number[] = [];
    const wait = async (milliseconds: number) => void waited.push(milliseconds);
    const options = { selection: { ...SELECTION, processes: 2 }, wait, clock: () => 1234 };
    const snapshot = await takeOne(fixtureHost("vm"), options);
    expect(waited).toEqual([1000]);
    expect(snapshot).toMatchObject({
      timestamp: 1234,
      metrics: { cpu_count_logical: 2, load_average: expect.any(Array), gpu_count: 0, total_processes: 7 },
      gpu: [],
    });
    const untold = snapshot.unavailable.flatMap(({ metrics }) => metrics);
    expect(untold.filter((key) => !/^(container|tmp|shm|workload)_/.test(key))).toEqual([]);
    expect(snapshot.processes?.map(({ pid }) => pid)).toEqual([640, 641]);
  });

  test("is followed by others, each a second later, with rates over that second", async () => {
    const { host, write, clock } = await makeHost({ "proc/net/dev": netDev(0) });
    const wait = async (milliseconds: number) => {
      clock.milliseconds += milliseconds;
      await write("proc/net/dev", netDev(clock.milliseconds));
    };
    const rates: unknown[] = [];
    for await (const { metrics } of takeSnapshots(host, { selection: SELECTION, wait })) {
      if (rates.push(metrics["network_bytes_recv_per_second"]) === 3) break;
    }
    expect(rates).toEqual([1_001_000, 1000, 1000]);
  });

  test("has one object per GPU, with the name where the driver tells it", async () => {
    const snapshot = await takeOne(fixtureHost("amd-gpu"), { selection: SELECTION, wait: async () => undefined });
    expect(snapshot.gpu).toMatchObject([
      { index: 0, name: "AMD INSTINCT MI210", utilization: 43, temperature: 61 },
      { index: 1, utilization: 0 },
    ]);
    expect(Object.keys(snapshot.metrics).filter((key) => key.startsWith("gpu_"))).toEqual(["gpu_count"]);
  });

  test("of a machine that shows nothing has reasons and no numbers", async () => {
    const { host, root } = await makeHost();
    const nowhere = { ...host, diskPath: `${root}/missing` };
    const snapshot = await takeOne(nowhere, { selection: SELECTION, wait: async () => undefined });
    expect(snapshot).toMatchObject({ metrics: {}, gpu: [] });
    expect(snapshot.unavailable.length).toBeGreaterThan(0);
  });
});

function netDev(received: number): string {
  return ` eth0: ${received} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
}

async function takeOne(host: Host, options: SnapshotOptions): Promise<Snapshot> {
  for await (const snapshot of takeSnapshots(host, options)) return snapshot;
  throw new Error("no snapshot");
}
