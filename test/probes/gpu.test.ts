import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import type { GpuChoice, Host } from "../../src/model/probe.ts";
import { parseClock, parseCount, parseLinkGeneration } from "../../src/probes/amd-sensors.ts";
import { parseNvidiaModel } from "../../src/probes/gpu-cards.ts";
import { gpuFacts } from "../../src/probes/gpu-facts.ts";
import { gpu } from "../../src/probes/gpu.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { createSharedThings } from "../../src/probes/shared-things.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const CARD = "sys/class/drm/card0/device";

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
      gpu_0_memory_utilization: 12,
      gpu_0_memory_used: 8589934592,
      gpu_0_memory_total: 68702699520,
      gpu_0_memory_percent: (100 * 8589934592) / 68702699520,
      gpu_0_temperature: 61,
      gpu_0_power: 94,
      gpu_0_power_limit: 300,
      gpu_0_energy: 0,
      gpu_0_clock_sm: 1700,
      gpu_0_clock_memory: 1600,
      gpu_0_fan_speed: 20,
      gpu_0_pcie_link_generation: 4,
      gpu_0_pcie_link_width: 16,
      gpu_0_ecc_errors_corrected: 3,
      gpu_0_ecc_errors_uncorrected: 0,
      gpu_1_utilization: 0,
      gpu_1_memory_used: 292814848,
      gpu_1_memory_total: 68702699520,
      gpu_1_memory_percent: (100 * 292814848) / 68702699520,
      gpu_1_temperature: 61,
      gpu_1_power: 42.5,
      gpu_1_energy: 0,
      gpu_1_clock_sm: 800,
    });
    expect(opened.unavailable).toMatchObject([
      { state: "unavailable", metrics: expect.arrayContaining(["gpu_1_memory_utilization", "gpu_1_fan_speed"]) },
    ]);
  });

  test("AMD cards have names and identifiers, and ROCm's variables choose among them", async () => {
    expect(await gpuFacts(fixtureHost("amd-gpu"))).toEqual({
      gpu_0_name: "AMD INSTINCT MI210",
      gpu_0_uuid: "GPU-4f5c1a2b3c4d5e6f",
      gpu_1_name: undefined,
      gpu_1_uuid: "GPU-4f5c1a2b3c4d5e70",
      nvidia_driver: undefined,
      cuda_version: undefined,
    });
    const env = { ROCR_VISIBLE_DEVICES: "GPU-4F5C1A2B3C4D5E70" };
    const { readings } = await read(withGpus(fixtureHost("amd-gpu"), "job", env));
    expect(readings).toMatchObject({ gpu_count: 2, gpu_1_visible: 1, gpu_1_power: 42.5 });
    expect(Object.keys(readings).filter((key) => key.startsWith("gpu_0_"))).toEqual([]);
    const all = await read(withGpus(fixtureHost("amd-gpu"), "all", env));
    expect(all.readings).toMatchObject({ gpu_0_visible: 0, gpu_0_power: 94, gpu_1_visible: 1 });
    const named = await read(withGpus(fixtureHost("amd-gpu"), ["0", "5"], env));
    expect(named.readings).toMatchObject({ gpu_0_visible: 1, gpu_0_power: 94 });
    expect(named.readings).not.toHaveProperty("gpu_1_power");
    expect(named.opened.unavailable?.[0]).toMatchObject({
      metrics: ["gpu_5_utilization"],
      reason: "gpus is '0,5', and '5' is none of the GPUs (0, 1)",
    });
  });

  test("the energy of an AMD card is its own counter, or its power over time", async () => {
    const { host, write, clock } = await makeHost({
      "proc/stat": "",
      [`${CARD}/vendor`]: "0x1002\n",
      [`${CARD}/hwmon/hwmon1/power1_average`]: "100000000\n",
      "sys/class/drm/card1/device/vendor": "0x1002\n",
      "sys/class/drm/card1/device/hwmon/hwmon2/energy1_input": "5000000\n",
    });
    const { opened } = await read(host);
    clock.milliseconds += 10_000;
    await write(`${CARD}/hwmon/hwmon1/power1_average`, "200000000\n");
    await write("sys/class/drm/card1/device/hwmon/hwmon2/energy1_input", "12000000\n");
    expect(byKey(await opened.sample({ ownPids: [] }))).toMatchObject({ gpu_0_energy: 1500, gpu_1_energy: 7 });
    clock.milliseconds += 600_000;
    expect(byKey(await opened.sample({ ownPids: [] }))).toMatchObject({ gpu_0_energy: 1500 });
  });

  test("a card that sleeps is left alone, and what a card lacks has a reason", async () => {
    const { host, write } = await makeHost({
      "proc/stat": "",
      [`${CARD}/vendor`]: "0x1002\n",
      [`${CARD}/gpu_busy_percent`]: "7\n",
      [`${CARD}/power/runtime_status`]: "suspended\n",
      [`${CARD}/hwmon/hwmon1/temp1_input`]: "70000\n",
      [`${CARD}/hwmon/hwmon1/temp2_input`]: "50000\n",
      [`${CARD}/hwmon/hwmon1/temp2_label`]: "edge\n",
    });
    const { opened, readings } = await read(host);
    expect(readings).toEqual({ gpu_count: 1 });
    expect(opened.unavailable).toHaveLength(1);
    expect(opened.unavailable?.[0]?.metrics).toEqual(
      expect.arrayContaining(["gpu_0_memory_used", "gpu_0_memory_percent", "gpu_0_memory_total", "gpu_0_energy"]),
    );
    await write(`${CARD}/power/runtime_status`, "active\n");
    expect(byKey(await opened.sample({ ownPids: [] }))).toEqual({
      gpu_count: 1,
      gpu_0_utilization: 7,
      gpu_0_temperature: 50,
    });
  });

  test("NVIDIA cards are counted where their driver cannot be asked, and there is a reason", async () => {
    const { host } = await makeHost({
      "proc/stat": "",
      "sys/class/.keep": "",
      "proc/driver/nvidia/gpus/0000:0a:00.0/information": "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 12\n",
      "proc/driver/nvidia/gpus/0000:1a:00.0/information": "",
    });
    const { opened, readings } = await read(withGpus(host, "job", { PATH: "/nowhere" }, "/nowhere/libnvidia-ml.so.1"));
    expect(readings).toEqual({ gpu_count: 2 });
    expect(opened.unavailable).toMatchObject([
      { state: "unavailable", metrics: expect.arrayContaining(["gpu_0_utilization", "gpu_1_temperature"]) },
    ]);
    const [reason] = opened.unavailable ?? [];
    expect(reason?.reason).toContain("NVIDIA H100 80GB HBM3");
    expect(reason?.reason).toContain("nvidia-smi is not there");
    expect(reason?.hint).toEqual(expect.any(String));
  });

  test("a driver that shows no card gives a reason instead of a count of zero", async () => {
    const { host } = await makeHost({ "proc/stat": "", "sys/class/.keep": "", "proc/driver/nvidia/version": "x" });
    const { opened, readings } = await read(withGpus(host, "job", { PATH: "/nowhere" }, "/nowhere/libnvidia-ml.so.1"));
    expect(readings).toEqual({});
    expect(opened.unavailable).toMatchObject([{ metrics: ["gpu_count"], hint: expect.any(String) }]);
  });

  test("under WSL and on Windows a library that is not there says that there is no GPU", async () => {
    const { host } = await makeHost({ "proc/stat": "", "sys/class/.keep": "" });
    const { opened, readings } = await read(withGpus(host, "job", { PATH: "/nowhere" }, "/nowhere/nvml.dll"));
    expect(readings).toEqual({ gpu_count: 0 });
    expect(opened.unavailable).toEqual([]);
    expect(opened.notes).toEqual([expect.stringContaining("no NVIDIA GPU")]);
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
    ["1700000000\n", 1700],
    ["0: 500Mhz *\n1: 800Mhz\n", 500],
    ["0: 500Mhz\n1: 800Mhz *\n", 800],
    ["S: 19Mhz *\n0: 500Mhz\n", undefined],
    ["0: 500Mhz\n", undefined],
    ["", undefined],
  ])("%j is the clock %s", (text, megahertz) => {
    expect(parseClock(text)).toBe(megahertz);
  });

  test.each([
    ["2.5 GT/s PCIe\n", 1],
    ["8.0 GT/s PCIe\n", 3],
    ["8 GT/s\n", 3],
    ["32.0 GT/s PCIe\n", 5],
    ["Unknown\n", undefined],
    ["", undefined],
  ])("%j is a link of generation %s", (text, generation) => {
    expect(parseLinkGeneration(text)).toBe(generation);
  });

  test.each([
    ["", undefined],
    ["Model:\n", undefined],
    ["IRQ: 1\nModel: \t A B \n", "A B"],
  ])("%j is of the model %s", (text, model) => {
    expect(parseNvidiaModel(text)).toBe(model);
  });
});

function withGpus(host: Host, choice: GpuChoice, env: Record<string, string>, library?: string): Host {
  const nvml = library === undefined ? {} : { nvmlLibrary: library };
  return { ...host, gpu: { dev: "/nowhere", env, choice, shared: createSharedThings(), ...nvml } };
}

async function read(host: Host) {
  const opened = await gpu.open(host, createProcessScan(host));
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return { opened, readings: byKey(await opened.sample({ ownPids: [] })) };
}
