import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Settings } from "../../src/model/settings.ts";
import { flagSpecs } from "../../src/settings/flags.ts";
import { SETTINGS, settingNames, variableOf } from "../../src/settings/table.ts";
import type { SettingName } from "../../src/settings/table.ts";
import { folderWith, resolveIn } from "./scene.ts";

/** One value in the three ways of writing it, and what `Settings` makes of it. */
interface Written {
  readonly flag: unknown;
  readonly variable: string;
  readonly toml: string;
  readonly means: unknown;
}

interface Case {
  readonly field: keyof Settings;
  readonly byDefault: unknown;
  /** Three different values, so that it shows which source won. */
  readonly values: readonly [Written, Written, Written];
}

const text = (value: string): Written => ({
  flag: value,
  variable: value,
  toml: JSON.stringify(value),
  means: value,
});
const number = (value: number): Written => ({
  flag: String(value),
  variable: String(value),
  toml: String(value),
  means: value,
});
const bool = (value: boolean): Written => ({
  flag: value,
  variable: String(value),
  toml: String(value),
  means: value,
});
const list = (...ids: string[]): Written => ({
  flag: ids.join(","),
  variable: ids.join(","),
  toml: JSON.stringify(ids),
  means: ids,
});
const globs = (...patterns: string[]): Written => ({ ...list(...patterns), flag: patterns });
const pair = (value: string): Written => ({
  flag: [`key=${value}`],
  variable: `key=${value}`,
  toml: `{ key = ${JSON.stringify(value)} }`,
  means: { key: value },
});
const cpuRule = (threshold: number): Written => ({
  flag: [`cpu_percent > ${threshold}`],
  variable: `cpu_percent > ${threshold}`,
  toml: `["cpu_percent > ${threshold}"]`,
  means: [
    {
      text: `cpu_percent > ${threshold}`,
      metric: "cpu_percent",
      condition: { kind: "level", comparison: ">", threshold },
      phrase: `> ${threshold}`,
      actions: [],
    },
  ],
});
const requirement = (value: number): Written => ({
  flag: [`max(acc) >= ${value}`],
  variable: `max(acc) >= ${value}`,
  toml: `["max(acc) >= ${value}"]`,
  means: [{ text: `max(acc) >= ${value}`, aggregate: "max", metric: "acc", comparison: ">=", value }],
});
const folder = (path: string): Written => ({ ...text(path), means: expect.stringMatching(new RegExp(`/${path}$`)) });
const onOff = (field: keyof Settings, byDefault: boolean): Case => ({
  field,
  byDefault,
  values: [bool(!byDefault), bool(byDefault), bool(!byDefault)],
});

const CASES: Readonly<Record<SettingName, Case>> = {
  project: { field: "project", byDefault: "home", values: [text("one"), text("two"), text("three")] },
  name: { field: "name", byDefault: undefined, values: [text("one"), text("two"), text("three")] },
  backend: {
    field: "backend",
    byDefault: [],
    values: [list("mlflow"), list("tensorboard"), list("mlflow", "tensorboard")],
  },
  upload: { field: "upload", byDefault: "exit", values: [text("live"), text("never"), text("exit")] },
  upload_timeout: { field: "uploadTimeout", byDefault: 30, values: [number(1), number(2.5), number(3)] },
  thin: onOff("thin", true),
  wandb_sync: onOff("wandbSync", false),
  tensorboard_dir: {
    field: "tensorboardDir",
    byDefault: expect.stringMatching(/\/home\/runs\/\{name\}$/),
    values: [folder("one"), folder("runs/two"), folder("three")],
  },
  artifact: {
    field: "artifact",
    byDefault: [],
    values: [
      { ...list("one.txt", "two.txt"), flag: ["one.txt", "two.txt"] },
      list("out/*.pt"),
      { ...list("{a,b}.txt"), variable: "{a,b}.txt\n" },
    ],
  },
  metrics_interval: { field: "metricsInterval", byDefault: 10, values: [number(0.1), text("auto"), number(3)] },
  interval_budget: {
    field: "intervalBudget",
    byDefault: 1,
    values: [{ ...text("0.5%"), means: 0.5 }, { ...text("2 %"), means: 2 }, number(0.01)],
  },
  track_system: onOff("trackSystem", true),
  track_gpu: onOff("trackGpu", true),
  gpus: {
    field: "gpus",
    byDefault: "job",
    values: [
      { ...text("0,1"), means: ["0", "1"] },
      text("all"),
      { flag: "2", variable: "2", toml: '[2, "GPU-8932f937"]', means: expect.arrayContaining(["2"]) },
    ],
  },
  track_disk: onOff("trackDisk", true),
  track_network: onOff("trackNetwork", true),
  include_per_cpu: onOff("includePerCpu", false),
  include_processes: {
    field: "includeProcesses",
    byDefault: false,
    values: [{ ...bool(true), flag: "8" }, bool(false), bool(true)],
  },
  process_limit: { field: "processLimit", byDefault: 5, values: [number(1), number(2), number(3)] },
  alert: {
    field: "alert",
    byDefault: [],
    values: [cpuRule(10), cpuRule(20), cpuRule(30)],
  },
  fail_on: { field: "failOn", byDefault: undefined, values: [text("critical"), text("warning"), text("critical")] },
  require: { field: "require", byDefault: [], values: [requirement(0.1), requirement(0.2), requirement(0.3)] },
  track_metrics: onOff("trackMetrics", true),
  include: { field: "include", byDefault: [], values: [globs("val/*"), globs("loss", "acc?"), globs("*")] },
  exclude: { field: "exclude", byDefault: [], values: [globs("val/*"), globs("loss", "acc?"), globs("*")] },
  param: { field: "param", byDefault: {}, values: [pair("one"), pair("two=2"), pair("three")] },
  tag: { field: "tag", byDefault: {}, values: [pair("one"), pair("two=2"), pair("three")] },
  dir: {
    field: "dir",
    byDefault: expect.stringMatching(/\/home\/\.tracelet$/),
    values: [folder("one"), folder("two"), folder("three")],
  },
  log_limit: {
    field: "logLimit",
    byDefault: 1024 ** 3,
    values: [{ ...text("500MB"), means: 500_000_000 }, { ...text("1.5 GiB"), means: 1.5 * 1024 ** 3 }, text("none")],
  },
  quiet: onOff("quiet", false),
  unbuffered: onOff("unbuffered", true),
  forward_signals: {
    field: "forwardSignals",
    byDefault: "auto",
    values: [text("always"), text("never"), text("auto")],
  },
  on_wrapper_death: {
    field: "onWrapperDeath",
    byDefault: "continue",
    values: [text("terminate"), text("continue"), text("terminate")],
  },
  pty: { field: "pty", byDefault: "auto", values: [text("always"), text("never"), text("auto")] },
  ignore_hup: onOff("ignoreHup", false),
};

describe.each(settingNames())("the setting %s", (name) => {
  const { field, byDefault, values } = CASES[name];
  const [first, second, third] = values;
  const flags = { [SETTINGS[name].flag]: first.flag };
  const env = { [variableOf(name)]: second.variable };
  const own = { "home/tracelet.toml": `${name} = ${third.toml}\n` };
  const shared = { "home/pyproject.toml": `[project]\nname = "other"\n[tool.tracelet]\n${name} = ${third.toml}\n` };

  async function resolved(scene: Parameters<typeof resolveIn>[1]): Promise<unknown> {
    const settings = await resolveIn(folderWith(scene.files), { ...scene, below: "home" });
    return settings[field];
  }

  test("has its default where nobody gives it", async () => {
    expect(await resolved({})).toEqual(byDefault);
  });

  test("is read from its flag", async () => {
    expect(await resolved({ flags })).toEqual(first.means);
  });

  test("is read from its variable", async () => {
    expect(await resolved({ env })).toEqual(second.means);
  });

  test("is read from tracelet.toml", async () => {
    expect(await resolved({ files: own })).toEqual(third.means);
  });

  test("is read from pyproject.toml", async () => {
    expect(await resolved({ files: shared })).toEqual(third.means);
  });

  test("is taken from the flag before the variable before the file", async () => {
    expect(await resolved({ flags, env, files: own })).toEqual(first.means);
    expect(await resolved({ flags, files: own })).toEqual(first.means);
    expect(await resolved({ env, files: own })).toEqual(second.means);
    expect(await resolved({ env, files: shared })).toEqual(second.means);
  });
});

test("every field of Settings is in the table", () => {
  const camel = (name: string): string => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  for (const name of settingNames()) expect(CASES[name].field).toBe(camel(name));
});

test("the table makes one flag for each setting, and one for the two settings of --processes", () => {
  const names = flagSpecs().map((flag) => flag.name);
  expect(names).toHaveLength(settingNames().length - 1);
  expect(new Set(names).size).toBe(names.length);
  expect(flagSpecs(["track_gpu", "param"])).toEqual([
    { name: "track-gpu", type: "switch", repeatable: false, description: "Sample the GPUs. Default: on." },
    {
      name: "param",
      type: "value",
      repeatable: true,
      placeholder: "KEY=VALUE",
      description: "A param of the run. Default: none.",
    },
  ]);
});

test("a folder of a file is meant from the file, one of a flag from where it is typed", async () => {
  const home = folderWith({ "tracelet.toml": 'dir = "store"\n' });
  expect((await resolveIn(home, { below: "deep/er" })).dir).toBe(join(home, "store"));
  expect((await resolveIn(home, { below: "deep/er", flags: { dir: "store" } })).dir).toBe(join(home, "deep/er/store"));
  expect((await resolveIn(home, { env: { TRACELET_DIR: "~/store", HOME: "/h" } })).dir).toBe("/h/store");
});
