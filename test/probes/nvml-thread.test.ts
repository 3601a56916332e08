import { describe, expect, onTestFinished, test } from "vitest";

import { openNvml } from "../../src/probes/nvml.ts";
import { openNvmlHere } from "../../src/probes/nvml-here.ts";
import { isReason } from "../../src/probes/readings.ts";
import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";

/** Milliseconds that a driver which hangs is waited for; one that does not has a minute. */
const PATIENCE = 1000;

describe.runIf(canFakeNvml)("nvml in its thread", () => {
  test("gives what the driver gives", async () => {
    const { driver, fake } = await open("count 2\n*.temperature 60\n1/0.memory_used 5\n1.mig 1\n0.compute 7:100\n");
    const here = await openNvmlHere({ platform: "linux", library: fake.path });
    if (isReason(here)) throw new Error(here.reason);
    onTestFinished(() => here.close());
    const plain = (device: object) => JSON.parse(JSON.stringify({ ...device, keys: undefined }));
    expect(driver.devices.map(plain)).toEqual(here.devices.map(plain));
    for (const [index, device] of driver.devices.entries()) {
      expect(device.sample(1000, new Set([7]))).toEqual(
        expect.arrayContaining(here.devices[index]?.sample(1000, new Set([7])) ?? []),
      );
    }
    expect(driver.failure).toBeUndefined();
  });

  test("asks once for all devices that were read the time before, and for no others", async () => {
    const { driver, fake } = await open("count 4\n");
    const asked = () => fake.calls("nvmlDeviceGetTemperature");
    const read = (now: number, ...indices: number[]) =>
      indices.map((index) => driver.devices[index]?.sample(now, new Set()).length ?? 0);
    const before = asked();
    expect(read(1000, 1, 2).every((count) => count > 0)).toBe(true);
    expect(asked() - before).toBe(2);
    expect(read(2000, 1, 2).every((count) => count > 0)).toBe(true);
    expect(asked() - before).toBe(4);
    expect(read(3000, 1, 1, 3).every((count) => count > 0)).toBe(true);
    expect(asked() - before).toBe(7);
  });

  test("the first window begins when it was opened, by the clock of those who ask", async () => {
    const before = performance.now();
    const { driver, fake } = await open("0.violation_0 0\n");
    const after = performance.now();
    const held = 5000;
    fake.write(`0.violation_0 ${held * 1e6}\n`);
    const readings = driver.devices[0]?.sample(after + 10_000, new Set());
    const share = readings?.find(({ key }) => key === "gpu_0_throttled_power_percent")?.value;
    expect(share).toBeGreaterThan((100 * held) / (after + 10_000 - before) - 0.01);
    expect(share).toBeLessThan((100 * held) / 10_000 + 0.01);
  });

  test("a call that hangs holds a reading up once, and is said", async () => {
    const { driver, fake } = await open("*.temperature 60\n", PATIENCE);
    const [device] = driver.devices;
    expect(device?.sample(1000, new Set()).length).toBeGreaterThan(5);
    fake.write("*.temperature 60\n0.nvmlDeviceGetPowerUsage hang\n");
    const [first, waited] = timed(() => device?.sample(2000, new Set()));
    expect(first).toEqual([]);
    expect(waited).toBeGreaterThan(PATIENCE - 10);
    expect(driver.failure).toBe(`the driver did not answer within ${PATIENCE} ms, and has not since`);
    const [again, milliseconds] = timed(() => device?.sample(3000, new Set()));
    expect(again).toEqual([]);
    expect(milliseconds).toBeLessThan(PATIENCE / 2);
  });

  test("a call that was slow is no failure any more once it has returned", async () => {
    const { driver, fake } = await open("*.temperature 60\n", PATIENCE);
    const [device] = driver.devices;
    fake.write("*.temperature 60\n0.nvmlDeviceGetPowerUsage pause\n");
    expect(device?.sample(1000, new Set())).toEqual([]);
    expect(driver.failure).toBeDefined();
    fake.write("*.temperature 61\n");
    await expect.poll(() => driver.failure).toBeUndefined();
    expect(device?.sample(2000, new Set())).toContainEqual({ key: "gpu_0_temperature", value: 61 });
  });

  test("does not wait for ever for a driver that hangs at its begin", async () => {
    const fake = await fakeNvml("nvmlInit_v2 hang\n");
    expect(await openNvml({ platform: "linux", library: fake.path }, { opening: 500, reading: 500 })).toMatchObject({
      state: "failed",
      reason: "the driver did not answer within 500 ms",
    });
  });

  test("says why there is no driver", async () => {
    const fake = await fakeNvml("nvmlInit_v2 18\n");
    expect(await openNvml({ platform: "linux", library: fake.path })).toMatchObject({ state: "failed" });
    expect(await openNvml({ platform: "darwin" })).toMatchObject({ state: "unavailable" });
  });
});

async function open(text: string, patience = 60_000) {
  const fake = await fakeNvml(text);
  const opened = await openNvml({ platform: "linux", library: fake.path }, { opening: 60_000, reading: patience });
  if (isReason(opened)) throw new Error(opened.reason);
  onTestFinished(() => opened.close());
  return { driver: opened, fake };
}

function timed<Value>(act: () => Value): [Value, number] {
  const before = performance.now();
  const value = act();
  return [value, performance.now() - before];
}
