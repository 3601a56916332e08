import { writeFile } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { openNvmlHere } from "../../src/probes/nvml-here.ts";
import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";
import { makeHost } from "./tree.ts";
import { CARD, CARD_READINGS, openFake } from "./nvml-scene.ts";

const without = (readings: object, ...keys: string[]) =>
  Object.fromEntries(Object.entries(readings).filter(([key]) => !keys.includes(key)));

describe.runIf(canFakeNvml)("nvml", () => {
  test("gives every number of a card in the units of the keys", async () => {
    const { driver, read, reasons } = await openFake(CARD);
    expect(driver).toMatchObject({ driverVersion: "550.54.15", cudaVersion: "12.4" });
    expect(driver.devices).toMatchObject([
      { index: 0, vendor: "nvidia", name: "NVIDIA H100 80GB HBM3", uuid: "GPU-4f1b7e2a", pciAddress: "0000:c1:00.0" },
    ]);
    expect(read()).toEqual(CARD_READINGS);
    expect(read()).toEqual(CARD_READINGS);
    expect(reasons()).toEqual({});
  });

  test("gives eight cards, each its own, and asks for them by handles that are got once", async () => {
    const { driver, fake, read } = await openFake(
      `count 8\n${Array.from({ length: 8 }, (_, index) => `${index}.temperature ${40 + index}`).join("\n")}\n`,
    );
    const readings = read();
    expect(driver.devices.map(({ index, pciAddress }) => [index, pciAddress])).toEqual(
      Array.from({ length: 8 }, (_, index) => [index, `0000:0${index + 1}:00.0`]),
    );
    expect(Array.from({ length: 8 }, (_, index) => readings[`gpu_${index}_temperature`])).toEqual([
      40, 41, 42, 43, 44, 45, 46, 47,
    ]);
    read();
    expect(fake.calls("nvmlInit_v2")).toBe(1);
    expect(fake.calls("nvmlDeviceGetHandleByIndex_v2")).toBe(8);
    expect(fake.calls("nvmlShutdown")).toBe(0);
  });

  test("a machine without cards has none", async () => {
    expect((await openFake("count 0\n")).driver.devices).toEqual([]);
  });

  test("what the driver has no value for is absent, and so is what cannot be", async () => {
    const none = "temperature power power_limit clock_1 clock_2 energy ecc_0 ecc_1 fan_speed reasons pcie_generation";
    const text = none.split(" ").map((field) => `0.${field} -1\n`);
    const { read } = await openFake(
      `${CARD}${text.join("")}0.utilization 4711\n0.memory_used 85899345921\n0.gpm_3 nan\n`,
    );
    expect(Object.keys(read()).sort()).toEqual(
      Object.keys(
        without(
          CARD_READINGS,
          ..."temperature power power_limit clock_sm clock_memory energy ecc_errors_corrected ecc_errors_uncorrected"
            .split(" ")
            .map((key) => `gpu_0_${key}`),
          ..."fan_speed pcie_link_generation utilization memory_used memory_percent sm_occupancy"
            .split(" ")
            .map((key) => `gpu_0_${key}`),
          "gpu_0_throttled_hardware_percent",
        ),
      ).sort(),
    );
  });

  test("a fan that is faster than its maker thinks quiet has 100", async () => {
    expect((await openFake(`${CARD}0.fan_speed 130\n`)).read()["gpu_0_fan_speed"]).toBe(100);
  });

  test("energy is counted from the first reading, also over a driver that was loaded again", async () => {
    const { fake, read } = await openFake("0.energy 5000\n");
    const energies = [7500, 10_000, 2000, 3000].map((energy) => {
      fake.write(`0.energy ${energy}\n`);
      return read()["gpu_0_energy"];
    });
    expect(energies).toEqual([2.5, 5, 7, 8]);
  });

  test("an old driver gives what it has by its older functions", async () => {
    const { driver, read, reasons } = await openFake(`driver 390.157\ncuda 9010\n${CARD}`, "old");
    expect(driver).toMatchObject({ driverVersion: "390.157", cudaVersion: "9.1" });
    expect(driver.devices).toMatchObject([{ name: "NVIDIA H100 80GB HBM3", pciAddress: "0000:c1:00.0" }]);
    const newer = ["energy", "memory_reserved", "sm_activity", "sm_occupancy", "tensor_activity", "dram_activity"];
    const keys = newer.map((key) => `gpu_0_${key}`);
    expect(read()).toEqual({
      ...without(CARD_READINGS, ...keys),
      // It does not tell apart what the driver keeps for itself.
      gpu_0_memory_used: 21474836480 + 536870912,
      gpu_0_memory_percent: (100 * (21474836480 + 536870912)) / 85899345920,
    });
    expect(reasons()).toEqual(
      Object.fromEntries(keys.map((key) => [key, "this driver is too old to tell it (NVML_ERROR_FUNCTION_NOT_FOUND)"])),
    );
  });

  test("a driver that has dropped an old function is asked by the new one, below zero as well", async () => {
    const { read } = await openFake("0.nvmlDeviceGetTemperature 26\n0.temperature -5\n");
    expect(read()["gpu_0_temperature"]).toBe(-5);
  });
});

describe.runIf(canFakeNvml)("nvml does not open, and says why,", () => {
  test.each([
    [1, "failed", "NVML_ERROR_UNINITIALIZED", /^none$/],
    [4, "failed", "does not let this user", /\/dev\/nvidia/],
    [9, "failed", "not loaded", /modprobe nvidia/],
    [12, "failed", "NVML_ERROR_LIBRARY_NOT_FOUND", /^none$/],
    [15, "failed", "fallen off the bus", /dmesg/],
    [17, "failed", "NVML_ERROR_OPERATING_SYSTEM", /^none$/],
    [18, "failed", "different versions", /restart the machine/],
    [999, "failed", "NVML_ERROR_UNKNOWN", /^none$/],
    [4711, "failed", "unknown reason (NVML_ERROR_4711)", /^none$/],
  ])("where its begin returns %d", async (code, state, reason, hint) => {
    const fake = await fakeNvml(`nvmlInit_v2 ${code}\n`);
    const opened = await openNvmlHere({ platform: "linux", library: fake.path });
    expect(opened).toMatchObject({ state, reason: expect.stringContaining(reason) });
    expect("hint" in opened ? opened.hint : "none").toMatch(hint);
  });

  test("where the driver does not count its cards", async () => {
    const fake = await fakeNvml("nvmlDeviceGetCount_v2 999\n");
    expect(await openNvmlHere({ platform: "linux", library: fake.path })).toMatchObject({ state: "failed" });
    expect(fake.calls("nvmlShutdown")).toBe(1);
  });

  test("where there is no library, one that does not load, or no driver for the system", async () => {
    const { root } = await makeHost();
    const library = `${root}/libnvidia-ml.so.1`;
    expect(await openNvmlHere({ platform: "linux", library })).toEqual({
      state: "unavailable",
      metrics: [],
      reason: `${library} (NVML) is in none of the usual places`,
      hint: "in a container, start it with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=utility",
    });
    await writeFile(library, "not a library");
    expect(await openNvmlHere({ platform: "linux", library })).toMatchObject({
      state: "failed",
      reason: expect.stringContaining(`${library} does not load`),
    });
    expect(await openNvmlHere({ platform: "darwin" })).toMatchObject({
      state: "unavailable",
      reason: "NVIDIA has no driver for darwin",
    });
  });
});
