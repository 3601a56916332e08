import type { RunSummaryRow, RunView } from "../../src/model/view.ts";

/** A run that went well, with nothing optional in it. */
export const PLAIN_RUN: RunView = {
  header: {
    id: "20261122-201530-k3f9",
    name: "brave-otter",
    project: "digits",
    command: ["python", "train.py", "--lr", "3e-4"],
    cwd: "/home/ada/digits",
    host: "lab-3",
    started: Date.UTC(2026, 10, 22, 20, 15, 30),
    tracelet: "0.1.0",
    params: {},
    tags: {},
    interval: 10,
    backends: [],
  },
  status: "finished",
  end: { status: "finished", ended: Date.UTC(2026, 10, 22, 20, 15, 42, 300), exitCode: 0 },
  directory: "/home/ada/digits/.tracelet/runs/20261122-201530-k3f9",
  lastSeen: Date.UTC(2026, 10, 22, 20, 15, 42, 300),
  params: {},
  tags: {},
  machine: {},
  metrics: {},
  system: {},
  samples: 2,
  interval: 10,
  nextSample: 2,
  recorded: {
    stdout: { offset: 0, records: 0 },
    stderr: { offset: 0, records: 0 },
    channel: { offset: 0, records: 0 },
  },
  alerts: [],
  alertCount: { all: 0, critical: 0 },
  openAlerts: [],
  actions: [],
  closeups: [],
  unavailable: [],
  gaps: [],
  damage: [],
  uploads: [],
};

/** A metric that fell, with its best before the last point. */
export const FALLING = {
  count: 100,
  nan: 0,
  first: 2.31,
  firstStep: 1,
  last: 0.12,
  lastStep: 100,
  min: 0.11,
  minStep: 90,
  max: 2.31,
  maxStep: 1,
};

/** A run with something in every part. */
export const FULL_RUN: RunView = {
  ...PLAIN_RUN,
  header: {
    ...PLAIN_RUN.header,
    user: "ada",
    git: { commit: "0123456789abcdef0123456789abcdef01234567", branch: "main" },
    backends: ["mlflow"],
  },
  status: "failed",
  end: { status: "failed", ended: Date.UTC(2026, 10, 22, 21, 17, 30), exitCode: 3 },
  params: { lr: "3e-4", "batch size": "32" },
  tags: { team: "vision" },
  machine: { hostname: "lab-3", cpu_count_logical: 16, memory_total: 16 * 1024 ** 3 },
  metrics: { loss: FALLING, accuracy: { ...FALLING, first: 0.1, last: 0.9701, min: 0.1, max: 0.9708, maxStep: 97 } },
  system: {
    cpu_percent: { count: 9, last: 80, mean: 83.2, min: 1.25, max: 100, seconds: 80 },
    memory_percent: { count: 9, last: 41, mean: 40.6, min: 39, max: 44.1, seconds: 80 },
    memory_used: { count: 9, last: 7e9, mean: 6.5e9, min: 6e9, max: 7.1e9, seconds: 80 },
    gpu_0_temperature: { count: 9, last: 71, mean: 65.5, min: 33, max: 74, seconds: 80 },
  },
  alerts: [
    {
      rule: "memory_percent > 85",
      phrase: "> 85",
      metric: "memory_percent",
      value: 87.3,
      comparison: ">",
      threshold: 85,
      severity: "warning",
      state: "resolved",
      timestamp: Date.UTC(2026, 10, 22, 20, 20),
      ended: Date.UTC(2026, 10, 22, 20, 21),
    },
    {
      rule: "cpu_percent > 90",
      phrase: "> 90",
      metric: "cpu_percent",
      value: 100,
      comparison: ">",
      threshold: 90,
      severity: "critical",
      state: "firing",
      timestamp: Date.UTC(2026, 10, 22, 21, 0),
    },
  ],
  alertCount: { all: 2, critical: 1 },
  unavailable: [
    {
      probe: "gpu",
      state: "failed",
      metrics: ["gpu_count"],
      reason: "the driver does not answer",
      hint: "try nvidia-smi",
    },
  ],
  gaps: [{ timestamp: Date.UTC(2026, 10, 22, 21, 1), what: "output", reason: "the disk is full", bytes: 3_145_728 }],
  damage: [{ offset: 4096, bytes: 12, reason: "no JSON" }],
  uploads: [{ backend: "mlflow", state: "pending", uploaded: 250, error: "http://127.0.0.1:5000 does not answer" }],
};

/** Two lines of a list: one that is over, one that is going on. */
export const ROWS: readonly RunSummaryRow[] = [
  {
    id: "20261122-211530-aaaa",
    name: "calm-heron",
    project: "digits",
    status: "running",
    started: Date.UTC(2026, 10, 22, 21, 15, 30),
  },
  {
    id: "20261122-201530-k3f9",
    name: "brave-otter",
    project: "digits",
    status: "killed",
    signal: "SIGTERM",
    started: Date.UTC(2026, 10, 22, 20, 15, 30),
    ended: Date.UTC(2026, 10, 22, 20, 17, 33),
  },
];
