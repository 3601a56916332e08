import { expect, test } from "vitest";

import type { GpuDrivers } from "../../src/probes/gpu-drivers.ts";
import { withPatience } from "../../src/probes/gpu-late-drivers.ts";

const OPEN: GpuDrivers = {
  devices: [{ index: 0, vendor: "nvidia", unavailable: [], sample: () => [], close: () => undefined }],
  count: 1,
  failure: undefined,
  silence: undefined,
  notes: ["through NVML"],
  driverVersion: "550",
  cudaVersion: "12.4",
  look: () => undefined,
  close: () => undefined,
};

test("drivers that are open in time are what they are", async () => {
  expect(await withPatience(Promise.resolve(OPEN), 1000, () => 0)).toBe(OPEN);
});

test("late ones have no devices until they are open, and are worth a word after a while", async () => {
  let at = 0;
  const { promise, resolve } = deferred();
  const late = await withPatience(promise, 1, () => at);
  expect([late.devices, late.count, late.silence, late.failure]).toEqual([[], undefined, undefined, undefined]);
  at = 20_000;
  expect(late.silence).toBe("the driver has not answered yet");
  resolve(OPEN);
  await promise;
  expect([late.devices.length, late.count, late.silence, late.driverVersion]).toEqual([1, 1, undefined, "550"]);
});

test("one that is open when nobody wants it any more is closed", async () => {
  let closed = 0;
  const { promise, resolve } = deferred();
  const late = await withPatience(promise, 1, () => 0);
  late.close();
  resolve({ ...OPEN, close: () => (closed += 1) });
  await promise;
  expect(closed).toBe(1);
});

test("one that cannot be opened at all says why", async () => {
  const { promise, reject } = deferred();
  const late = await withPatience(promise, 1, () => 0);
  reject(new Error("broken"));
  await promise.catch(() => undefined);
  expect(late.silence).toBe("Error: broken");
});

function deferred() {
  let resolve: (drivers: GpuDrivers) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<GpuDrivers>((whenOpen, whenBroken) => {
    resolve = whenOpen;
    reject = whenBroken;
  });
  return { promise, resolve, reject };
}
