import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../../src/model/record.ts";
import { type ResourceUsage, UsageFold } from "../../src/report/usage-fold.ts";
import { runHeader } from "../journal/support.ts";

const START = runHeader().started;

function usageOf(records: readonly JournalRecord[]): ResourceUsage | undefined {
  const fold = new UsageFold();
  fold.add({ type: "run", version: 1, ...runHeader() });
  for (const record of records) fold.add(record);
  return fold.usage;
}

const sample = (second: number, metrics: Record<string, number>): JournalRecord => ({
  type: "sample",
  timestamp: START + second * 1000,
  index: second,
  metrics,
});

describe("what a run used", () => {
  test("is CPU and memory, and the mean of the GPUs where there are some", () => {
    const usage = usageOf([
      sample(1, {
        cpu_percent: 50,
        memory_percent: 20,
        gpu_0_utilization: 80,
        gpu_1_utilization: 40,
        gpu_0_memory_used: 5,
      }),
      { type: "end", status: "finished", ended: START + 4_000 },
    ]);
    expect(usage?.lines.map(({ usage, devices, mean }) => [usage, devices, mean])).toEqual([
      ["CPU", 1, 50],
      ["memory", 1, 20],
      ["GPU", 2, 60],
    ]);
    expect(usage?.seconds).toBe(4);
  });

  test("is that of the container where it has limits", () => {
    const limited = {
      cpu_count_logical: 16,
      container_cpu_limit: 2,
      container_cpu_percent: 90,
      container_memory_percent: 70,
    };
    const usage = usageOf([sample(1, { cpu_percent: 12, memory_percent: 5, ...limited })]);
    expect(usage?.lines.map(({ mean }) => mean)).toEqual([90, 70]);
    const whole = usageOf([sample(1, { cpu_percent: 12, ...limited, container_cpu_limit: 16 })]);
    expect(whole?.lines[0]?.mean).toBe(12);
  });

  test("counts from the launch, and is nothing where nothing was read", () => {
    expect(usageOf([])).toBeUndefined();
    const launched = usageOf([{ type: "launch", timestamp: START + 500, pid: 1 }, sample(2, { cpu_percent: 1 })]);
    expect(launched?.lines[0]?.parts[0]).toMatchObject({ from: 1.5, to: 1.5 });
  });

  test("has at most 512 parts of a long run, with their extremes, and no part over a gap", () => {
    const records: JournalRecord[] = [];
    for (let second = 0; second < 20_000; second += 1) {
      if (second === 11_111) {
        records.push({ type: "gap", timestamp: START + second * 1000, what: "samples", reason: "the run was stopped" });
      }
      records.push(sample(second < 11_111 ? second : second + 5000, { cpu_percent: second === 7777 ? 100 : 10 }));
    }
    const [line] = usageOf(records)?.lines ?? [];
    const parts = line?.parts ?? [];
    expect(parts.length).toBeGreaterThan(250);
    expect(parts.length).toBeLessThanOrEqual(512);
    expect(Math.max(...parts.map(({ max }) => max))).toBe(100);
    const after = parts.findIndex(({ isAfterGap }) => isAfterGap);
    expect([parts[after - 1]?.to, parts[after]?.from]).toEqual([11_110, 16_111]);
    expect(line?.peak).toBe(100);
  });

  test("has no more parts where the run was stopped all the time", () => {
    const records = Array.from({ length: 5000 }, (_, second): JournalRecord[] => [
      { type: "gap", timestamp: START, what: "samples", reason: "the run was stopped" },
      sample(second, { cpu_percent: second % 100 }),
    ]);
    const parts = usageOf(records.flat())?.lines[0]?.parts ?? [];
    expect(parts.length).toBeLessThanOrEqual(512);
    expect(parts.length).toBeGreaterThan(100);
  });
});
