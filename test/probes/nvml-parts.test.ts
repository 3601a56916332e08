import { describe, expect, test } from "vitest";

import { canFakeNvml } from "../support/fake-nvml.ts";
import { openFake } from "./nvml-scene.ts";

describe.runIf(canFakeNvml)("the workload on a card", () => {
  const both = (read: (pids: number[]) => Record<string, unknown>, ...pids: number[]) => {
    const readings = read(pids);
    return [readings["gpu_0_workload_processes"], readings["gpu_0_workload_memory_used"]];
  };

  test("is its processes among all that compute or draw, each once", async () => {
    const { read } = await openFake("0.compute 10:1000 11:2000 99:5\n0.graphics 11:2500 12:300 98:7\n0.mps 13:40\n");
    expect(both(read, 10, 11, 12, 13, 14)).toEqual([4, 3840]);
    expect(both(read, 14)).toEqual([0, 0]);
  });

  test("is not told without a workload", async () => {
    const { read } = await openFake("0.compute 10:1000\n");
    expect(both(read)).toEqual([undefined, undefined]);
  });

  test("has no memory where the driver does not tell it of one of its processes", async () => {
    const { read } = await openFake("0.compute 10:1000 11:-1\n");
    expect(both(read, 10, 11)).toEqual([2, undefined]);
    expect(both(read, 10)).toEqual([1, 1000]);
  });

  test("is not counted where the driver hides who is there, as in a container", async () => {
    const { read } = await openFake("0.compute 0:1000 0:500\n");
    expect(both(read, 10)).toEqual([undefined, undefined]);
  });

  test("is found by drivers whose entries are longer", async () => {
    const { read } = await openFake("0.process_bytes 32\n0.compute 10:1000 11:2000 12:3000\n");
    expect(both(read, 10, 11, 12)).toEqual([3, 6000]);
    expect(both(read, 11)).toEqual([1, 2000]);
  });

  test("is found among hundreds", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `${1000 + index}:1`).join(" ");
    const { read } = await openFake(`0.compute ${many}\n`);
    expect(both(read, 1000, 1299)).toEqual([2, 2]);
  });

  test("is told by those lists that the driver has", async () => {
    const { fake, read, reasons } = await openFake(
      "0.compute 10:1000\n0.nvmlDeviceGetGraphicsRunningProcesses_v3 3\n0.nvmlDeviceGetMPSComputeRunningProcesses_v3 3\n",
    );
    expect(both(read, 10)).toEqual([1, 1000]);
    expect(both(read, 10)).toEqual([1, 1000]);
    expect(fake.calls("nvmlDeviceGetMPSComputeRunningProcesses_v3")).toBe(1);
    expect(Object.keys(reasons())).not.toContain("gpu_0_workload_processes");
  });
});

describe.runIf(canFakeNvml)("MIG devices", () => {
  const scene = `count 2
*.temperature 50
0.mig 3
0.mig_max 7
0.gpm_supported 1
0.nvmlGpmSampleGet 3
0/0.memory_total 10000
0/0.memory_used 2500
0/0.compute 10:2000
0/0.gpm_1 33
0/0.gpm_2 44
0/1.nvmlDeviceGetMigDeviceHandleByIndex 6
0/2.memory_used 7
`;

  test("are listed behind their card, with its number and their own", async () => {
    const { driver } = await openFake(scene);
    expect(driver.devices).toMatchObject([
      { index: 0, uuid: "GPU-00000000" },
      { index: 0, migOf: 0, migIndex: 0, uuid: "MIG-00000000-0000", name: "NVIDIA Fake MIG 1g.10gb" },
      { index: 0, migOf: 0, migIndex: 2, uuid: "MIG-00000000-0002", pciAddress: "0000:01:00.0" },
      { index: 1 },
    ]);
    expect(driver.devices[0]).not.toHaveProperty("migOf");
  });

  test("give what can be told of a part, and say of the rest that it cannot", async () => {
    const { driver, read } = await openFake(scene);
    const readings = read([10]);
    expect(Object.fromEntries(Object.entries(readings).filter(([key]) => key.startsWith("gpu_0_mig_0_")))).toEqual({
      gpu_0_mig_0_lost: 0,
      gpu_0_mig_0_memory_used: 2500,
      gpu_0_mig_0_memory_total: 10000,
      gpu_0_mig_0_memory_reserved: 0,
      gpu_0_mig_0_memory_percent: 25,
      gpu_0_mig_0_workload_processes: 1,
      gpu_0_mig_0_workload_memory_used: 2000,
      gpu_0_mig_0_utilization: 33,
      gpu_0_mig_0_sm_activity: 44,
      gpu_0_mig_0_sm_occupancy: 0,
      gpu_0_mig_0_tensor_activity: 0,
      gpu_0_mig_0_dram_activity: 0,
    });
    expect(readings).toMatchObject({ gpu_0_mig_2_memory_used: 7, gpu_0_temperature: 50, gpu_1_temperature: 50 });
    expect(driver.devices[1]?.unavailable).toEqual([
      {
        state: "unavailable",
        metrics: expect.arrayContaining(["gpu_0_mig_0_temperature", "gpu_0_mig_0_power", "gpu_0_mig_0_energy"]),
        reason: "the driver tells it of the whole card (gpu_0), not of a MIG device",
      },
    ]);
  });

  test("leave their card without a utilization, with the reason", async () => {
    const { read, reasons } = await openFake(scene);
    expect(read()).not.toHaveProperty("gpu_0_utilization");
    expect(reasons()["gpu_0_utilization"]).toMatch(/NOT_SUPPORTED/);
  });

  test("have no utilization before Hopper, and say so", async () => {
    const { read, reasons } = await openFake(scene.replace("gpm_supported 1", "gpm_supported 0"));
    expect(read([10])).not.toHaveProperty("gpu_0_mig_0_utilization");
    expect(reasons()["gpu_0_mig_0_utilization"]).toMatch(/NOT_SUPPORTED/);
  });
});
