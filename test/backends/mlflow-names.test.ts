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

test("power has MLflow's name, and its share of the limit beside it where there is one", () => {
  const metrics = {
    gpu_0_power: 350,
    gpu_0_power_limit: 700,
    gpu_1_power: 70,
    gpu_2_power: 5,
    gpu_2_power_limit: 0,
    gpu_0_mig_1_memory_used: 3,
  };
  const series = systemSeries({ index: 0, timestamp: 1, metrics, max: { gpu_0_power: 700 } }, new Map());
  expect(Object.fromEntries(series)).toEqual({
    "system/gpu_0_power_usage_watts": 350,
    "system/gpu_0_power_usage_watts_max": 700,
    "system/gpu_0_power_usage_percentage": 50,
    "system/gpu_0_power_usage_percentage_max": 100,
    "system/gpu_0_power_limit": 700,
    "system/gpu_1_power_usage_watts": 70,
    "system/gpu_2_power_usage_watts": 5,
    "system/gpu_2_power_limit": 0,
    "system/gpu_0_mig_1_memory_used": 3,
  });
});
