import { onTestFinished } from "vitest";

import { openNvmlHere } from "../../src/probes/nvml-here.ts";
import { isReason } from "../../src/probes/readings.ts";
import { fakeNvml } from "../support/fake-nvml.ts";
import { byKey } from "./tree.ts";

/** One card that tells everything. */
export const CARD = `
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
0.gpu_samples 1000:10
0.memory_samples 1000:10
0.compute 4711:1073741824
0.gpm_supported 1
0.gpm_1 80
0.gpm_2 70.5
0.gpm_3 30
0.gpm_5 20
0.gpm_10 55
`;

/** What comes of it at the second look, for the process 4711. */
export const CARD_READINGS = {
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
  gpu_0_energy: 0,
  gpu_0_throttled_percent: 0,
  gpu_0_throttled_power_percent: 0,
  gpu_0_throttled_thermal_percent: 0,
  gpu_0_throttled_hardware_percent: 0,
  gpu_0_workload_processes: 1,
  gpu_0_workload_memory_used: 1073741824,
  gpu_0_sm_activity: 70.5,
  gpu_0_sm_occupancy: 30,
  gpu_0_tensor_activity: 20,
  gpu_0_dram_activity: 55,
};

/** A driver that answers with this text, opened for one test in the test's own thread. */
export async function openFake(text: string, age: "new" | "old" = "new") {
  const fake = await fakeNvml(text, age);
  const driver = await openNvmlHere({ platform: "linux", library: fake.path });
  if (isReason(driver)) throw new Error(driver.reason);
  onTestFinished(() => driver.close());
  let now = performance.now();
  return {
    fake,
    driver,
    /** Reads all devices, so many milliseconds after the last time. */
    read: (pids: readonly number[] = [4711], milliseconds = 1000): Record<string, unknown> => {
      now += milliseconds;
      return byKey(driver.devices.flatMap((device) => device.sample(now, new Set(pids))));
    },
    /** The keys that have a reason, with it. */
    reasons: (): Record<string, string> => {
      const all = driver.devices.flatMap((device) => device.unavailable);
      return Object.fromEntries(all.flatMap(({ metrics, reason }) => metrics.map((key) => [key, reason])));
    },
  };
}
