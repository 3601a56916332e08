import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { resolveSettings } from "../../src/settings/resolve.ts";
import { folderWith, resolveIn, settingsOf } from "./scene.ts";

test("the nearest folder with a settings file counts, and only that one", async () => {
  const home = folderWith({
    "tracelet.toml": "metrics_interval = 1\nquiet = true\n",
    "near/pyproject.toml": "[tool.tracelet]\nmetrics_interval = 2\n",
  });
  const settings = await resolveIn(home, { below: "near/deep" });
  expect(settings).toMatchObject({ metricsInterval: 2, quiet: false });
});

test("tracelet.toml is taken before the pyproject.toml of the same folder", async () => {
  const files = {
    "tracelet.toml": "metrics_interval = 1\n",
    "pyproject.toml": "[tool.tracelet]\nmetrics_interval = 2\n",
  };
  expect((await settingsOf({ files })).metricsInterval).toBe(1);
});

test("a pyproject.toml that only mentions the section does not end the search", async () => {
  const home = folderWith({
    "tracelet.toml": "metrics_interval = 1\n",
    "near/pyproject.toml": "# no [tool.tracelet] here\n[tool.other]\nx = 1\n",
  });
  expect((await resolveIn(home, { below: "near" })).metricsInterval).toBe(1);
});

test("the project is named after the folder, also where that has no name", async () => {
  const home = folderWith();
  expect((await resolveIn(home, {})).project).toBe(basename(home));
  const atRoot = await resolveSettings({ flags: {}, env: {}, cwd: "/", knownBackends: [] });
  expect(atRoot).toMatchObject({ project: "tracelet", dir: join("/", ".tracelet") });
});

test("params and tags of several sources are put together key by key", async () => {
  const settings = await settingsOf({
    flags: { param: ["lr=1", "note=a=b, c"] },
    env: { TRACELET_PARAM: "lr=2,seed=3" },
    files: {
      "tracelet.toml": '[param]\nlr = 3e-4\nseed = 1\nbatch = 64\nbig = 12345678901234567890\noptim.name = "adam"',
    },
  });
  expect(settings.param).toEqual({
    lr: "1",
    note: "a=b, c",
    seed: "3",
    batch: "64",
    big: "12345678901234567890",
    "optim.name": "adam",
  });
});

test("a variable with a line break is split at line breaks only", async () => {
  const settings = await settingsOf({ env: { TRACELET_TAG: "team=vision, robots\nhost=a\n" } });
  expect(settings.tag).toEqual({ team: "vision, robots", host: "a" });
});

test("a key that JavaScript knows is a param like any other", async () => {
  const settings = await settingsOf({ flags: { param: ["__proto__=1", "constructor=2"] } });
  expect(Object.entries(settings.param)).toEqual([
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
  const file = settingsOf({ files: { "tracelet.toml": "constructor = 1" } });
  await expect(file).rejects.toThrow("unknown setting 'constructor'");
});

test("a rule replaces the weaker rules for its metric, and several rules of one source stand together", async () => {
  const settings = await settingsOf({
    flags: { alert: ["cpu_percent > 50", "cpu_percent < 5"] },
    files: { "tracelet.toml": 'alert = ["cpu_percent > 70", "gpu_utilization < 10%"]' },
  });
  expect(settings.alert.map((rule) => rule.text)).toEqual([
    "cpu_percent > 50",
    "cpu_percent < 5",
    "gpu_utilization < 10",
  ]);
});

test("--processes N switches the table on with N entries, and --processes 0 off", async () => {
  const files = { "tracelet.toml": "include_processes = true\nprocess_limit = 7" };
  expect(await settingsOf({ flags: { processes: "3" } })).toMatchObject({ includeProcesses: true, processLimit: 3 });
  expect(await settingsOf({ flags: { processes: "0" }, files })).toMatchObject({
    includeProcesses: false,
    processLimit: 7,
  });
});

test("an empty variable counts as unset, and an empty --backend is none", async () => {
  const files = { "tracelet.toml": 'backend = ["mlflow"]' };
  expect((await settingsOf({ env: { TRACELET_BACKEND: "" }, files })).backend).toEqual(["mlflow"]);
  expect((await settingsOf({ flags: { backend: "" }, files })).backend).toEqual([]);
});

test("a backend that is named twice is one backend", async () => {
  const settings = await settingsOf({ flags: { backend: ["mlflow, tensorboard", "mlflow"] } });
  expect(settings.backend).toEqual(["mlflow", "tensorboard"]);
});

test("a file that begins with a byte order mark is read", async () => {
  expect((await settingsOf({ files: { "tracelet.toml": "\uFEFFquiet = true\r\n" } })).quiet).toBe(true);
});

test("flags of a command that are no settings are left alone", async () => {
  expect((await settingsOf({ flags: { json: true, format: "csv", interval: undefined } })).metricsInterval).toBe(10);
});
