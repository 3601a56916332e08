import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRun } from "../../src/journal/create-run.ts";
import { exportPoints } from "../../src/journal/export.ts";
import { type RunDirectory, runDirectory } from "../../src/journal/run-directory.ts";
import { readRunView, totalsOf } from "../../src/journal/view.ts";
import { openJournal } from "../../src/journal/writer.ts";
import type { Alert } from "../../src/model/alert.ts";
import { UserError } from "../../src/model/error.ts";
import type { JournalNumber, JournalRecord } from "../../src/model/record.ts";
import { collect, runHeader, temporaryFolder } from "./support.ts";

const T = Date.UTC(2026, 10, 22, 20, 15, 30, 7);

async function runOf(
  records: readonly JournalRecord[],
  changes?: Parameters<typeof runHeader>[0],
): Promise<RunDirectory> {
  const run = createRun(temporaryFolder(), runHeader(changes));
  const journal = await openJournal(run.journal);
  for (const record of records) journal.append(record);
  await journal.close();
  return run;
}

function metrics(step: number, values: Record<string, JournalNumber>): JournalRecord {
  return { type: "metrics", timestamp: T + step, step, metrics: values, stream: "stdout", offset: 10 * (step + 1) };
}

function sample(index: number, values: Record<string, number>): JournalRecord {
  return { type: "sample", timestamp: T + index, index, metrics: values };
}

function alert(changes: Partial<Alert>): JournalRecord {
  const rule = { rule: "r", phrase: "> 90", metric: "cpu_percent", comparison: ">", threshold: 90 } as const;
  return { type: "alert", ...rule, severity: "warning", state: "firing", value: 91, timestamp: T, ...changes };
}

describe("the view of a run", () => {
  test("has each training metric with its ends and its extremes, and counts NaN apart", async () => {
    const steps: JournalNumber[] = [3, "NaN", 1, 2];
    const run = await runOf([
      ...steps.map((loss, step) => metrics(step, { loss })),
      metrics(9, { only: "NaN", __proto__x: 1 }),
    ]);
    const view = await readRunView(run);
    expect(view.metrics["loss"]).toEqual({
      count: 4,
      nan: 1,
      first: 3,
      firstStep: 0,
      last: 2,
      lastStep: 3,
      min: 1,
      minStep: 2,
      max: 3,
      maxStep: 0,
      course: [3, undefined, 1, 2],
    });
    expect(view.metrics["only"]).toEqual({
      count: 1,
      nan: 1,
      first: Number.NaN,
      firstStep: 9,
      last: Number.NaN,
      lastStep: 9,
      course: [undefined],
    });
    expect(view.recorded).toEqual({
      stdout: { offset: 100, records: 1 },
      stderr: { offset: 0, records: 0 },
      channel: { offset: 0, records: 0 },
    });
  });

  test("says of each stream how far its metrics are recorded, and with how many records of the last line", async () => {
    const at = (stream: "stdout" | "stderr", offset: number) => ({ ...metrics(0, { loss: 1 }), stream, offset });
    const run = await runOf([at("stdout", 10), at("stderr", 40), at("stderr", 40), at("stdout", 30), at("stdout", 20)]);
    const { recorded } = await readRunView(run);
    expect(recorded).toEqual({
      stdout: { offset: 30, records: 1 },
      stderr: { offset: 40, records: 2 },
      channel: { offset: 0, records: 0 },
    });
  });

  test("has each system series, and where the next sample goes on", async () => {
    const launched = { type: "launch", timestamp: T - 1, pid: 4711, started: "a:1" } as const;
    const view = await readRunView(
      await runOf([launched, sample(0, { cpu_percent: 10 }), sample(1, { cpu_percent: 40, swap_used: 0 })]),
    );
    expect(view.system).toEqual({
      cpu_percent: { count: 2, last: 40, mean: 25, min: 10, max: 40, seconds: 0.002 },
      swap_used: { count: 1, last: 0, mean: 0, min: 0, max: 0, seconds: 0.001 },
    });
    expect(view).toMatchObject({ samples: 2, nextSample: 2, lastSeen: T + 1, status: "crashed" });
  });

  test("averages over time: a sample weighs what it covers, and time in which the run was stopped is in none", async () => {
    const at = (second: number, cpu_percent: number) => ({
      ...sample(second, { cpu_percent }),
      timestamp: T + second * 1000,
    });
    const run = await runOf([
      { type: "launch", timestamp: T, pid: 4711, started: "a:1" },
      at(1, 60),
      at(10, 0),
      { type: "gap", timestamp: T + 100_000, what: "samples", reason: "stopped" },
      at(101, 40),
      { type: "watcher", timestamp: T + 200_000, pid: 4712 },
      at(201, 100),
    ]);
    const { system } = await readRunView(run);
    expect(system["cpu_percent"]?.mean).toBeCloseTo((60 + 9 * 0 + 40 + 100) / 12);
  });

  test("has one alert per episode, with the worst it came to", async () => {
    const view = await readRunView(
      await runOf([
        alert({}),
        alert({ value: 99.5, severity: "critical", timestamp: T + 1 }),
        alert({ state: "resolved", value: 50, timestamp: T + 2 }),
        alert({ metric: "memory_percent", value: 92 }),
        alert({ value: 93, timestamp: T + 3 }),
      ]),
    );
    const rule = { rule: "r", phrase: "> 90", comparison: ">", threshold: 90 };
    expect(view.alerts).toEqual([
      {
        ...rule,
        metric: "cpu_percent",
        value: 99.5,
        severity: "critical",
        state: "resolved",
        timestamp: T,
        ended: T + 2,
      },
      { ...rule, metric: "memory_percent", value: 92, severity: "warning", state: "firing", timestamp: T },
      { ...rule, metric: "cpu_percent", value: 93, severity: "warning", state: "firing", timestamp: T + 3 },
    ]);
    expect(totalsOf(view)).toMatchObject({ alerts: 3, criticalAlerts: 1, maxCpuAlert: 99.5 });
  });

  test("counts alerts beyond those it keeps", async () => {
    const flapping = Array.from({ length: 1500 }, () => [alert({}), alert({ state: "resolved" })]).flat();
    const view = await readRunView(await runOf(flapping));
    expect(view.alerts).toHaveLength(1000);
    expect(view.alertCount).toEqual({ all: 1500, critical: 0 });
  });

  test("has the end, the gaps, what is unavailable, the damage and the uploads", async () => {
    const gap = { timestamp: T, what: "output", reason: "the disk is full", bytes: 7 };
    const missing = {
      timestamp: T,
      probe: "gpu",
      state: "unavailable" as const,
      metrics: ["gpu_count"],
      reason: "no driver",
    };
    const end = { status: "failed" as const, ended: T + 5, exitCode: 1 };
    const run = await runOf([
      { type: "machine", timestamp: T, facts: { cpu: "EPYC", cores: 8 } },
      { type: "gap", ...gap },
      { type: "unavailable", ...missing },
      { type: "end", ...end },
    ]);
    writeFileSync(run.journal, "junk\n", { flag: "a" });
    writeFileSync(
      run.uploadState("mlflow"),
      JSON.stringify({ state: "pending", uploaded: 3, url: "http://x", error: "refused", cursor: 9 }),
    );
    writeFileSync(run.uploadState("other"), "{");
    writeFileSync(run.uploadLease("mlflow"), "");
    const view = await readRunView(run);
    expect(view).toMatchObject({
      status: "failed",
      end,
      machine: { cpu: "EPYC", cores: 8 },
      gaps: [gap],
      directory: run.root,
    });
    expect(view.unavailable).toMatchObject([missing]);
    expect(view.damage).toMatchObject([{ bytes: 5, reason: "no JSON" }]);
    expect(view.uploads).toEqual([
      { backend: "mlflow", state: "pending", uploaded: 3, url: "http://x", error: "refused" },
      { backend: "other", state: "unreadable" },
    ]);
  });

  test("has the interval that was set, or the newest that auto came to", async () => {
    const chosen: JournalRecord = { type: "interval", timestamp: T, interval: 5, reason: "chosen" };
    const changed: JournalRecord = { ...chosen, interval: 15, reason: "sampling took too much" };
    expect((await readRunView(await runOf([]))).interval).toBe(10);
    expect(await readRunView(await runOf([], { interval: "auto" }))).not.toHaveProperty("interval");
    expect((await readRunView(await runOf([chosen, changed], { interval: "auto" }))).interval).toBe(15);
  });

  test("is refused in one sentence where there is no journal or no header", async () => {
    const run = runDirectory(temporaryFolder());
    await expect(readRunView(run)).rejects.toThrow(UserError);
    writeFileSync(run.journal, "junk\n");
    await expect(readRunView(run)).rejects.toThrow(/its first record is missing or damaged/);
  });
});

describe("the totals of a run", () => {
  const both = { cpu_percent: 10, memory_percent: 50, cpu_count_logical: 8, memory_total: 2 ** 34 };
  const reason: JournalRecord = {
    type: "unavailable",
    timestamp: T,
    probe: "cpu",
    state: "failed",
    metrics: ["cpu_percent"],
    reason: "no /proc/stat",
  };

  test.each([
    ["enabled where both were read", [sample(0, both)], { monitoring: "enabled", cpuCores: 8, memoryTotal: 2 ** 34 }],
    ["enabled where one failed only once", [reason, sample(0, both)], { monitoring: "enabled" }],
    ["disabled without any of them", [sample(0, { tracelet_cpu_percent: 1 })], { monitoring: "disabled" }],
    [
      "failed with the reason",
      [reason, sample(0, { memory_percent: 1 })],
      { monitoring: "failed", monitoringError: "cpu_percent could not be read: no /proc/stat" },
    ],
    [
      "failed where no reason is known",
      [sample(0, { memory_total: 1 })],
      { monitoring: "failed", monitoringError: "cpu_percent and memory_percent could not be read: no sample has them" },
    ],
  ] as const)("call monitoring %s", async (_, records, expected) => {
    expect(totalsOf(await readRunView(await runOf(records)))).toMatchObject(expected);
  });

  test("have mean and maximum", async () => {
    const launched = { type: "launch", timestamp: T - 1, pid: 4711, started: "a:1" } as const;
    const later = sample(1, { cpu_percent: 30, memory_percent: 60 });
    const view = await readRunView(await runOf([launched, sample(0, both), later]));
    expect(totalsOf(view)).toMatchObject({ cpuPercent: { mean: 20, max: 30 }, memoryPercent: { mean: 55, max: 60 } });
  });
});

test("an export has every point, with NaN as text and the time to the millisecond", async () => {
  const run = await runOf([metrics(0, { loss: "NaN", acc: 0.5 }), sample(4, { cpu_percent: 1 })]);
  expect(await collect(exportPoints(run))).toEqual([
    { name: "loss", value: "NaN", step: 0, timestamp: "2026-11-22T20:15:30.007Z", source: "training" },
    { name: "acc", value: 0.5, step: 0, timestamp: "2026-11-22T20:15:30.007Z", source: "training" },
    { name: "cpu_percent", value: 1, step: 4, timestamp: "2026-11-22T20:15:30.011Z", source: "system" },
  ]);
});
