import { symlinkSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/error.ts";
import { folderWith, resolveIn, settingsOf } from "./scene.ts";

type Scene = Parameters<typeof settingsOf>[0];

const own = (text: string): Scene => ({ files: { "tracelet.toml": text } });
const shared = (text: string): Scene => ({ files: { "pyproject.toml": text } });

const MISTAKES: readonly [what: string, scene: Scene, message: string][] = [
  [
    "an interval that is no number",
    { flags: { interval: "often" } },
    "--interval is 'often', which is neither a positive number nor 'auto'; type --interval 5",
  ],
  [
    "an interval of zero",
    { env: { TRACELET_METRICS_INTERVAL: "0" } },
    "TRACELET_METRICS_INTERVAL is '0', which is neither a positive number nor 'auto'; type TRACELET_METRICS_INTERVAL=5",
  ],
  [
    "a negative interval in a file",
    own("metrics_interval = -1"),
    "metrics_interval in tracelet.toml is -1, which is neither a positive number nor 'auto'; type metrics_interval = 5",
  ],
  [
    "an interval that no timer can wait for",
    { flags: { interval: "1e9" } },
    "--interval is '1e9', which is more than 86400; type --interval 5",
  ],
  [
    "a number written as text in a file",
    own('upload_timeout = "30"'),
    "upload_timeout in tracelet.toml is '30', which is no positive number; type upload_timeout = 60",
  ],
  [
    "not a number",
    own("upload_timeout = nan"),
    "upload_timeout in tracelet.toml is NaN, which is no positive number; type upload_timeout = 60",
  ],
  [
    "half a process",
    { flags: { processes: "2.5" } },
    "--processes is '2.5', which is no positive whole number; type --processes 10",
  ],
  [
    "a share that is none",
    { flags: { "interval-budget": "little" } },
    "--interval-budget is 'little', which is no percentage above 0; type --interval-budget 0.5%",
  ],
  [
    "a share of nothing",
    own("interval_budget = 0"),
    'interval_budget in tracelet.toml is 0, which is no percentage above 0; type interval_budget = "0.5%"',
  ],
  [
    "a share that is more than all",
    { env: { TRACELET_INTERVAL_BUDGET: "200 %" } },
    "TRACELET_INTERVAL_BUDGET is '200 %', which is more than 100%; type TRACELET_INTERVAL_BUDGET=0.5%",
  ],
  [
    "a size that is none",
    { flags: { "log-limit": "lots" } },
    "--log-limit is 'lots', which is neither a size such as 500MB nor 'none'; type --log-limit 500MB",
  ],
  [
    "a size that leaves nothing to keep",
    own("log_limit = 0"),
    "log_limit in tracelet.toml is 0, which is less than 1MB and not 'none'; type log_limit = \"500MB\"",
  ],
  [
    "a size that no disk has",
    { env: { TRACELET_LOG_LIMIT: "9999TiB" } },
    "TRACELET_LOG_LIMIT is '9999TiB', which is more than 1000000000MB; type TRACELET_LOG_LIMIT=500MB",
  ],
  [
    "an unknown upload mode",
    { flags: { upload: "later" } },
    "--upload is 'later', which is none of exit, live, never; type --upload live",
  ],
  [
    "a switch that is neither on nor off",
    { env: { TRACELET_TRACK_GPU: "maybe" } },
    "TRACELET_TRACK_GPU is 'maybe', which is neither true nor false; type TRACELET_TRACK_GPU=false",
  ],
  [
    "a boolean written as text in a file",
    own('track_gpu = "no"'),
    "track_gpu in tracelet.toml is 'no', which is neither true nor false; type track_gpu = false",
  ],
  [
    "an unknown backend",
    { flags: { backend: "mlfow" } },
    "--backend is 'mlfow', which is no backend (there is mlflow, tensorboard); type --backend mlflow",
  ],
  [
    "a backend that is no list in a file",
    own('backend = "mlflow"'),
    "backend in tracelet.toml is 'mlflow', which is no list of texts; type backend = [\"mlflow\"]",
  ],
  [
    "an alert without a threshold",
    { flags: { alert: ["memory_percent"] } },
    "--alert is 'memory_percent', where column 15 is the end of the rule, and a condition is missing, such as > 75 (in quotes, or the shell takes > for itself); type --alert 'memory_percent > 75'",
  ],
  [
    "an alert with a word as threshold in a file",
    own('alert = ["loss > high"]'),
    "alert in tracelet.toml is 'loss > high', where 'high' at column 8 is no number; type alert = [\"loss > 75\"]",
  ],
  [
    "a param without a value",
    { flags: { param: ["lr"] } },
    "--param is 'lr', which is not KEY=VALUE; type --param lr=3e-4",
  ],
  [
    "a tag without a key",
    { env: { TRACELET_TAG: "a=1, =2" } },
    "TRACELET_TAG is '=2', which is not KEY=VALUE; type TRACELET_TAG=team=vision",
  ],
  [
    "params that are no table",
    own('param = ["lr=1"]'),
    'param in tracelet.toml is ["lr=1"], which is no table of texts and numbers; type param = { lr = "3e-4" }',
  ],
  [
    "a param that is a list",
    own("[param]\nbetas = [0.9, 0.999]"),
    'param in tracelet.toml is {"betas":[0.9,0.999]}, which is no table of texts and numbers; type param = { lr = "3e-4" }',
  ],
  ["an empty name", { flags: { name: "" } }, "--name is '', which is no text; type --name baseline"],
  [
    "an unknown key",
    own("metrics-intervall = 3"),
    "tracelet.toml has the unknown setting 'metrics-intervall'; type metrics_interval",
  ],
  [
    "a flag's name as a key",
    own("per-cpu = true"),
    "tracelet.toml has the unknown setting 'per-cpu'; type include_per_cpu",
  ],
  [
    "an unknown key in pyproject.toml",
    shared("[tool.tracelet]\ntrak_gpu = false"),
    "pyproject.toml has the unknown setting 'trak_gpu'; type track_gpu",
  ],
  [
    "a section that is no table",
    shared("tool.tracelet = 1"),
    "tool.tracelet in pyproject.toml is no table; type [tool.tracelet]",
  ],
];

describe("a mistake is told in one sentence with the place, the value and what to type:", () => {
  test.each(MISTAKES)("%s", async (_, scene, message) => {
    await expect(settingsOf(scene)).rejects.toThrow(new UserError(message));
  });
});

test("a broken file is told with its line", async () => {
  const broken = settingsOf(own('name = "ok"\nproject = "unfinished\n'));
  await expect(broken).rejects.toThrow(UserError);
  await expect(broken).rejects.toThrow(/^tracelet\.toml is broken at line 2, column \d+ \(.+\); correct that line/);
});

test("a mistake in a weaker source is told even where a stronger one hides it", async () => {
  const hidden = settingsOf({ flags: { interval: "1" }, env: { TRACELET_METRICS_INTERVAL: "x" } });
  await expect(hidden).rejects.toThrow("TRACELET_METRICS_INTERVAL is 'x'");
});

test("a settings file above is named by the way to it", async () => {
  const home = folderWith({ "tracelet.toml": "quiet = 1" });
  await expect(resolveIn(home, { below: "a/b" })).rejects.toThrow("quiet in ../../tracelet.toml is 1");
});

test("a tracelet.toml that cannot be read is told", async () => {
  await expect(settingsOf({ files: { "tracelet.toml/inside": "" } })).rejects.toThrow(
    /^the settings file tracelet\.toml cannot be read \(EISDIR/,
  );
});

test("a tracelet.toml that leads nowhere is told", async () => {
  const folder = folderWith({});
  symlinkSync("nowhere", join(folder, "tracelet.toml"));
  await expect(resolveIn(folder, {})).rejects.toThrow(/^the settings file tracelet\.toml cannot be read \(ENOENT/);
});

test("a pyproject.toml that is no file of ours is never parsed, broken or unreadable as it may be", async () => {
  const broken = folderWith({ "pyproject.toml": '[project\nname = "tracelet' });
  expect((await resolveIn(broken, {})).metricsInterval).toBe(10);
  const closed = folderWith({ "pyproject.toml": "[tool.tracelet]" });
  chmodSync(join(closed, "pyproject.toml"), 0o000);
  expect((await resolveIn(closed, {})).metricsInterval).toBe(10);
});
