import { describe, expect, test } from "vitest";

import type { GpuReading } from "../../src/model/snapshot.ts";
import { formatEnergy } from "../../src/model/format.ts";
import { withGpusCounted, withGpusTogether } from "../../src/terminal/gpu-keys.ts";
import { gpuTotalsText } from "../../src/terminal/gpu-totals.ts";
import { gpusLines } from "../../src/terminal/gpu-lines.ts";
import { snapshotToPrometheus } from "../../src/terminal/snapshot-prometheus.ts";
import { seriesOfSnapshot } from "../../src/terminal/snapshot-series.ts";

const GIB = 1024 ** 3;

describe("the GPUs of a snapshot", () => {
  const h100 = (index: number, more: Partial<GpuReading> = {}): GpuReading => ({ index, name: "H100", ...more });

  test("of one kind are named once", () => {
    const busy = h100(0, { utilization: 97, temperature: 61, power: 688.21, power_limit: 700, sm_activity: 84 });
    expect(gpusLines([{ ...busy, visible: 1 }, h100(1, { temperature: 30, visible: 0 })])).toEqual([
      { label: "GPUs", parts: ["2 of H100"] },
      { label: "GPU 0", parts: ["61 °C", "688 of 700 W", "SMs 84 %", "visible"], percent: 97 },
      { label: "  memory", parts: [] },
      { label: "GPU 1", parts: ["30 °C", "hidden"] },
      { label: "  memory", parts: [] },
    ]);
  });

  test("of several kinds have their names, and a lost, a slow and an unknown one say what they are", () => {
    const lines = gpusLines([
      h100(0, { lost: 1 }),
      { index: 1, name: "A100", power: 70, throttled_thermal_percent: 12, throttled_hardware_percent: 40 },
      { index: 2, name: "A100", throttled_hardware_percent: 40 },
      { index: 3, uuid: "GPU-1" },
    ]);
    expect(lines.filter(({ label }) => label.startsWith("GPU")).map(({ parts }) => parts)).toEqual([
      ["H100", "lost"],
      ["A100", "70 W", "slowed by heat"],
      ["A100", "slowed by its hardware"],
      ["present"],
    ]);
  });

  test("have their MIG devices below them", () => {
    const gpu = h100(0, {
      mig: [{ index: 1, memory_used: 5 * GIB, memory_total: 10 * GIB, memory_percent: 50, visible: 1 }],
    });
    expect(gpusLines([gpu]).at(-1)).toEqual({ label: "  MIG 1", parts: ["5 GiB of 10 GiB", "visible"], percent: 50 });
    expect(seriesOfSnapshot({ metrics: {}, gpu: [gpu] })).toContainEqual(["gpu_0_mig_1_memory_percent", 50]);
    const specs = [
      { key: "gpu_<i>_memory_percent", unit: "percent", kind: "gauge", description: "How full.", source: "x" } as const,
    ];
    expect(snapshotToPrometheus({ timestamp: 0, metrics: {}, gpu: [gpu], unavailable: [] }, specs)).toContain(
      'tracelet_gpu_memory_percent{gpu="0",mig="1",name="H100"} 50',
    );
  });
});

describe("keys of many GPUs", () => {
  const all = [0, 1, 2, 5].flatMap((index) => [`gpu_${index}_power`, `gpu_${index}_mig_0_memory_used`]);

  test("stand together", () => {
    expect(withGpusTogether(["gpu_count", ...all, "gpu_1_fan_speed"])).toEqual([
      "gpu_count",
      "gpu_<0-2,5>_power",
      "gpu_<0-2,5>_mig_0_memory_used",
      "gpu_1_fan_speed",
    ]);
  });

  test("are counted where they are many", () => {
    const many = Array.from({ length: 9 }, (_, number) => `gpu_7_key_${number}`);
    expect(withGpusCounted(["cpu_percent", ...many, "gpu_1_power"])).toEqual([
      "cpu_percent",
      "gpu_7_* (9 keys)",
      "gpu_1_power",
    ]);
  });
});

test.each([
  [0, "0 J"],
  [350, "350 J"],
  [45_000, "12.5 Wh"],
  [4_320_000, "1.2 kWh"],
])("%i joules are %s", (joules, text) => {
  expect(formatEnergy(joules)).toBe(text);
});

test("what GPUs came to is one line", () => {
  const all = {
    count: 8,
    hours: 25.6,
    joules: 14_760_000,
    idlePercent: 12.3,
    peakMemory: 69.5 * GIB,
    peakMemoryPercent: 87,
  };
  expect(gpuTotalsText(all)).toBe("8 GPUs, 25.6 GPU-hours (idle 12 %), 4.1 kWh, peak memory 69.5 GiB (87 %)");
  expect(gpuTotalsText({ count: 1, hours: 0.0123456 })).toBe("1 GPU, 0.0123 GPU-hours");
  expect(gpuTotalsText(undefined)).toBe(undefined);
});
