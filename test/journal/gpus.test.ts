import { describe, expect, test } from "vitest";

import { GpuFold } from "../../src/journal/fold-gpus.ts";
import { JobGpus } from "../../src/model/job-gpus.ts";

const HOUR = 3_600_000;

describe("the command's GPUs", () => {
  const jobOf = (...samples: Record<string, number>[]) => {
    const gpus = new JobGpus();
    for (const sample of samples) gpus.see(sample);
    return [...gpus.devices];
  };

  test("are those that it can see, where something says which", () => {
    const idle = { gpu_0_visible: 1, gpu_1_visible: 0, gpu_1_utilization: 100, gpu_1_workload_processes: 1 };
    expect(jobOf(idle)).toEqual(["0"]);
    expect(jobOf({ gpu_0_visible: 0, gpu_0_utilization: 90 })).toEqual([]);
    expect(jobOf({ gpu_0_visible: 1, gpu_0_mig_1_visible: 1 })).toEqual(["0", "0_mig_1"]);
  });

  test("else those with processes of it, however busy others are", () => {
    const shared = { gpu_0_utilization: 100, gpu_0_workload_processes: 0, gpu_1_utilization: 0 };
    expect(jobOf({ ...shared, gpu_1_workload_processes: 2 })).toEqual(["1"]);
    expect(jobOf({ ...shared, gpu_1_workload_processes: 2 }, { ...shared, gpu_1_workload_processes: 0 })).toEqual([
      "1",
    ]);
  });

  test("else those that have worked", () => {
    expect(
      jobOf({ gpu_0_utilization: 4, gpu_1_utilization: 0 }, { gpu_0_utilization: 5, gpu_1_utilization: 0 }),
    ).toEqual(["0"]);
    expect(jobOf({ gpu_0_workload_processes: 0, gpu_0_utilization: 50 })).toEqual(["0"]);
    expect(jobOf({ cpu_percent: 90 })).toEqual([]);
  });

  test("decide whose a series is", () => {
    const gpus = new JobGpus();
    expect(gpus.has("gpu_3_lost")).toBe(true);
    expect(gpus.has("gpu_3_temperature")).toBe(false);
    gpus.see({ gpu_1_visible: 1, gpu_3_visible: 0 });
    expect(gpus.has("gpu_3_lost")).toBe(false);
    expect(gpus.has("gpu_1_lost")).toBe(true);
    expect(gpus.has("gpu_1_temperature")).toBe(true);
    expect(gpus.has("gpu_count")).toBe(false);
    expect(gpus.has("cpu_percent")).toBe(false);
  });
});

describe("what GPUs come to", () => {
  const totalsOf = (samples: readonly Record<string, number>[], seconds = 10, duration = HOUR) => {
    const fold = new GpuFold();
    for (const [index, metrics] of samples.entries()) {
      fold.add({ type: "sample", timestamp: 1000 * seconds * index, index, metrics });
    }
    return fold.totals(duration);
  };

  test("is their hours, energy, idle time and the most memory that one of them had", () => {
    const sample = (busy: number, joules: number, memory: number) => ({
      gpu_0_utilization: busy,
      gpu_0_energy: joules,
      gpu_0_memory_used: memory,
      gpu_0_memory_percent: memory / 100,
      gpu_0_workload_processes: 1,
      gpu_1_utilization: 0,
      gpu_1_energy: joules / 2,
      gpu_1_memory_used: 10,
      gpu_1_memory_percent: 0.1,
      gpu_1_workload_processes: 1,
      gpu_2_utilization: 100,
      gpu_2_energy: 1e9,
      gpu_2_workload_processes: 0,
    });
    const samples = [sample(0, 0, 10), sample(100, 1000, 5000), sample(100, 2000, 7000), sample(4.9, 3000, 100)];
    expect(totalsOf(samples, 10, 2 * HOUR)).toEqual({
      count: 2,
      hours: 4,
      joules: 4500,
      idlePercent: (100 * 4) / 6,
      peakMemory: 7000,
      peakMemoryPercent: 70,
    });
  });

  test("goes on where another watcher counts energy from 0", () => {
    const samples = [0, 500, 900, 0, 100, 250].map((joules) => ({ gpu_0_energy: joules, gpu_0_visible: 1 }));
    expect(totalsOf(samples)).toEqual({ count: 1, hours: 1, joules: 1150 });
  });

  test("weighs idle time by how long it was, without the time in which the run was stopped", () => {
    const fold = new GpuFold();
    const add = (seconds: number, utilization: number) =>
      fold.add({ type: "sample", timestamp: 1000 * seconds, index: 0, metrics: { gpu_0_utilization: utilization } });
    add(0, 0);
    add(30, 100);
    add(40, 0);
    fold.gap();
    add(5000, 0);
    add(5020, 100);
    expect(fold.totals(HOUR)?.idlePercent).toBeCloseTo((100 * 10) / 60);
  });

  test("counts MIG devices in place of the GPU that they are in, whose energy is others' too", () => {
    const sample = { gpu_0_visible: 1, gpu_0_energy: 99, gpu_0_mig_1_visible: 1, gpu_0_mig_1_memory_used: 5 };
    expect(totalsOf([{ ...sample, gpu_0_memory_used: 100 }])).toEqual({ count: 1, hours: 1, peakMemory: 5 });
  });

  test("is nothing where there is none, or none was used", () => {
    expect(totalsOf([{ gpu_count: 0, cpu_percent: 5 }])).toBe(undefined);
    expect(totalsOf([{ gpu_count: 1, gpu_0_utilization: 0 }])).toBe(undefined);
  });
});
