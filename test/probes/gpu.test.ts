import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import type { Host } from "../../src/model/probe.ts";
import { parseCount } from "../../src/probes/gpu-amd.ts";
import { parseNvidiaModel } from "../../src/probes/gpu-cards.ts";
import { gpu } from "../../src/probes/gpu.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

describe("gpu", () => {
  test("a machine without any has none", async () => {
    const { opened, readings } = await read(fixtureHost("vm"));
    expect(readings).toEqual({ gpu_count: 0 });
    expect(opened.unavailable).toEqual([]);
  });

  test("AMD cards are read, and other display controllers are not counted", async () => {
    const { opened, readings } = await read(fixtureHost("amd-gpu"));
    expect(readings).toEqual({
      gpu_count: 2,
      gpu_0_utilization: 43,
      gpu_0_memory_used: 8589934592,
      gpu_0_memory_total: 68702699520,
      gpu_0_memory_percent: (100 * 8589934592) / 68702699520,
      gpu_0_temperature: 61,
      gpu_1_utilization: 0,
      gpu_1_memory_used: 292814848,
      gpu_1_memory_total: 68702699520,
      gpu_1_memory_percent: (100 * 292814848) / 68702699520,
      gpu_1_temperature: 61,
    });
    expect(opened.unavailable).toEqual([]);
  });

  test("a card that sleeps is left alone, and what a card lacks has a reason", async () => {
    const device = "sys/class/drm/card0/device";
    const { host, write } = await makeHost({
      "proc/stat": "",
      [`${device}/vendor`]: "0x1002\n",
      [`${device}/gpu_busy_percent`]: "7\n",
      [`${device}/power/runtime_status`]: "suspended\n",
      [`${device}/hwmon/hwmon1/temp1_input`]: "70000\n",
      [`${device}/hwmon/hwmon1/temp2_input`]: "50000\n",
      [`${device}/hwmon/hwmon1/temp2_label`]: "edge\n",
    });
    const { opened, readings } = await read(host);
    expect(readings).toEqual({ gpu_count: 1 });
    expect(opened.unavailable?.flatMap(({ metrics }) => metrics)).toEqual([
      "gpu_0_memory_used",
      "gpu_0_memory_percent",
      "gpu_0_memory_total",
      "gpu_0_memory_percent",
    ]);
    await write(`${device}/power/runtime_status`, "active\n");
    expect(byKey(await opened.sample({ ownPids: [] }))).toEqual({
      gpu_count: 1,
      gpu_0_utilization: 7,
      gpu_0_temperature: 50,
    });
  });

  test("NVIDIA cards are counted, and each says that it is not read", async () => {
    const { host } = await makeHost({
      "proc/stat": "",
      "sys/class/.keep": "",
      "proc/driver/nvidia/gpus/0000:0a:00.0/information": "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 12\n",
      "proc/driver/nvidia/gpus/0000:1a:00.0/information": "",
    });
    const { opened, readings } = await read(host);
    expect(readings).toEqual({ gpu_count: 2 });
    expect(opened.unavailable).toMatchObject([
      { state: "unavailable", reason: expect.stringContaining("NVIDIA H100 80GB HBM3") },
      { metrics: expect.arrayContaining(["gpu_1_utilization", "gpu_1_temperature"]) },
    ]);
  });

  test("a driver that shows no card gives a reason instead of a count of zero", async () => {
    const { host } = await makeHost({ "proc/stat": "", "sys/class/.keep": "", "proc/driver/nvidia/version": "x" });
    const { opened, readings } = await read(host);
    expect(readings).toEqual({});
    expect(opened.unavailable).toMatchObject([{ metrics: ["gpu_count"], hint: expect.any(String) }]);
  });

  test.each([
    ["", undefined],
    ["x", undefined],
    ["-1", undefined],
    ["12\n", 12],
  ])("%j is the count %s", (text, count) => {
    expect(parseCount(text)).toBe(count);
  });

  test.each([
    ["", undefined],
    ["Model:\n", undefined],
    ["IRQ: 1\nModel: \t A B \n", "A B"],
  ])("%j is of the model %s", (text, model) => {
    expect(parseNvidiaModel(text)).toBe(model);
  });
});

async function read(host: Host) {
  const opened = await gpu.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return { opened, readings: byKey(await opened.sample({ ownPids: [] })) };
}
