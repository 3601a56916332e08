import { mkdirSync, writeFileSync } from "node:fs";
import { encodeRecord } from "../../src/journal/encode.ts";
import { type RunDirectory, runDirectory } from "../../src/journal/run-directory.ts";
import type { ProcessEntry } from "../../src/model/probe.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { RunEnd, RunHeader } from "../../src/model/run.ts";

export const STARTED = Date.UTC(2026, 10, 22, 20, 15, 30);
const GIB = 1024 ** 3;

/** What is in a run directory. */
export interface Scene {
  readonly header?: Partial<RunHeader>;
  readonly records: Iterable<JournalRecord>;
  readonly end?: Partial<RunEnd> | "none";
  /** Lines and the milliseconds after the start at which they came. */
  readonly output?: readonly (readonly [after: number, line: string])[];
}

/** Writes a run directory into a store, as a run leaves it. */
export function writeScene(
  dir: string,
  { header = {}, records, end, output = [] }: Scene,
): RunDirectory & { id: string } {
  const id = header.id ?? "20261122-201530-k3f9";
  const run = runDirectory(`${dir}/runs/${id}`);
  mkdirSync(run.root, { recursive: true });
  const all: JournalRecord[] = [headerOf(id, header), ...records];
  if (end !== "none") all.push({ type: "end", status: "finished", ended: lastOf(all), exitCode: 0, ...end });
  writeFileSync(run.journal, all.map(encodeRecord).join(""));
  const pieces = output.map(([after, line]) => ({ timestamp: STARTED + after, bytes: Buffer.from(`${line}\n`) }));
  writeFileSync(run.outputLog, Buffer.concat(pieces.map(({ bytes }) => bytes)));
  writeFileSync(run.outputIndex, pieces.map(({ timestamp, bytes }) => `${timestamp} 1 ${bytes.length}\n`).join(""));
  return { ...run, id };
}

function headerOf(id: string, changes: Partial<RunHeader>): JournalRecord {
  return {
    type: "run",
    version: 1,
    id,
    name: "brisk-otter-42",
    project: "digits",
    command: ["python", "train.py", "--lr", "3e-4"],
    cwd: "/home/ada/digits",
    host: "trainer",
    user: "ada",
    started: STARTED,
    tracelet: "0.1.0",
    git: { commit: "9fceb02d0ae598e95dc970b74767f19372d61af8", branch: "main" },
    params: { lr: "3e-4", batch_size: "64" },
    tags: { team: "vision" },
    interval: 10,
    backends: [],
    ...changes,
  };
}

function lastOf(records: readonly JournalRecord[]): number {
  return records.reduce((last, record) => ("timestamp" in record ? Math.max(last, record.timestamp) : last), STARTED);
}

/** The same numbers at every call: mulberry32. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function metricsRecord(
  after: number,
  step: number,
  metrics: Readonly<Record<string, number | "NaN" | "Infinity">>,
): JournalRecord {
  return { type: "metrics", timestamp: STARTED + after, step, metrics, stream: "stdout", offset: after };
}

export function sampleRecord(
  after: number,
  index: number,
  metrics: Readonly<Record<string, number>>,
  processes?: readonly ProcessEntry[],
): JournalRecord {
  return {
    type: "sample",
    timestamp: STARTED + after,
    index,
    metrics,
    ...(processes === undefined ? {} : { processes }),
  };
}

/** A training of some hours on several GPUs, with alerts, checkpoints and an evaluation each epoch. */
export function longTraining({ hours = 24, gpus = 8, steps = 45_000, seed = 7 } = {}): Scene {
  const random = dice(seed);
  const records: JournalRecord[] = [
    {
      type: "machine",
      timestamp: STARTED + 100,
      facts: {
        cpu_model: "AMD EPYC 7763",
        cpu_count_logical: 128,
        memory_total: 1024 * GIB,
        kernel: "6.8.0-45-generic",
        ...Object.fromEntries(Array.from({ length: gpus }, (_, gpu) => [`gpu_${gpu}_name`, "NVIDIA H100 80GB HBM3"])),
      },
    },
  ];
  const output: [number, string][] = [[1500, "\u001b[1mTraining\u001b[0m resnet50 on imagenet, 90 epochs"]];
  const length = hours * 3600_000;
  const interval = Math.max(1000, length / 8640);
  let index = 0;
  for (let after = 200; after < length; after += interval) {
    const part = after / length;
    const isEval = (part * 30) % 1 > 0.93;
    const heat = Math.min(1, after / 600_000);
    const metrics: Record<string, number> = {
      cpu_percent: 34 + 10 * random() + (isEval ? 20 : 0),
      memory_percent: 22 + 6 * part + random(),
      memory_used: (230 + 60 * part + random() * 8) * GIB,
      memory_total: 1024 * GIB,
      workload_cpu_percent: 3900 + 600 * random(),
      workload_memory_rss: (180 + 60 * part + random() * 4) * GIB,
      tracelet_cpu_percent: 0.2 + 0.1 * random(),
      disk_read_bytes_per_second: (isEval ? 900 : 400) * 1024 ** 2 * (0.7 + 0.6 * random()),
      disk_write_bytes_per_second: 8 * 1024 ** 2 * random(),
      network_bytes_sent_per_second: 2 * 1024 ** 2 * random(),
      network_bytes_recv_per_second: 45 * 1024 ** 2 * (0.5 + random()),
      io_pressure_percent: 4 * random(),
      cpu_pressure_percent: 2 * random(),
      memory_pressure_percent: 0,
      load_average_1m: 40 + 8 * random(),
      load_average_5m: 41 + 2 * random(),
      load_average_15m: 41,
      open_files: 1200 + Math.round(50 * random()),
      workload_read_bytes: 420 * 1024 ** 2 * (after / 1000),
    };
    for (let gpu = 0; gpu < gpus; gpu += 1) {
      metrics[`gpu_${gpu}_utilization`] = isEval
        ? 55 + 30 * random()
        : Math.min(100, 88 + 12 * random() - (gpu === 3 ? 9 : 0));
      metrics[`gpu_${gpu}_memory_used`] = (61 + gpu * 0.4 + 4 * random()) * GIB;
      metrics[`gpu_${gpu}_memory_total`] = 80 * GIB;
      metrics[`gpu_${gpu}_energy`] = (600 * after) / 1000;
      metrics[`gpu_${gpu}_power`] = isEval ? 380 + 60 * random() : 620 + 60 * random();
      metrics[`gpu_${gpu}_temperature`] = Math.round(38 + heat * (22 + gpu) + 3 * random());
      metrics[`gpu_${gpu}_throttled_percent`] = gpu === 7 ? 12 * random() : 0;
    }
    records.push(sampleRecord(Math.round(after), index, metrics));
    index += 1;
  }
  for (let step = 0; step < steps; step += 1) {
    const part = step / steps;
    const after = Math.round(2000 + part * (length - 4000));
    const loss = 0.9 + 6 * Math.exp(-part * 9) + 0.25 * random();
    const own: Record<string, number> = { "train/loss": loss, lr: 3e-4 * Math.min(1, part * 20) * (1 - part) + 1e-6 };
    if (step % 20 === 0) own["throughput"] = 2400 + 120 * random();
    records.push(metricsRecord(after, step, own));
    if (step % (steps / 90) === steps / 90 - 1) {
      const epoch = (step + 1) / (steps / 90);
      records.push(
        metricsRecord(after, step, {
          "val/loss": 1.1 + 5.6 * Math.exp(-part * 8) + 0.05 * random(),
          "val/accuracy": 0.78 * (1 - Math.exp(-part * 6)) + 0.01 * random(),
        }),
      );
      output.push(
        [after, `Epoch ${epoch}/90 - loss ${loss.toFixed(4)}`],
        [after + 900, `saved checkpoint ckpt/epoch_${epoch}.pt`],
      );
    }
  }
  output.push([length / 3, "UserWarning: Detected call of lr_scheduler.step() before optimizer.step()"]);
  const alert = {
    rule: "gpu_temperature > 84 for 60s",
    metric: "gpu_7_temperature",
    phrase: "> 84",
    comparison: ">",
    threshold: 84,
  } as const;
  records.push(
    { type: "alert", ...alert, state: "firing", severity: "warning", value: 86, timestamp: STARTED + length * 0.41 },
    { type: "alert", ...alert, state: "resolved", severity: "warning", value: 79, timestamp: STARTED + length * 0.47 },
  );
  records.sort((one, other) => timeOf(one) - timeOf(other));
  output.sort(([one], [other]) => one - other);
  return {
    header: {
      name: "resnet50-imagenet",
      project: "vision",
      command: ["torchrun", "--nproc-per-node", String(gpus), "train.py", "--epochs", "90"],
      backends: ["mlflow"],
    },
    records,
    output,
    end: { ended: STARTED + length },
  };
}

/** Something that ended before there was much to see. */
export function shortRun(): Scene {
  return {
    header: { name: "quick-look", interval: 10 },
    records: [
      sampleRecord(120, 0, { cpu_percent: 12, memory_percent: 31, memory_used: 5 * GIB, memory_total: 16 * GIB }),
      metricsRecord(900, 1, { loss: 2.31 }),
      metricsRecord(1400, 2, { loss: 1.9 }),
      metricsRecord(1900, 3, { loss: 1.72 }),
      sampleRecord(2010, 1, { cpu_percent: 64, memory_percent: 33, memory_used: 5.4 * GIB, memory_total: 16 * GIB }),
    ],
    output: [
      [900, "step 1 loss 2.31"],
      [1400, "step 2 loss 1.9"],
      [1900, "step 3 loss 1.72"],
    ],
    end: { ended: STARTED + 2040 },
  };
}

/** An hour of nothing but the machine. */
export function withoutMetrics(): Scene {
  const random = dice(3);
  const records: JournalRecord[] = [];
  for (let index = 0; index < 360; index += 1) {
    const after = index * 10_000 + (index > 200 ? 900_000 : 0);
    const processes = ["python", "dataloader", "sh"].map((name, number): ProcessEntry => ({
      pid: 4711 + number,
      name,
      status: "running",
      cpu_percent: (90 / (number + 1)) * random(),
      memory_rss: (3 - number) * GIB * (0.9 + 0.1 * random()),
      memory_percent: 2,
    }));
    records.push(
      sampleRecord(
        after,
        index,
        {
          cpu_percent: 50 + 40 * Math.sin(index / 20) + 5 * random(),
          memory_percent: 40,
          memory_used: (12 + random()) * GIB,
          container_cpu_percent: 95 + 5 * random(),
          container_cpu_throttled_percent: 30 + 10 * random(),
          disk_percent: 71,
        },
        processes,
      ),
    );
  }
  return { header: { name: "no-metrics" }, records, output: [[1000, "working …"]] };
}

/** Forty metrics of one training. */
export function fortySeries(): Scene {
  const random = dice(5);
  const names = Array.from({ length: 20 }, (_, layer) => [
    `grad_norm/layer${layer}`,
    `weight_norm/layer${layer}`,
  ]).flat();
  const records = Array.from({ length: 600 }, (_, step) =>
    metricsRecord(
      step * 4000,
      step,
      Object.fromEntries(names.map((name, index) => [name, (index + 1) * (1 + random()) * Math.exp(-step / 300)])),
    ),
  );
  return { header: { name: "forty-series" }, records, output: [] };
}

/** One that diverged and died. */
export function failedRun(): Scene {
  const random = dice(11);
  const records: JournalRecord[] = [];
  for (let step = 1; step <= 300; step += 1) {
    const loss =
      step > 260 ? ("NaN" as const) : 2 * Math.exp(-step / 80) + 0.1 * random() + (step > 240 ? 2 ** (step - 240) : 0);
    records.push(metricsRecord(step * 1000, step, { loss, accuracy: Math.min(1, step / 300) }));
    if (step % 10 === 0)
      records.push(
        sampleRecord(step * 1000, step / 10 - 1, {
          cpu_percent: 20 + 60 * random(),
          memory_percent: 60 + step / 9,
          workload_memory_rss: (8 + step / 20) * GIB,
        }),
      );
  }
  const nan = { rule: "*loss* is nan", metric: "loss", phrase: "is nan", builtIn: true } as const;
  records.push(
    {
      type: "alert",
      ...nan,
      state: "firing",
      severity: "critical",
      value: Number.NaN,
      step: 261,
      timestamp: STARTED + 261_000,
    },
    {
      type: "death",
      timestamp: STARTED + 301_000,
      findings: [{ cause: "out of memory", text: "the kernel killed it for memory: 23.9 of 24 GiB were in use" }],
      output: ["RuntimeError: loss is not finite"],
    },
    {
      type: "gap",
      timestamp: STARTED + 120_000,
      what: "output",
      reason: "the output log reached its limit (--log-limit)",
      bytes: 67_108_864,
    },
    {
      type: "unavailable",
      timestamp: STARTED + 10,
      probe: "gpu",
      state: "failed",
      metrics: ["gpu_count"],
      reason: "the driver does not answer",
      hint: "type nvidia-smi to see what it says",
    },
  );
  return {
    header: { name: "diverged" },
    records,
    end: { status: "failed", exitCode: 1, ended: STARTED + 301_000 },
    output: [
      [1000, "\u001b[32mINFO\u001b[0m starting"],
      [261_000, "\u001b[33mWARNING\u001b[0m loss is nan"],
      [300_000, "Traceback (most recent call last):"],
      [300_000, '  File "train.py", line 88, in <module>'],
      [300_001, "RuntimeError: loss is not finite"],
    ],
  };
}

function timeOf(record: JournalRecord): number {
  return "timestamp" in record ? record.timestamp : 0;
}
