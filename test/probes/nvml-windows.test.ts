import { describe, expect, test } from "vitest";

import { canFakeNvml } from "../support/fake-nvml.ts";
import { openFake } from "./nvml-scene.ts";

const pairs = (from: number, values: readonly number[]) =>
  values.map((value, index) => `${from + 1000 * index}:${value}`).join(" ");

describe.runIf(canFakeNvml)("utilization", () => {
  const rates = "0.utilization 97\n0.memory_utilization 40\n";

  test("is the mean of what the driver measured since the last reading, and the highest of it", async () => {
    const { fake, read } = await openFake(`${rates}0.gpu_samples 1000:100 2000:100\n0.memory_samples 1000:9\n`);
    fake.write(`${rates}0.gpu_samples 1000:100 ${pairs(2000, [100, 10, 20, 60])}\n0.memory_samples 1000:9 2000:3\n`);
    expect(read()).toMatchObject({ gpu_0_utilization: 30, gpu_0_utilization_max: 60, gpu_0_memory_utilization: 3 });
    expect(fake.calls("nvmlDeviceGetUtilizationRates")).toBe(0);
  });

  test("is the driver's own average while there is nothing new, and the mean again when there is", async () => {
    const { fake, read, reasons } = await openFake(`${rates}0.gpu_samples 1000:100\n`);
    const dry = read();
    expect(dry).toMatchObject({ gpu_0_utilization: 97, gpu_0_memory_utilization: 40 });
    expect(dry).not.toHaveProperty("gpu_0_utilization_max");
    expect(reasons()).not.toHaveProperty("gpu_0_utilization_max");
    fake.write(`${rates}0.gpu_samples 1000:100 2000:50\n`);
    expect(read()).toMatchObject({ gpu_0_utilization: 50, gpu_0_utilization_max: 50, gpu_0_memory_utilization: 40 });
  });

  test("has no maximum where there is no sample buffer, and a reason for that", async () => {
    const { fake, read, reasons } = await openFake(`${rates}0.nvmlDeviceGetSamples 3\n`);
    expect(read()).toMatchObject({ gpu_0_utilization: 97, gpu_0_memory_utilization: 40 });
    expect(reasons()["gpu_0_utilization_max"]).toMatch(/NOT_SUPPORTED/);
    expect(fake.calls("nvmlDeviceGetSamples")).toBe(2);
  });

  test("is absent with a reason where there is neither", async () => {
    const { fake, read, reasons } = await openFake("0.nvmlDeviceGetSamples 3\n0.nvmlDeviceGetUtilizationRates 3\n");
    const readings = read();
    for (const key of ["gpu_0_utilization", "gpu_0_utilization_max", "gpu_0_memory_utilization"]) {
      expect(readings).not.toHaveProperty(key);
      expect(reasons()[key]).toMatch(/NOT_SUPPORTED/);
    }
    expect(fake.calls("nvmlDeviceGetUtilizationRates")).toBe(1);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])("is read from samples of form %d", async (type) => {
    const { fake, read } = await openFake(`0.sample_type ${type}\n0.gpu_samples 1000:1\n`);
    fake.write(`0.sample_type ${type}\n0.gpu_samples ${pairs(2000, [20, 30])}\n`);
    expect(read()).toMatchObject({ gpu_0_utilization: 25, gpu_0_utilization_max: 30 });
  });

  test("has no use for samples that cannot be", async () => {
    const { fake, read } = await openFake("0.gpu_samples 1000:1\n");
    fake.write(`0.gpu_samples ${pairs(2000, [4711, 40, -1, 101])}\n`);
    expect(read()).toMatchObject({ gpu_0_utilization: 70, gpu_0_utilization_max: 100 });
  });

  test("takes more samples at once than there is room for at first", async () => {
    const { fake, read } = await openFake("0.gpu_samples 1000:1\n");
    fake.write(
      `0.gpu_samples ${pairs(
        2000,
        Array.from({ length: 500 }, (_, index) => (index === 499 ? 80 : 20)),
      )}\n`,
    );
    expect(read()).toMatchObject({ gpu_0_utilization: 20.12, gpu_0_utilization_max: 80 });
  });
});

describe.runIf(canFakeNvml)("throttling", () => {
  test("is the share of the time that the counters have grown by", async () => {
    const { fake, read } = await openFake("0.violation_0 5000000000\n0.violation_1 7000000000\n");
    read();
    fake.write("0.violation_0 5250000000\n0.violation_1 7000000000\n");
    expect(read()).toMatchObject({
      gpu_0_throttled_percent: expect.closeTo(25, 3),
      gpu_0_throttled_power_percent: expect.closeTo(25, 3),
      gpu_0_throttled_thermal_percent: 0,
      gpu_0_throttled_hardware_percent: 0,
    });
    fake.write("0.violation_0 6000000000\n0.violation_1 7500000000\n");
    expect(read([], 1000)).toMatchObject({
      gpu_0_throttled_percent: expect.closeTo(75, 3),
      gpu_0_throttled_power_percent: expect.closeTo(75, 3),
      gpu_0_throttled_thermal_percent: expect.closeTo(50, 3),
    });
    // A counter that begins again, or grows faster than the time.
    fake.write("0.violation_0 0\n0.violation_1 9900000000\n");
    const readings = read([], 1000);
    expect(readings).toMatchObject({ gpu_0_throttled_percent: 100, gpu_0_throttled_thermal_percent: 100 });
    expect(readings).not.toHaveProperty("gpu_0_throttled_power_percent");
  });

  // https://docs.nvidia.com/deploy/nvml-api/ (nvmlClocksEventReasons)
  test.each([
    ["none", 0, 0, 0, 0, 0],
    ["idle", 0x1, 0, 0, 0, 0],
    ["clocks that were set", 0x2, 0, 0, 0, 0],
    ["the power limit", 0x4, 100, 100, 0, 0],
    ["a slow-down by the hardware", 0x8, 100, 0, 0, 100],
    ["in step with other cards", 0x10, 100, 0, 0, 0],
    ["heat, by the driver", 0x20, 100, 0, 100, 0],
    ["heat, by the hardware", 0x48, 100, 0, 100, 100],
    ["the power brake", 0x88, 100, 100, 0, 100],
    ["the clocks of a display", 0x100, 0, 0, 0, 0],
  ])("without counters is told by the reasons of now: %s", async (_, reasons, all, power, thermal, hardware) => {
    const { fake, read } = await openFake(`0.nvmlDeviceGetViolationStatus 3\n0.reasons ${reasons}\n`);
    expect(read()).toMatchObject({
      gpu_0_throttled_percent: all,
      gpu_0_throttled_power_percent: power,
      gpu_0_throttled_thermal_percent: thermal,
      gpu_0_throttled_hardware_percent: hardware,
    });
    expect(fake.calls("nvmlDeviceGetViolationStatus")).toBe(2);
  });

  test("without either is absent, with a reason", async () => {
    const { read, reasons } = await openFake(
      "0.nvmlDeviceGetViolationStatus 3\n0.nvmlDeviceGetCurrentClocksEventReasons 3\n",
    );
    const keys = ["", "_power", "_thermal", "_hardware"].map((part) => `gpu_0_throttled${part}_percent`);
    expect(Object.keys(read()).filter((key) => key.includes("throttled"))).toEqual([]);
    for (const key of keys) expect(reasons()[key]).toMatch(/NOT_SUPPORTED/);
  });
});

describe.runIf(canFakeNvml)("the chip's activity", () => {
  const metrics = "0.gpm_supported 1\n0.gpm_2 70.5\n0.gpm_3 30\n0.gpm_5 100.4\n0.gpm_10 55\n";

  test("is compared with the sample of the reading before, and a reading that fails is one of the two", async () => {
    const { fake, read } = await openFake(metrics);
    const values = {
      gpu_0_sm_activity: 70.5,
      gpu_0_sm_occupancy: 30,
      gpu_0_tensor_activity: 100,
      gpu_0_dram_activity: 55,
    };
    expect(read()).toMatchObject(values);
    expect(read()).toMatchObject(values);
    fake.write(`${metrics}0.nvmlGpmSampleGet 999\n`);
    expect(read()).not.toHaveProperty("gpu_0_sm_activity");
    fake.write(metrics);
    expect(read()).not.toHaveProperty("gpu_0_sm_activity");
    expect(read()).toMatchObject(values);
    expect(fake.calls("nvmlGpmSampleAlloc")).toBe(2);
  });

  test("is not compared over less than a tenth of a second, but over the whole time after it", async () => {
    const { fake, read } = await openFake(metrics);
    read();
    const calls = fake.calls("nvmlGpmSampleGet");
    expect(read([], 30)).not.toHaveProperty("gpu_0_sm_activity");
    expect(read([], 30)).not.toHaveProperty("gpu_0_sm_activity");
    expect(fake.calls("nvmlGpmSampleGet")).toBe(calls);
    expect(read([], 40)).toHaveProperty("gpu_0_sm_activity");
  });

  test("is absent with a reason on a card before Hopper", async () => {
    const { fake, read, reasons } = await openFake("0.gpm_supported 0\n");
    expect(read()).not.toHaveProperty("gpu_0_sm_activity");
    expect(reasons()["gpu_0_tensor_activity"]).toMatch(/NOT_SUPPORTED/);
    expect(fake.calls("nvmlGpmSampleGet")).toBe(0);
  });

  test("gives its memory back", async () => {
    const { driver, fake } = await openFake(metrics);
    driver.close();
    expect([fake.calls("nvmlGpmSampleFree"), fake.calls("nvmlShutdown")]).toEqual([2, 1]);
  });
});
