import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createSamplingCost } from "../../src/watch/sampling-cost.ts";

test("what is computed in a sample counts, and what is computed between two does not", async () => {
  const cost = createSamplingCost("/nowhere");
  compute(60);
  expect(cost.used()).toBe(0);
  await cost.measure(async () => compute(60));
  expect(cost.used()).toBeGreaterThanOrEqual(60);
  const used = cost.used();
  compute(60);
  expect(cost.used()).toBe(used);
});

test("a sample that fails has cost what it has cost", async () => {
  const cost = createSamplingCost("/nowhere");
  const failing = cost.measure(async () => {
    compute(30);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(cost.used()).toBeGreaterThanOrEqual(30);
});

test.runIf(process.platform === "linux")("programs count when they have ended", () => {
  const cost = createSamplingCost("/proc");
  const burn = "const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);";
  spawnSync(process.execPath, ["-e", burn]);
  expect(cost.used()).toBeGreaterThanOrEqual(180);
  expect(cost.used()).toBeLessThan(2000);
});

/** Milliseconds of CPU time. */
function compute(milliseconds: number): void {
  const started = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(started);
    if (user + system >= milliseconds * 1000) return;
  }
}
