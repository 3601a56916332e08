import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import type { Backend, RunTotals } from "../../src/model/backend.ts";
import type { RunEnd } from "../../src/model/run.ts";
import { EMPTY, headerOf } from "../conformance/backend.ts";
import { type MlflowReader, openReader } from "../support/mlflow/read-run.ts";
import { mlflowAvailable, sharedMlflow } from "../support/mlflow/shared.ts";

const NEVER = new AbortController().signal;
const run = promisify(execFile);

describe.skipIf(!(await mlflowAvailable()))("what lands in MLflow, as its own client reads it", () => {
  let server: { url: string; python: string };
  let backend: Backend;
  let reader: MlflowReader;

  beforeAll(async () => {
    server = await sharedMlflow();
    backend = createMlflow({ MLFLOW_TRACKING_URI: `${server.url}/` });
    reader = openReader(server);
  });
  afterAll(() => {
    backend.close();
    reader.close();
  });

  it("nothing, when it is only asked whether it is there", async () => {
    await expect(backend.check?.(NEVER)).resolves.toBeUndefined();
  });

  it("the run with its experiment, name, start, tags and address", async () => {
    const header = headerOf("identity", {
      project: "größe & co",
      tags: { "mlflow.user": "mary", "mlflow.source.git.commit": "abc", "mlflow.runName": "other", "odd (key)": "x" },
    });
    const remote = await backend.openRun(header, undefined, NEVER);
    const read = await reader.run(remote.remoteId);
    expect(read.info).toMatchObject({
      experiment: "größe & co",
      run_name: header.name,
      start_time: header.started,
      status: "RUNNING",
    });
    expect(read.tags).toMatchObject({
      "mlflow.user": "mary",
      "mlflow.source.git.commit": "abc",
      "odd _key": "x",
      "tracelet.run_id": header.id,
      "tracelet.host": "node-1",
      "tracelet.command": `python train.py --name 'it'\\''s odd'`,
    });
    expect(remote.url).toBe(`${server.url}/#/experiments/${read.info.experiment_id}/runs/${remote.remoteId}`);
  });

  it("system metrics under MLflow's names, unrounded, with the network counted from the first sample", async () => {
    const header = headerOf("system");
    const remote = await backend.openRun(header, undefined, NEVER);
    const sample = (index: number, received: number) => ({
      index,
      timestamp: header.started + index * 1000,
      metrics: {
        cpu_percent: 12.3456,
        memory_used: 1_234_567_890,
        memory_percent: 50,
        disk_percent: 60,
        disk_used: 2e9,
        disk_free: 3e9,
        network_bytes_recv: received,
        gpu_0_utilization: 90,
        gpu_0_memory_used: 4e9,
        gpu_0_temperature: 65,
        load_average_1m: 0.5,
        "process_count_disk-sleep": 0,
      },
    });
    await backend.write(remote, { ...EMPTY, system: [sample(0, 7e9), sample(1, 7_001_500_000)] }, NEVER);
    const later = createMlflow({ MLFLOW_TRACKING_URI: server.url });
    await later.openRun(header, undefined, NEVER);
    await later.write(remote, { ...EMPTY, system: [sample(2, 7_003_000_000)] }, NEVER);
    later.close();

    const { metrics } = await reader.run(remote.remoteId);
    expect(Object.fromEntries(Object.entries(metrics).map(([key, points]) => [key, points[0]?.value]))).toEqual({
      "system/cpu_utilization_percentage": 12.3456,
      "system/system_memory_usage_megabytes": 1234.56789,
      "system/system_memory_usage_percentage": 50,
      "system/disk_usage_percentage": 60,
      "system/disk_usage_megabytes": 2000,
      "system/disk_available_megabytes": 3000,
      "system/network_receive_megabytes": 0,
      "system/gpu_0_utilization_percentage": 90,
      "system/gpu_0_memory_usage_megabytes": 4000,
      "system/gpu_0_temperature": 65,
      "system/load_average_1m": 0.5,
      "system/process_count_disk-sleep": 0,
    });
    expect(metrics["system/network_receive_megabytes"]).toEqual(
      [0, 1.5, 3].map((value, step) => ({
        key: "system/network_receive_megabytes",
        value,
        step,
        timestamp: header.started + step * 1000,
      })),
    );
  });

  it("a key that MLflow does not take keeps its changed name in a later session", async () => {
    const header = headerOf("renamed");
    const remote = await backend.openRun(header, undefined, NEVER);
    const point = { step: 1, timestamp: header.started };
    await backend.write(remote, { ...EMPTY, metrics: [{ ...point, metrics: { "acc@1": 1 } }] }, NEVER);
    const later = createMlflow({ MLFLOW_TRACKING_URI: server.url });
    const metrics = ["acc_1", "acc@1", "acc%1"].map((key) => ({ ...point, metrics: { [key]: 1 }, step: 2 }));
    await later.write(remote, { ...EMPTY, metrics }, NEVER);
    later.close();
    const read = await reader.run(remote.remoteId);
    expect(read.metrics["acc_1"]?.map(({ step }) => step)).toEqual([1, 2]);
    expect(read.tags).toMatchObject({
      "tracelet.metric.acc_1": "acc@1",
      "tracelet.metric.acc_1_2": "acc_1",
      "tracelet.metric.acc_1_3": "acc%1",
    });
  });

  it.each<[RunEnd["status"], string]>([
    ["finished", "FINISHED"],
    ["failed", "FAILED"],
    ["killed", "KILLED"],
    ["crashed", "FAILED"],
  ])("a run that %s is %s, with its totals as params", async (status, word) => {
    const header = headerOf(status);
    const remote = await backend.openRun(header, undefined, NEVER);
    await backend.endRun(remote, { status, ended: header.started + 1500.5 }, TOTALS, NEVER);
    const read = await reader.run(remote.remoteId);
    expect(read.info).toMatchObject({ status: word, end_time: header.started + 1500 });
    expect(read.params).toEqual({
      avg_cpu_usage: "12.35",
      max_cpu_usage: "100",
      avg_memory_usage: "0",
      max_memory_usage: "87.3",
      alert_count: "2",
      critical_alerts: "1",
      max_cpu_alert: "99.5",
      system_monitoring: "failed",
      error: "cpu_percent cannot be read",
      cpu_cores: "8",
      memory_gb: "15.5",
    });
  });

  it("what the GPUs came to is among them", async () => {
    const header = headerOf("gpus");
    const remote = await backend.openRun(header, undefined, NEVER);
    const gpu = { count: 8, hours: 25.6, joules: 14_760_000, idlePercent: 12.345, peakMemory: 69.5 * 1024 ** 3 };
    await backend.endRun(remote, { status: "finished", ended: header.started }, { ...TOTALS, gpu }, NEVER);
    expect((await reader.run(remote.remoteId)).params).toMatchObject({
      gpu_count: "8",
      gpu_hours: "25.6",
      gpu_energy_joules: "14760000",
      gpu_energy_wh: "4100",
      gpu_idle_percent: "12.35",
      max_gpu_memory_gb: "69.5",
    });
  });

  it("alerts, and what the command died of, are tags", async () => {
    const header = headerOf("alerts");
    const remote = await backend.openRun(header, undefined, NEVER);
    const loss = { rule: "loss is nan", metric: "loss", value: Number.NaN, step: 21, phrase: "is nan" } as const;
    const totals: RunTotals = {
      ...TOTALS,
      episodes: [
        {
          rule: "gpu_temperature > 85",
          metric: "gpu_0_temperature",
          value: 88,
          phrase: "> 85",
          severity: "warning",
          state: "resolved",
          timestamp: 1,
        },
        { ...loss, severity: "critical", state: "firing", timestamp: 2 },
      ],
      death: {
        timestamp: 3,
        findings: [{ cause: "stopped by a rule", text: "the alert rule 'loss is nan' stopped it" }],
        output: [],
      },
      findings: [{ id: "idle-gpu", sentence: "GPU 2 did nothing", advice: "ask for fewer" }],
    };
    await backend.endRun(remote, { status: "killed", ended: header.started + 1, signal: "SIGTERM" }, totals, NEVER);
    expect((await reader.run(remote.remoteId)).tags).toMatchObject({
      "tracelet.alerts":
        "warning: gpu_temperature > 85, gpu_0_temperature (88), resolved\ncritical: loss is nan (NaN at step 21)",
      "tracelet.death": "the alert rule 'loss is nan' stopped it",
      "tracelet.verdict": "GPU 2 did nothing. What to do: ask for fewer.",
    });
  });

  it("a param that has another value already is a rejection, and the others land", async () => {
    const remote = await backend.openRun(headerOf("conflict"), undefined, NEVER);
    await backend.write(remote, { ...EMPTY, params: { lr: "1" } }, NEVER);
    const { rejected } = await backend.write(remote, { ...EMPTY, params: { a: "1", lr: "2", z: "3" } }, NEVER);
    expect(rejected).toEqual([{ what: "lr", reason: expect.stringContaining("Changing param values is not allowed") }]);
    expect((await reader.run(remote.remoteId)).params).toEqual({ lr: "1", a: "1", z: "3" });
  });

  it("runs of a new project that start together share one experiment", async () => {
    const project = `race ${crypto.randomUUID()}`;
    const open = (name: string) => backend.openRun(headerOf(name, { project }), undefined, NEVER);
    const remotes = await Promise.all(["a", "b", "c", "d"].map(open));
    expect(new Set(remotes.map((remote) => remote.detail["experiment_id"])).size).toBe(1);
    expect(await reader.experiment(project)).toHaveLength(4);
  });

  it("a deleted run and a deleted experiment are told, with what to type", async () => {
    const header = headerOf("deleted", { project: `deleted ${crypto.randomUUID()}` });
    const remote = await backend.openRun(header, undefined, NEVER);
    await mlflowCommand("runs", "delete", "--run-id", remote.remoteId);
    await expect(backend.openRun(header, remote, NEVER)).rejects.toMatchObject({
      retryable: false,
      hint: `to go on, type: mlflow runs restore --run-id ${remote.remoteId}`,
    });
    const experiment = remote.detail["experiment_id"] ?? "";
    await mlflowCommand("experiments", "delete", "--experiment-id", experiment);
    await expect(backend.openRun(header, undefined, NEVER)).rejects.toMatchObject({
      message: `the experiment "${header.project}" was deleted in MLflow`,
      retryable: false,
      hint: expect.stringContaining(`mlflow experiments restore --experiment-id ${experiment}`),
    });
  });

  it("a run that this server has never seen is made anew", async () => {
    const header = headerOf("elsewhere");
    const known = { remoteId: "0123456789abcdef0123456789abcdef", detail: {} };
    const remote = await backend.openRun(header, known, NEVER);
    expect(remote.remoteId).not.toBe(known.remoteId);
    await expect(backend.write(known, EMPTY, NEVER)).rejects.toMatchObject({ retryable: false });
  });

  async function mlflowCommand(...args: string[]): Promise<void> {
    const env = { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: "true" };
    await run(server.python, ["-m", "mlflow", ...args], { env });
  }
});

const TOTALS: RunTotals = {
  cpuPercent: { mean: 12.3456, max: 100 },
  memoryPercent: { mean: 0, max: 87.3 },
  alerts: 2,
  criticalAlerts: 1,
  maxCpuAlert: 99.5,
  monitoring: "failed",
  monitoringError: "cpu_percent cannot be read",
  cpuCores: 8,
  memoryTotal: 15.5 * 1024 ** 3,
};
