import { describe, expect, test } from "vitest";
import { findingsOf } from "../../src/verdict/findings.ts";
import { RULES } from "../../src/verdict/rules.ts";
import { evidenceOf, type MadeRun, PID, START } from "./made-run.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** A GPU that is busy a part of the time, with a process of the command on it. */
const gpu = (index: number, utilization: number, more: Record<string, number> = {}) => ({
  [`gpu_${index}_utilization`]: utilization,
  [`gpu_${index}_workload_processes`]: 1,
  ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`gpu_${index}_${name}`, value])),
});
const container = (limit: number, workingSet: number) => ({
  container_memory_limit: limit,
  container_memory_working_set: workingSet,
});
const process = (pid: number, cpu: number) => ({
  pid,
  name: "python",
  status: "running",
  cpu_percent: cpu,
  memory_rss: GIB,
  memory_percent: 1,
});
const death = (cause: "out of memory" | "out of GPU memory" | "disk full", text: string) =>
  ({ type: "death", timestamp: START, findings: [{ cause, text }], output: [] }) as const;
const losses = (values: readonly (number | "NaN" | "Infinity")[]) =>
  values.map(
    (loss, step) =>
      ({
        type: "metrics",
        timestamp: START,
        step,
        metrics: { train_loss: loss },
        stream: "stdout",
        offset: step + 1,
      }) as const,
  );

/** For each rule a run that shows it, with the sentence, and runs that are near to it and do not. */
const CASES: Record<string, { shows: MadeRun; says: string; silent: Record<string, MadeRun> }> = {
  "killed-for-memory": {
    shows: {
      metrics: (index) => container(24 * GIB, (4 + index / 10) * GIB),
      records: [death("out of memory", "the kernel killed it for memory: the container's limit of 24 GiB was reached")],
      end: { status: "killed", signal: "SIGKILL" },
    },
    says: "The command was killed by the kernel for memory, last seen at 23.9 of 24 GiB (container_memory_working_set)",
    silent: {
      "an allocation that was refused": {
        records: [death("out of memory", "an allocation was refused, says the output")],
        end: { status: "failed", exitCode: 1 },
      },
      "processes of the container that were killed before the run": {
        metrics: () => ({ ...container(24 * GIB, 12 * GIB), container_oom_kills: 3 }),
      },
    },
  },
  "out-of-gpu-memory": {
    shows: {
      metrics: () => gpu(0, 90, { memory_used: 78.9 * GIB, memory_total: 80 * GIB }),
      records: [death("out of GPU memory", "the GPU had no memory left, says the output")],
      end: { status: "failed", exitCode: 1 },
    },
    says: "The GPU had no memory left, last seen at 78.9 of 80 GiB (gpu_0_memory_used)",
    silent: {
      "a GPU that is nearly full": { metrics: () => gpu(0, 90, { memory_used: 79.5 * GIB, memory_total: 80 * GIB }) },
    },
  },
  "disk-full": {
    shows: { metrics: (index) => ({ disk_free: (2000 - 10 * index) * MIB }) },
    says: "The disk that the run writes to was full: 10 MiB were free at the least (disk_free)",
    silent: { "a disk with room": { metrics: () => ({ disk_free: 3 * GIB }) }, "a disk that is not read": {} },
  },
  "shared-memory-full": {
    shows: { metrics: (index) => ({ shm_percent: index === 100 ? 98 : 50, shm_total: 64 * MIB }) },
    says: "/dev/shm of 64 MiB was full: 98 % at the most (shm_percent)",
    silent: { "one that is used well": { metrics: () => ({ shm_percent: 80, shm_total: 64 * MIB }) } },
  },
  "loss-not-finite": {
    shows: { records: losses([3, 2, 1, 0.5, "NaN", "NaN", "NaN", "NaN"]) },
    says: "train_loss is nan from step 4 to the end (4 of 8 points)",
    silent: {
      "one value at the end": { records: losses([3, 2, 1, 0.5, "NaN"]) },
      "a loss that came back": { records: losses([3, 2, 1, "NaN", "NaN", "NaN", "NaN", 0.5]) },
      "a loss that is printed as nan wherever there is none": {
        records: losses([3, "NaN", "NaN", 2, "NaN", "NaN", 1, "NaN", "NaN", 1, "NaN", "NaN", "NaN"]),
      },
      "a loss that never was a number": { records: losses(["NaN", "NaN", "NaN", "NaN"]) },
    },
  },
  "idle-gpu": {
    shows: { metrics: () => ({ ...gpu(0, 92), ...gpu(1, 88), ...gpu(2, 0), ...gpu(3, 95) }) },
    says: "1 of the 4 GPUs of the command did nothing (gpu_2_utilization): GPU 2",
    silent: {
      "a GPU of somebody else, or of nobody": {
        metrics: () => ({ ...gpu(0, 92), ...gpu(1, 0), gpu_1_workload_processes: 0 }),
      },
      "a GPU that was not given to it": {
        metrics: () => ({ ...gpu(0, 92), ...gpu(1, 0), gpu_0_visible: 1, gpu_1_visible: 0 }),
      },
      "a driver that does not say whose processes they are": {
        metrics: () => ({ gpu_0_utilization: 92, gpu_1_utilization: 0 }),
      },
      "a short run": { samples: 20, metrics: () => ({ ...gpu(0, 92), ...gpu(1, 0) }) },
    },
  },
  "input-bound": {
    shows: {
      metrics: () => ({ ...gpu(0, 62), io_pressure_percent: 22, workload_cpu_percent: 410 }),
      processes: [PID, PID + 1, PID + 2, PID + 3].map((pid) => process(pid, 99)),
    },
    says: "The GPUs were busy only 62 % of the time (gpu_utilization) while 4 processes of the command kept a core busy each: input-bound",
    silent: {
      "GPUs that are idle while nothing else shows why": { metrics: () => gpu(0, 40) },
      "GPUs that are busy": {
        metrics: () => ({ ...gpu(0, 90), workload_cpu_percent: 410 }),
        processes: [process(PID, 99), process(PID + 1, 99)],
      },
      "a start that takes long": {
        metrics: (index) => ({ ...gpu(0, index < 120 ? 0 : 95), workload_cpu_percent: 100, workload_processes: 1 }),
      },
      "processes that are busy for somebody else": {
        metrics: () => ({ ...gpu(0, 40), workload_cpu_percent: 120 }),
        processes: [process(1, 99), process(2, 99), process(3, 99)],
      },
      "cores that are busy for somebody else": { metrics: () => ({ ...gpu(0, 40), cpu_percent: 98 }) },
      "a disk that is busy for somebody else": { metrics: () => ({ ...gpu(0, 40), io_pressure_percent: 60 }) },
      "a GPU of somebody else": {
        metrics: () => ({
          gpu_0_utilization: 40,
          gpu_1_utilization: 95,
          gpu_1_workload_processes: 1,
          gpu_0_workload_processes: 0,
          workload_cpu_percent: 100,
          workload_processes: 1,
        }),
      },
      "a short run": {
        samples: 10,
        metrics: () => ({ ...gpu(0, 40), workload_cpu_percent: 100, workload_processes: 1 }),
      },
    },
  },
  "write-stalls": {
    shows: {
      metrics: (index) => ({
        ...gpu(0, index % 20 < 3 ? 0 : 95),
        workload_disk_write_bytes: (Math.floor(index / 20) * 3 + Math.min(index % 20, 2)) * 2 * GIB,
      }),
    },
    says: "The GPUs stood still 14 % of the time while the command wrote 205 MiB/s to disk (workload_disk_write_bytes), 9 times for 30 s",
    silent: {
      "what is written at the end": {
        metrics: (index) => ({
          ...gpu(0, index > 150 ? 0 : 95),
          workload_disk_write_bytes: Math.max(0, index - 150) * GIB,
        }),
      },
      "what is written while the GPUs work": {
        metrics: (index) => ({ ...gpu(0, 95), workload_disk_write_bytes: index * GIB }),
      },
    },
  },
  "cpu-throttled": {
    shows: { metrics: () => ({ container_cpu_throttled_percent: 34, container_cpu_limit: 2 }) },
    says: "CPU throttled in 34 % of the periods (container_cpu_throttled_percent): the container's limit of 2 cores is a bottleneck",
    silent: {
      "a little of it": { metrics: () => ({ container_cpu_throttled_percent: 12, container_cpu_limit: 2 }) },
      "GPUs that are busy all the same": {
        metrics: () => ({ ...gpu(0, 96), container_cpu_throttled_percent: 34, container_cpu_limit: 2 }),
      },
      "a short run": { samples: 6, metrics: () => ({ container_cpu_throttled_percent: 80, container_cpu_limit: 2 }) },
    },
  },
  "thermally-throttled": {
    shows: { metrics: () => gpu(0, 95, { throttled_thermal_percent: 17, temperature: 91 }) },
    says: "GPU 0 was slowed down 17 % of the time to protect itself (gpu_0_throttled_thermal_percent), at up to 91 °C",
    silent: {
      "a moment of it": { metrics: (index) => gpu(0, 95, { throttled_thermal_percent: index === 9 ? 100 : 0 }) },
      "a warm card that is not throttled": { metrics: () => gpu(0, 95, { temperature: 88 }) },
    },
  },
  "memory-grows": {
    shows: {
      metrics: (index) => ({
        workload_memory_rss: (8 + index / 20) * GIB,
        memory_used: (24 + index / 20) * GIB,
        memory_available: (15 - index / 20) * GIB,
      }),
    },
    says: "The command's memory grew by 18 GiB an hour to the end (workload_memory_rss); 5.1 GiB were left, which is 17 min at that rate",
    silent: {
      "mapped files, which the machine does not count": {
        metrics: (index) => ({ workload_memory_rss: (8 + index / 20) * GIB, memory_available: 5 * GIB }),
      },
      "a start that takes memory": {
        metrics: (index) => ({
          workload_memory_rss: Math.min(18, 8 + index / 10) * GIB,
          memory_used: Math.min(34, 24 + index / 10) * GIB,
          memory_available: 5 * GIB,
        }),
      },
      "memory that would last": {
        metrics: (index) => ({
          workload_memory_rss: (8 + index / 100) * GIB,
          memory_used: (24 + index / 100) * GIB,
          memory_available: 200 * GIB,
        }),
      },
    },
  },
  swapping: {
    shows: {
      metrics: (index) => ({
        swap_used: index * 10 * MIB,
        memory_pressure_percent: 12,
        workload_major_faults: index * 100,
      }),
    },
    says: "Swap in use grew by 1.9 GiB (swap_used) and tasks waited for memory 12 % of the time (memory_pressure_percent)",
    silent: {
      "swap that was there before": { metrics: () => ({ swap_used: 4 * GIB, memory_pressure_percent: 12 }) },
      "somebody else's swap": { metrics: (index) => ({ swap_used: index * 10 * MIB, memory_pressure_percent: 12 }) },
      "swap that nobody waits for": {
        metrics: (index) => ({ swap_used: index * 10 * MIB, workload_major_faults: index * 100 }),
      },
    },
  },
  "power-capped": {
    shows: { metrics: () => ({ ...gpu(0, 99, { throttled_power_percent: 61, power_limit: 300 }), ...gpu(1, 99) }) },
    says: "GPU 0 ran into its limit of 300 W 61 % of the time (gpu_0_throttled_power_percent)",
    silent: { "less than half of the time": { metrics: () => gpu(0, 99, { throttled_power_percent: 40 }) } },
  },
  "memory-unused": {
    shows: { metrics: () => ({ ...container(256 * GIB, 15.7 * GIB), memory_total: 1024 * GIB }) },
    says: "The container has 256 GiB of memory and used 15.7 GiB at the most (container_memory_working_set)",
    silent: {
      "a run that ended early": {
        metrics: () => ({ ...container(256 * GIB, 15.7 * GIB), memory_total: 1024 * GIB }),
        end: { status: "failed", exitCode: 1 },
      },
      "a short run": {
        samples: 30,
        metrics: () => ({ ...container(256 * GIB, 15.7 * GIB), memory_total: 1024 * GIB }),
      },
      "a container that may use the whole machine": { metrics: () => container(63 * GIB, 5 * GIB) },
      "a small container": { metrics: () => container(8 * GIB, GIB) },
      "a container that is used well": { metrics: () => container(32 * GIB, 20 * GIB) },
    },
  },
  "tracelet-cost": {
    shows: { metrics: () => ({ tracelet_cpu_percent: 7.4 }) },
    says: "Watching took 7.4 % of a core (tracelet_cpu_percent)",
    silent: { "what it mostly takes": { metrics: () => ({ tracelet_cpu_percent: 1.5 }) } },
  },
};

describe.each(RULES.map(({ id, source }) => ({ id, source })))("$id", ({ id, source }) => {
  const { shows, says, silent } = CASES[id] ?? { shows: {}, says: "", silent: {} };

  test("says what the figures show, and what to do, and has a source for its thresholds", async () => {
    const found = findingsOf(await evidenceOf(shows)).find((finding) => finding.id === id);
    expect(found?.sentence).toBe(says);
    expect(found?.advice).toMatch(/^[\w/]/);
    expect(source.length).toBeGreaterThan(20);
  });

  test.each(Object.entries(silent))("is silent about %s", async (_, run) => {
    expect(findingsOf(await evidenceOf(run)).map((finding) => finding.id)).not.toContain(id);
  });
});

describe("the verdict", () => {
  test("on a run with nothing the matter is empty", async () => {
    expect(findingsOf(await evidenceOf({}))).toEqual([]);
    expect(
      findingsOf(await evidenceOf({ metrics: () => gpu(0, 93, { throttled_power_percent: 20, temperature: 70 }) })),
    ).toEqual([]);
  });

  test("on a journal without any samples, or without anything, is empty", async () => {
    expect(findingsOf(await evidenceOf({ samples: 0 }))).toEqual([]);
    expect(findingsOf({ seconds: 0, series: {}, gpus: [], losses: [] })).toEqual([]);
  });

  test("has three findings at most, what ended the run before what it cost", async () => {
    const run = await evidenceOf({
      metrics: () => ({
        ...container(64 * GIB, 5 * GIB),
        memory_total: 512 * GIB,
        tracelet_cpu_percent: 9,
        container_cpu_throttled_percent: 50,
        container_cpu_limit: 2,
        shm_percent: 99,
      }),
      records: losses([3, 2, 1, 0.5, "NaN", "NaN", "NaN"]),
    });
    expect(findingsOf(run).map(({ id }) => id)).toEqual(["shared-memory-full", "loss-not-finite", "cpu-throttled"]);
  });

  test("counts no time in which the run was stopped, or nobody watched", async () => {
    const stopped = await evidenceOf({
      samples: 6,
      metrics: () => ({ container_cpu_throttled_percent: 80, container_cpu_limit: 2 }),
      records: [
        { type: "gap", timestamp: START + 4_000_000, what: "samples", reason: "the run was stopped" },
        {
          type: "sample",
          timestamp: START + 4_000_000,
          index: 6,
          metrics: { container_cpu_throttled_percent: 80, container_cpu_limit: 2 },
        },
      ],
    });
    expect(stopped.series["container_cpu_throttled_percent"]?.seconds).toBe(50);
    expect(findingsOf(stopped)).toEqual([]);
  });
});
