import { expect, test } from "vitest";
import { systemSeries } from "../../src/backends/mlflow-names.ts";

test("a point that stands for several samples has the highest value beside it, under the name and in the unit of the series", () => {
  const metrics = { cpu_percent: 40, memory_used: 2e6, network_bytes_sent: 15e6, gpu_0_utilization: 5, custom: 1 };
  const max = { cpu_percent: 80, memory_used: 3e6, network_bytes_sent: 20e6, gpu_0_utilization: 9, custom: 2 };
  const starts = new Map([["network_bytes_sent", 10e6]]);
  expect(Object.fromEntries(systemSeries({ index: 2000, timestamp: 1, metrics, max }, starts))).toEqual({
    "system/cpu_utilization_percentage": 40,
    "system/cpu_utilization_percentage_max": 80,
    "system/system_memory_usage_megabytes": 2,
    "system/system_memory_usage_megabytes_max": 3,
    "system/network_transmit_megabytes": 5,
    "system/network_transmit_megabytes_max": 10,
    "system/gpu_0_utilization_percentage": 5,
    "system/gpu_0_utilization_percentage_max": 9,
    "system/custom": 1,
    "system/custom_max": 2,
  });
});
