import { describe, expect, onTestFinished, test } from "vitest";

import type { GpuDriver } from "../../src/probes/gpu-device.ts";
import { openNvmlHere } from "../../src/probes/nvml-here.ts";
import { isReason } from "../../src/probes/readings.ts";
import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";
import { byKey } from "./tree.ts";

const CARD = `
0.name NVIDIA H100 80GB HBM3
0.uuid GPU-4f1b7e2a
0.bus 193
0.temperature 61
0.power 412345
0.power_limit 700000
0.clock_1 1980
0.clock_2 2619
0.energy 9000000000000
0.ecc_0 3
0.ecc_1 1
0.fan_speed 35
0.memory_total 85899345920
0.memory_used 21474836480
0.memory_reserved 536870912
0.utilization 97
0.memory_utilization 40
`;

describe.runIf(canFakeNvml)("nvml", () => {
  test("gives every number of a card in the units of the keys", async () => {
    const { driver, fake } = await open(CARD);
    expect(driver).toMatchObject({ driverVersion: "550.54.15", cudaVersion: "12.4" });
    expect(driver.devices).toMatchObject([
      { index: 0, vendor: "nvidia", name: "NVIDIA H100 80GB HBM3", uuid: "GPU-4f1b7e2a", pciAddress: "0000:c1:00.0" },
    ]);
    fake.write(`${CARD}0.energy 9000000412345`);
    expect(read(driver)).toEqual({
      gpu_0_lost: 0,
      gpu_0_utilization: 97,
      gpu_0_memory_utilization: 40,
      gpu_0_memory_used: 21474836480,
      gpu_0_memory_total: 85899345920,
      gpu_0_memory_reserved: 536870912,
      gpu_0_memory_percent: 25,
      gpu_0_temperature: 61,
      gpu_0_power: 412.345,
      gpu_0_power_limit: 700,
      gpu_0_clock_sm: 1980,
      gpu_0_clock_memory: 2619,
      gpu_0_ecc_errors_corrected: 3,
      gpu_0_ecc_errors_uncorrected: 1,
      gpu_0_fan_speed: 35,
      gpu_0_pcie_link_generation: 5,
      gpu_0_pcie_link_width: 16,
      gpu_0_energy: 412.345,
      gpu_0_throttled_percent: 0,
      gpu_0_throttled_power_percent: 0,
      gpu_0_throttled_thermal_percent: 0,
      gpu_0_throttled_hardware_percent: 0,
    });
  });
});

async function open(text: string, age: "new" | "old" = "new") {
  const fake = await fakeNvml(text, age);
  const opened = await openNvmlHere({ platform: "linux", library: fake.path });
  if (isReason(opened)) throw new Error(opened.reason);
  onTestFinished(() => opened.close());
  clock = performance.now();
  return { driver: opened, fake };
}

let clock = 0;

/** One reading, a second after the last. */
function read(driver: GpuDriver, pids: readonly number[] = [], milliseconds = 1000): Record<string, unknown> {
  clock += milliseconds;
  return byKey(driver.devices.flatMap((device) => device.sample(clock, new Set(pids))));
}
