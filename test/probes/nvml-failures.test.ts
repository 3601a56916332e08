import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { canFakeNvml } from "../support/fake-nvml.ts";
import { CARD, CARD_READINGS, openFake } from "./nvml-scene.ts";

/** The functions of NVML that ask one device, and the keys that are absent without them, each without its prefix. */
const ASKED: readonly (readonly [name: string, ...keys: string[]])[] = [
  ["nvmlDeviceGetSamples"],
  ["nvmlDeviceGetMemoryInfo_v2", "memory_reserved"],
  ["nvmlDeviceGetMemoryInfo"],
  ["nvmlDeviceGetTemperature"],
  ["nvmlDeviceGetPowerUsage", "power"],
  ["nvmlDeviceGetEnforcedPowerLimit"],
  ["nvmlDeviceGetClockInfo", "clock_sm", "clock_memory"],
  ["nvmlDeviceGetTotalEnergyConsumption", "energy"],
  ["nvmlDeviceGetViolationStatus"],
  ["nvmlDeviceGetCurrentClocksEventReasons", "throttled_hardware_percent"],
  ["nvmlDeviceGetTotalEccErrors", "ecc_errors_corrected", "ecc_errors_uncorrected"],
  ["nvmlDeviceGetFanSpeed", "fan_speed"],
  ["nvmlDeviceGetCurrPcieLinkGeneration", "pcie_link_generation"],
  ["nvmlDeviceGetCurrPcieLinkWidth", "pcie_link_width"],
  ["nvmlDeviceGetComputeRunningProcesses_v3"],
  ["nvmlDeviceGetGraphicsRunningProcesses_v3"],
  ["nvmlDeviceGetMPSComputeRunningProcesses_v3"],
  ["nvmlGpmQueryDeviceSupport", "sm_activity", "sm_occupancy", "tensor_activity", "dram_activity"],
  ["nvmlGpmSampleGet", "sm_activity", "sm_occupancy", "tensor_activity", "dram_activity"],
  ["nvmlGpmMetricsGet", "sm_activity", "sm_occupancy", "tensor_activity", "dram_activity"],
];
const NOT_SUPPORTED = 3;
const FOR_GOOD = [2, 3, 4, 13, 25, 26];
const FOR_NOW = [6, 7, 8, 10, 11, 14, 17, 18, 19, 20, 21, 27, 999, 4711];

describe.runIf(canFakeNvml)("of a card", () => {
  test.each(ASKED)("%s that is not supported hides nothing but %s", async (name, ...keys) => {
    const { fake, read, reasons } = await openFake(`${CARD}0.${name} ${NOT_SUPPORTED}\n`);
    read();
    const calls = fake.calls(name);
    const readings = read();
    const absent = Object.keys(CARD_READINGS).filter((key) => !(key in readings));
    const expected = keys.map((key) => `gpu_0_${key}`);
    expect(absent.sort()).toEqual(expected.sort());
    for (const key of expected) {
      expect(reasons()[key]).toBe("this card or its driver cannot tell it (NVML_ERROR_NOT_SUPPORTED)");
    }
    // It is not asked again.
    expect(fake.calls(name)).toBe(calls);
  });

  test.each(FOR_GOOD)("what fails for good with %d is not asked again, and has a reason", async (code) => {
    const { fake, read, reasons } = await openFake(`${CARD}0.nvmlDeviceGetPowerUsage ${code}\n`);
    fake.write(CARD);
    expect(read()).not.toHaveProperty("gpu_0_power");
    expect(fake.calls("nvmlDeviceGetPowerUsage")).toBe(1);
    expect(reasons()["gpu_0_power"]).toMatch(/\(NVML_ERROR_[A-Z_]+\)$/);
  });

  test.each(FOR_NOW)("what fails for now with %d is asked at the next reading", async (code) => {
    const { fake, read, reasons } = await openFake(`${CARD}0.nvmlDeviceGetPowerUsage ${code}\n`);
    expect(read()).not.toHaveProperty("gpu_0_power");
    fake.write(CARD);
    expect(read()["gpu_0_power"]).toBe(412.345);
    expect(reasons()).toEqual({});
  });

  test("whatever its functions return, each number is possible, and each key is read, has a reason or is for later", async () => {
    const code = fc.constantFrom(0, 0, 0, ...FOR_GOOD, ...FOR_NOW, 15, 16);
    const codes = fc.array(fc.tuple(fc.constantFrom(...namesInFixture()), code), { maxLength: 12 });
    const numbers = fc.array(fc.tuple(fc.constantFrom(...fieldsInFixture()), fc.double({ noDefaultInfinity: true })));
    await fc.assert(
      fc.asyncProperty(codes, codes, numbers, async (first, later, values) => {
        const text = (pairs: readonly (readonly [string, number])[]) =>
          pairs.map(([name, value]) => `0.${name} ${value}\n`).join("");
        const { fake, read, reasons } = await openFake(CARD + text(first));
        for (const change of [text(first), text(later), text(values) + text(later)]) {
          fake.write(CARD + change);
          const readings = read();
          expect(Object.entries(readings).filter(([key, value]) => !isPossible(key, value))).toEqual([]);
          for (const key of Object.keys(reasons())) expect(readings).not.toHaveProperty(key);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([15, 16])("that is lost (%d), nothing is said but that, and the others go on", async (code) => {
    const cards = "count 2\n*.temperature 50\n";
    const { fake, read, reasons } = await openFake(cards);
    expect(read()).toMatchObject({ gpu_0_lost: 0, gpu_0_temperature: 50, gpu_1_lost: 0, gpu_1_temperature: 50 });
    fake.write(`${cards}0.nvmlDeviceGetFanSpeed ${code}\n`);
    const readings = read();
    expect(Object.keys(readings).filter((key) => key.startsWith("gpu_0_"))).toEqual(["gpu_0_lost"]);
    expect(readings).toMatchObject({ gpu_0_lost: 1, gpu_1_lost: 0, gpu_1_temperature: 50 });
    expect(reasons()["gpu_0_temperature"]).toMatch(/NVML_ERROR_(GPU_IS_LOST|RESET_REQUIRED)/);
    // It is not asked any more, whatever it would say.
    const calls = fake.calls("nvmlDeviceGetTemperature");
    fake.write(cards);
    expect(read()).toMatchObject({ gpu_0_lost: 1, gpu_1_temperature: 50 });
    expect(fake.calls("nvmlDeviceGetTemperature")).toBe(calls + 1);
  });

  test("that is lost or closed to us from the beginning, the others keep their numbers", async () => {
    const { driver, read } = await openFake(
      "count 3\n*.temperature 50\n*.gpm_supported 1\n0.nvmlDeviceGetHandleByIndex_v2 15\n1.nvmlDeviceGetHandleByIndex_v2 4\n",
    );
    const readings = read();
    expect(readings).toMatchObject({ gpu_0_lost: 1, gpu_2_temperature: 50 });
    expect(Object.keys(readings).filter((key) => key.startsWith("gpu_1_"))).toEqual([]);
    expect(driver.devices.map(({ unavailable }) => unavailable[0]?.state)).toEqual([
      "failed",
      "unavailable",
      undefined,
    ]);
  });
});

describe.runIf(canFakeNvml)("a driver that was restarted", () => {
  test("is opened again, a bounded number of times, with new handles", async () => {
    const { fake, read } = await openFake(CARD);
    expect(read()).toEqual(CARD_READINGS);
    fake.write(`boot 2\n${CARD}`);
    expect(read()).toEqual({});
    expect(read()).toMatchObject({ gpu_0_temperature: 61 });
    expect(fake.calls("nvmlInit_v2")).toBe(2);
    fake.write(`boot 3\n${CARD}nvmlInit_v2 9\n`);
    for (let reading = 0; reading < 100; reading += 1) expect(read([4711], 2000)).toEqual({});
    expect(fake.calls("nvmlInit_v2")).toBe(11);
  });

  test("is not taken for the old one when it has other cards", async () => {
    const { fake, read } = await openFake(CARD);
    fake.write(`boot 2\n${CARD}0.uuid GPU-other\n`);
    for (let reading = 0; reading < 10; reading += 1) expect(read()).not.toHaveProperty("gpu_0_temperature");
  });
});

function isPossible(key: string, value: unknown): boolean {
  if (!/^gpu_0_[a-z_]+$/.test(key) || typeof value !== "number" || !Number.isFinite(value)) return false;
  if (/percent|utilization|activity|occupancy/.test(key) && value > 100) return false;
  return key === "gpu_0_temperature" || value >= 0;
}

function namesInFixture(): string[] {
  return listInFixture("FUNCTIONS").filter((name) => /^nvml(Device|Gpm)/.test(name));
}

function fieldsInFixture(): string[] {
  return listInFixture("FIELDS").filter((name) => !/^(mig|process_bytes|new_samples)/.test(name));
}

/** What a macro of the library lists. */
function listInFixture(macro: string): string[] {
  const source = readFileSync(new URL("../fixtures/nvml/fake-nvml.c", import.meta.url), "utf8");
  const list = new RegExp(`#define ${macro}\\(X\\)((?:.*\\\\\\n)*.*)`).exec(source)?.[1] ?? "";
  return [...list.matchAll(/X\((\w+)\)/g)].map(([, name]) => name ?? "");
}
