import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

import type { GpuSurroundings } from "../../src/model/probe.ts";
import { fieldsOf, quantitiesNotAsked } from "../../src/probes/nvidia-smi-fields.ts";
import { SmiGpu } from "../../src/probes/nvidia-smi-gpu.ts";
import type { SmiRow } from "../../src/probes/nvidia-smi-row.ts";
import { parseSmiRow } from "../../src/probes/nvidia-smi-row.ts";
import { openNvidiaSmi } from "../../src/probes/nvidia-smi.ts";
import { isReason } from "../../src/probes/readings.ts";
import { createSharedThings } from "../../src/probes/shared-things.ts";
import { fakeNvidiaSmi, helpOf, isAlive, smiTable } from "../support/nvidia-smi.ts";
import { until } from "../support/tracelet.ts";
import { byKey } from "./tree.ts";

const NO_PIDS: ReadonlySet<number> = new Set();

describe("a line of nvidia-smi", () => {
  test("of an H100 has everything", async () => {
    const [first] = await rowsOf("h100-8-550.54.15");
    expect(first).toEqual({
      index: 0,
      uuid: "GPU-0932f937-d72c-4106-c12f-20bd9faed9f0",
      name: "NVIDIA H100 80GB HBM3",
      count: 8,
      pciAddress: "0000:1b:00.0",
      driverVersion: "550.54.15",
      isMig: false,
      isLost: false,
      throttleReasons: 4,
      values: {
        utilization: 97,
        memory_utilization: 41,
        memory_used: 71322 * 1024 ** 2,
        memory_total: 81559 * 1024 ** 2,
        memory_reserved: 551 * 1024 ** 2,
        temperature: 61,
        power: 688.21,
        power_limit: 700,
        clock_sm: 1755,
        clock_memory: 2619,
        pcie_link_generation: 5,
        pcie_link_width: 16,
        ecc_errors_corrected: 0,
        ecc_errors_uncorrected: 0,
      },
      answers: { fan_speed: "[N/A]" },
    });
  });

  test("of an older driver is asked for what that has", async () => {
    const table = await smiTable("rtx3090-470.223.02");
    const fields = fieldsOf(helpOf(table));
    expect(fields.find(({ quantity }) => quantity === "throttle_reasons")?.name).toBe("clocks_throttle_reasons.active");
    expect(quantitiesNotAsked(fields)).toEqual(["memory_reserved"]);
    const [row] = await rowsOf("rtx3090-470.223.02");
    expect(row).toMatchObject({ throttleReasons: 0, isMig: false, values: { fan_speed: 68, power: 287.65 } });
    expect(row?.answers).toEqual({ ecc_errors_corrected: "[N/A]", ecc_errors_uncorrected: "[N/A]" });
  });

  test("that is not supported is absent", async () => {
    const [row] = await rowsOf("gtx770-390.157");
    expect(Object.keys(row?.values ?? {})).toEqual([
      "memory_used",
      "memory_total",
      "temperature",
      "fan_speed",
      "pcie_link_generation",
      "pcie_link_width",
    ]);
    expect(new Set(Object.values(row?.answers ?? {}))).toEqual(new Set(["[Not Supported]"]));
  });

  test("of a lost GPU says so", async () => {
    const [lost, other] = await rowsOf("l4-lost-550.54.15");
    expect([lost?.isLost, other?.isLost]).toEqual([true, false]);
    expect(other?.values).not.toHaveProperty("temperature");
    expect(other?.answers).toMatchObject({ temperature: "[Unknown Error]", power: "ERR!" });
  });

  test("that is none is none, whatever it is", async () => {
    const fields = fieldsOf(helpOf(await smiTable("h100-8-550.54.15")));
    expect(parseSmiRow("Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.", fields)).toBe(
      undefined,
    );
    const columns = fc.array(
      fc.oneof(fc.string(), fc.constantFrom("0", "-1", "100.5", "[N/A]", "4294967295", "0xffffffffffffffff", "1e9")),
      { minLength: fields.length - 1, maxLength: fields.length + 1 },
    );
    fc.assert(
      fc.property(columns, (texts) => {
        const row = parseSmiRow(texts.join(", "), fields);
        const values = Object.entries(row?.values ?? {});
        expect(values.every(([, value]) => Number.isFinite(value) && value >= 0)).toBe(true);
        expect(values.every(([quantity, value]) => !quantity.endsWith("utilization") || value <= 100)).toBe(true);
      }),
    );
  });
});

describe("which fields are asked for", () => {
  test.each(["", "Invalid argument", '"index"\n"uuid"'])("after %j those that every version has", (help) => {
    const names = fieldsOf(help).map(({ name }) => name);
    expect(names).toContain("utilization.gpu");
    expect(names).not.toContain("memory.reserved");
    expect(names).not.toContain("");
  });
});

describe("a GPU by its lines", () => {
  const options = { period: 1000, notAsked: [], isOtherFresh: () => false };
  const row = (values: Record<string, number>, more: Partial<SmiRow> = {}): SmiRow => {
    return { index: 2, isMig: false, isLost: false, values, answers: {}, ...more };
  };

  test("has means of what is a share of time, its energy, and the newest of all else", () => {
    const gpu = new SmiGpu(row({ utilization: 10, power: 100, memory_used: 1, memory_total: 4 }), 0, options);
    gpu.take(row({ utilization: 90, power: 200, memory_used: 2, memory_total: 4 }, { throttleReasons: 0x24 }), 1000);
    gpu.take(row({ utilization: 50, power: 200, memory_used: 3, memory_total: 4 }, { throttleReasons: 0x1 }), 2000);
    expect(byKey(gpu.sample(2500))).toEqual({
      gpu_2_utilization: 50,
      gpu_2_utilization_max: 90,
      gpu_2_power: 200,
      gpu_2_energy: 350,
      gpu_2_memory_used: 3,
      gpu_2_memory_total: 4,
      gpu_2_memory_percent: 75,
      gpu_2_throttled_percent: 50,
      gpu_2_throttled_power_percent: 50,
      gpu_2_throttled_thermal_percent: 50,
      gpu_2_throttled_hardware_percent: 0,
      gpu_2_lost: 0,
    });
    expect(byKey(gpu.sample(2600))).toMatchObject({ gpu_2_utilization: 50, gpu_2_utilization_max: 50 });
    gpu.take(row({ utilization: 20 }), 3000);
    expect(byKey(gpu.sample(3000))).toMatchObject({ gpu_2_utilization: 20 });
  });

  test("lines that waited in the pipe while we were stopped count as one", () => {
    const gpu = new SmiGpu(row({ utilization: 100 }), 0, options);
    gpu.sample(0);
    for (let at = 0; at < 20; at += 1) gpu.take(row({ utilization: 100 }), 60_000 + at);
    gpu.take(row({ utilization: 0 }), 60_100);
    gpu.take(row({ utilization: 10 }), 61_100);
    expect(byKey(gpu.sample(61_200))).toMatchObject({ gpu_2_utilization: 5, gpu_2_utilization_max: 10 });
  });

  test("a line is kept for a few seconds only", () => {
    const gpu = new SmiGpu(row({ utilization: 1 }), 0, options);
    expect(gpu.sample(4000)).not.toEqual([]);
    expect(gpu.sample(6000)).toEqual([]);
  });

  test("a GPU without lines while others have some is lost, as is one that nvidia-smi says it of", () => {
    const silent = new SmiGpu(row({ utilization: 1 }), 0, { ...options, isOtherFresh: () => true });
    expect(byKey(silent.sample(6000))).toEqual({ gpu_2_lost: 1 });
    const lost = new SmiGpu(row({ utilization: 1 }), 0, options);
    lost.take(row({}, { isLost: true }), 1000);
    expect(byKey(lost.sample(1000))).toEqual({ gpu_2_lost: 1 });
    lost.take(row({ utilization: 3 }), 2000);
    expect(byKey(lost.sample(2000))).toEqual({ gpu_2_lost: 0, gpu_2_utilization: 3, gpu_2_utilization_max: 3 });
  });

  test("what cannot be read has nvidia-smi's own word as reason", async () => {
    const [lost, failing] = (await rowsOf("l4-lost-550.54.15")).map((one) => new SmiGpu(one, 0, options));
    const [mig] = (await rowsOf("a100-mig-535.161.07")).map((one) => new SmiGpu(one, 0, options));
    expect(failing?.unavailable).toContainEqual({
      state: "failed",
      metrics: ["gpu_1_power", "gpu_1_energy"],
      reason: "nvidia-smi answers 'ERR!'",
    });
    expect(failing?.unavailable).toContainEqual({
      state: "unavailable",
      metrics: ["gpu_1_fan_speed"],
      reason: "nvidia-smi answers '[N/A]'",
    });
    expect(lost?.unavailable).toContainEqual(expect.objectContaining({ reason: "nvidia-smi answers '[GPU is lost]'" }));
    expect(mig?.unavailable.map(({ reason }) => reason)).toContain(
      "nvidia-smi has no line for the MIG devices of a GPU",
    );
  });
});

describe("nvidia-smi as a program", () => {
  test("one serves all who ask, and ends with the last of them", async () => {
    const smi = await fakeNvidiaSmi(await smiTable("h100-8-550.54.15"));
    const gpu = surroundings(smi.env);
    const [one, other] = [await openDriver(gpu), await openDriver(gpu)];
    expect([one.devices.length, one.driverVersion, one.count]).toEqual([8, "550.54.15", 8]);
    const pid = await until("it prints", smi.pid);
    await until("the other has them too", () => other.devices.length === 8);
    expect(await smi.pid()).toBe(pid);
    expect(byKey(one.devices[3]?.sample(performance.now(), NO_PIDS) ?? [])).toMatchObject({
      gpu_3_utilization: 98,
      gpu_3_throttled_thermal_percent: 100,
      gpu_3_power: 699.02,
    });
    one.close();
    one.close();
    expect(await isAlive(pid)).toBe(true);
    other.close();
    await until("it has ended", async () => !(await isAlive(pid)));
  });

  test("one that ends is started again, and its devices go on", async () => {
    const smi = await fakeNvidiaSmi(await smiTable("rtx3090-470.223.02"));
    const driver = await openDriver(surroundings(smi.env));
    const pid = await until("it prints", smi.pid);
    await smi.write("exit", "15");
    await until("it has ended", async () => !(await isAlive(pid)));
    await smi.remove("exit");
    const rounds = await smi.rounds();
    await until("another prints", async () => (await smi.rounds()) > rounds);
    expect(await smi.pid()).not.toBe(pid);
    expect(driver.failure).toBe(undefined);
    expect(driver.devices).toHaveLength(1);
  });

  test("one that cannot be asked says why", async () => {
    const smi = await fakeNvidiaSmi(await smiTable("rtx3090-470.223.02"));
    await smi.write("exit", "9");
    expect(await openNvidiaSmi(surroundings(smi.env), now)).toMatchObject({
      state: "failed",
      reason:
        "nvidia-smi ended with exit status 9: Unable to determine the device handle for GPU0: 0000:1B:00.0: Unknown Error",
    });
    expect(await openNvidiaSmi(surroundings({ PATH: "/nowhere" }), now)).toMatchObject({
      state: "unavailable",
      reason: "nvidia-smi is not there",
    });
  });

  test("one that hangs from the start leaves its GPUs absent, and opening does not wait for it", async () => {
    const smi = await fakeNvidiaSmi(await smiTable("rtx3090-470.223.02"));
    await smi.write("hang", "");
    const driver = await openDriver(surroundings(smi.env));
    expect([driver.devices, driver.count, driver.failure]).toEqual([[], undefined, undefined]);
  });

  async function openDriver(gpu: GpuSurroundings) {
    const driver = await openNvidiaSmi(gpu, now);
    if (isReason(driver)) throw new Error(driver.reason);
    onTestFinished(() => driver.close());
    return driver;
  }

  function surroundings(env: Record<string, string>): GpuSurroundings {
    return { dev: "/nowhere", env, choice: "all", shared: createSharedThings() };
  }

  function now(): number {
    return performance.now();
  }
});

async function rowsOf(name: string): Promise<SmiRow[]> {
  const table = await smiTable(name);
  const [head = "", ...lines] = table.trimEnd().split("\n");
  const fields = fieldsOf(helpOf(table));
  const columns = head.split(", ");
  return lines.flatMap((line) => {
    const texts = line.split(", ");
    const asked = fields.map((field) => texts[columns.indexOf(field.name)]).join(", ");
    return parseSmiRow(asked, fields) ?? [];
  });
}
