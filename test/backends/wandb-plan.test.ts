import { describe, expect, test } from "vitest";
import { totalItems } from "../../src/backends/wandb-batches.ts";
import { historyOf, seriesName } from "../../src/backends/wandb-rows.ts";
import { environmentOf, exitCodeOf, wandbRun } from "../../src/backends/wandb-run.ts";
import { legalProject, readWandbSettings } from "../../src/backends/wandb-settings.ts";
import { statsOf } from "../../src/backends/wandb-system.ts";
import { paramJson } from "../../src/backends/wandb-values.ts";
import { headerOf } from "../conformance/backend.ts";

const point = (key: string, step: number, value = step, timestamp = step) => ({
  metrics: { [key]: value },
  step,
  timestamp,
});
const rows = (...points: readonly ReturnType<typeof point>[]) =>
  historyOf(points, 0).rows.map(({ step, parts, printed }) => [
    step,
    Object.fromEntries(
      parts.flatMap(({ metrics }) => Object.entries(metrics).map(([key, value]) => [seriesName(key), String(value)])),
    ),
    ...(printed === undefined ? [] : [printed]),
  ]);

describe("a row of W&B's history", () => {
  test("has what was printed for one step, with the time of the last", () => {
    const { rows: made, last } = historyOf([point("loss", 3, 0.5, 10), point("acc", 3, 0.25, 20)], 0);
    const parts = [point("loss", 3, 0.5, 10), point("acc", 3, 0.25, 20)];
    expect(made).toEqual([{ step: 3, timestamp: 20, parts }]);
    expect([...last]).toEqual([
      ["loss", "0.5"],
      ["acc", "0.25"],
    ]);
  });

  test("has a name once: what comes again for a step has a row of its own", () => {
    expect(rows(point("loss", 1, 1), point("loss", 1, 2))).toEqual([
      [1, { loss: "1" }],
      [1, { loss: "2" }],
    ]);
  });

  test("never goes back: a step that does, or that is no whole number, stands beside the last one", () => {
    const odd = rows(
      point("loss", 7),
      point("acc", 2),
      point("loss", 8),
      point("x", 8.5),
      point("x", -1),
      point("x", 1e300),
    );
    expect(odd).toEqual([
      [7, { loss: "7" }],
      [7, { acc: "2" }, 2],
      [8, { loss: "8" }],
      [8, { x: "8.5" }, 8.5],
      [8, { x: "-1" }, -1],
      [8, { x: "1e+300" }, 1e300],
    ]);
  });

  test("keeps apart what W&B has of its own, and has NaN and the infinities by their names", () => {
    expect(rows(point("_step", 1, Number.NaN), point("tracelet/step", 1, -Infinity), point("y", 1, Infinity))).toEqual([
      [1, { "tracelet/_step": "NaN", "tracelet/tracelet/step": "-Infinity", y: "Infinity" }],
    ]);
  });
});

test("params are numbers and booleans where they are exactly that, and text otherwise", () => {
  const json = [
    "3e-4",
    "0.10",
    "-1",
    "true",
    "False",
    "007",
    "1e999",
    "12345678901234567890",
    "0x10",
    "",
    "a b",
    "NaN",
  ];
  expect(json.map(paramJson)).toEqual([
    "3e-4",
    "0.10",
    "-1",
    "true",
    "false",
    '"007"',
    '"1e999"',
    '"12345678901234567890"',
    '"0x10"',
    '""',
    '"a b"',
    '"NaN"',
  ]);
});

test("system metrics have W&B's names and units, counters from the run's start", () => {
  const metrics = {
    workload_cpu_percent: 150,
    cpu_count_logical: 4,
    cpu_percent: 60,
    memory_available: 2 * 1024 ** 2,
    memory_total: 4 * 1024 ** 2,
    workload_memory_rss: 1024 ** 2,
    disk_used: 1024 ** 3,
    network_bytes_sent: 1500,
    disk_read_bytes: 3 * 1024 ** 2,
    gpu_1_utilization: 90,
    gpu_1_memory_used: 7,
    gpu_1_something_new: 1,
  };
  const stats = statsOf({ index: 0, timestamp: 0, metrics }, { network_bytes_sent: 500, disk_read_bytes: 1024 ** 2 });
  expect(Object.fromEntries(stats)).toEqual({
    cpu: 37.5,
    cpu_percent: 60,
    cpu_count_logical: 4,
    workload_cpu_percent: 150,
    memory_total: 4 * 1024 ** 2,
    "proc.memory.availableMB": 2,
    "proc.memory.rssMB": 1,
    "proc.memory.percent": 25,
    "disk.run.usageGB": 1,
    "disk.all.in": 2,
    "network.sent": 1000,
    "gpu.1.gpu": 90,
    "gpu.1.memoryAllocatedBytes": 7,
    "gpu.1.something_new": 1,
  });
  const thinned = { index: 0, timestamp: 0, metrics: { disk_used: 1024 ** 3 }, max: { disk_used: 2 * 1024 ** 3 } };
  expect(statsOf(thinned, {})).toEqual([
    ["disk.run.usageGB", 1],
    ["disk.run.usageGB_max", 2],
  ]);
});

test("a limit of the container counts as its cores", () => {
  const metrics = { workload_cpu_percent: 100, cpu_count_logical: 64, container_cpu_limit: 2 };
  expect(statsOf({ index: 0, timestamp: 0, metrics }, {})).toContainEqual(["cpu", 50]);
});

test("W&B's own variables say what the run is called there", () => {
  const environment = {
    WANDB_PROJECT: "other",
    WANDB_ENTITY: "team",
    WANDB_NAME: "theirs",
    WANDB_NOTES: "a note",
    WANDB_TAGS: "one, two,,",
    WANDB_RUN_GROUP: "group",
    WANDB_JOB_TYPE: "train",
  };
  const header = headerOf("x", { joins: { wandb: "abc" }, tags: { team: "vision", long: "x".repeat(65) } });
  expect(wandbRun(header, readWandbSettings(environment))).toMatchObject({
    id: "abc",
    resumes: true,
    project: "other",
    entity: "team",
    name: "theirs",
    notes: "a note",
    group: "group",
    jobType: "train",
    tags: ["one", "two", "team:vision"],
  });
  expect(wandbRun(headerOf("x", { project: "a/b c:d" }), readWandbSettings({}))).toMatchObject({
    project: "a-b c-d",
    name: 'the run "x"',
    entity: undefined,
    resumes: false,
    tags: [],
  });
  expect(legalProject("p".repeat(200))).toHaveLength(128);
});

test("W&B's own variables say where and by whom it was run, and what of the checkout is told", () => {
  const git = { commit: "c0ffee", branch: "main", repository: "https://example.com/found.git" };
  const header = headerOf("x", { git, user: "ada" });
  const seen = (environment: Record<string, string>) => {
    const settings = readWandbSettings(environment);
    const { host, git: told } = wandbRun(header, settings);
    const { host: same, program, username, git: alsoTold } = environmentOf(header, settings);
    expect([same, alsoTold]).toEqual([host, told]);
    return { host, program, username, git: told };
  };
  const found = { commit: "c0ffee", repository: "https://example.com/found.git" };
  expect(seen({})).toEqual({ host: "node-1", program: "train.py", username: "ada", git: found });
  const named = { WANDB_HOST: "rack-7", WANDB_USERNAME: "grace", WANDB_PROGRAM: "launch.py" };
  expect(seen(named)).toEqual({ host: "rack-7", program: "launch.py", username: "grace", git: found });
  const remote = { WANDB_GIT_COMMIT: "beef", WANDB_GIT_REMOTE_URL: "https://me:secret@example.com/said.git" };
  expect(seen(remote).git).toEqual({ commit: "beef", repository: "https://example.com/said.git" });
  expect(seen({ WANDB_DISABLE_GIT: "true" }).git).toBeUndefined();
});

test("what W&B would refuse is told before the run", () => {
  const refusal = (environment: Record<string, string>) => () => readWandbSettings(environment);
  expect(refusal({ WANDB_RUN_ID: "a/b" })).toThrow(
    'WANDB_RUN_ID is "a/b", and W&B allows no "/" in it: use - or _ instead',
  );
  expect(refusal({ WANDB_PROJECT: "x".repeat(129) })).toThrow(
    "WANDB_PROJECT has 129 characters, and W&B allows 128: shorten it",
  );
  expect(refusal({ WANDB_TAGS: `ok,${"t".repeat(65)}` })).toThrow(/^WANDB_TAGS has "t+", which is longer than 64/);
  expect(readWandbSettings({ WANDB_MODE: "Disabled" }).isDisabled).toBe(true);
  expect(readWandbSettings({ WANDB_MODE: "online" }).isDisabled).toBe(false);
});

test("a run's exit code is the command's, or the signal's as a shell tells it", () => {
  const ended = { ended: 0, status: "failed" } as const;
  expect(exitCodeOf({ ...ended, exitCode: 3 }, {})).toBe(3);
  expect(exitCodeOf({ ...ended, signal: "SIGKILL" }, { SIGKILL: 9 })).toBe(137);
  expect(exitCodeOf(ended, {})).toBe(1);
});

test("the summary of a run that has ended says what it came to, and why it died", () => {
  const death = { timestamp: 0, findings: [{ cause: "error", text: "a traceback" }], output: [] } as const;
  const findings = [{ id: "idle", sentence: "the GPU was idle", advice: "feed it" }];
  const totals = { alerts: 2, criticalAlerts: 1, monitoring: "enabled", death, findings } as const;
  const items = new Map(totalItems(totals, 12.7).map(([path, json]) => [path.join("."), json]));
  expect(items.get("tracelet.alert_count")).toBe("2");
  expect(items.get("tracelet.death")).toBe('"a traceback"');
  expect(items.get("tracelet.verdict")).toBe('"the GPU was idle. What to do: feed it."');
  expect(items.get("_wandb.runtime")).toBe("12");
});
