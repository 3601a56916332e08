import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, tracelet } from "../support/tracelet.ts";
import { COMMAND, noInterval, outcomeOf, refusal } from "./refusal.ts";

describe("run refuses with status 125, before anything is started or made,", () => {
  test.each(["0", "-1", "nonsense", "nan", "inf", "", "0x10", "1s"])("the interval '%s'", async (interval) => {
    const says = noInterval("--interval", `'${interval}'`, "--interval 5");
    expect(await outcomeOf({ args: ["run", "--interval", interval, ...COMMAND] })).toEqual(refusal(125, says));
    expect(await outcomeOf({ args: ["run", `--interval=${interval}`, ...COMMAND] })).toEqual(refusal(125, says));
  });

  test.each(["1e999", "1e9"])("the interval '%s', which no timer can wait for", async (interval) => {
    const says = `--interval is '${interval}', which is more than 86400; type --interval 5`;
    expect(await outcomeOf({ args: ["run", "--interval", interval, ...COMMAND] })).toEqual(refusal(125, says));
  });

  test.each([
    [
      "TRACELET_METRICS_INTERVAL",
      "nan",
      noInterval("TRACELET_METRICS_INTERVAL", "'nan'", "TRACELET_METRICS_INTERVAL=5"),
    ],
    [
      "TRACELET_TRACK_GPU",
      "maybe",
      /^TRACELET_TRACK_GPU is 'maybe', which is neither true nor false; type TRACELET_TRACK_GPU=false$/,
    ],
    ["TRACELET_UPLOAD", "later", /^TRACELET_UPLOAD is 'later', which is none of exit, live, never;/],
    ["TRACELET_UPLOAD_TIMEOUT", "0", /^TRACELET_UPLOAD_TIMEOUT is '0', which is no positive number;/],
    ["TRACELET_PROCESS_LIMIT", "-3", /^TRACELET_PROCESS_LIMIT is '-3', which is no positive whole number;/],
    [
      "TRACELET_BACKEND",
      "mlfow",
      /^TRACELET_BACKEND is 'mlfow', which is no backend .*; type TRACELET_BACKEND=mlflow$/,
    ],
    [
      "TRACELET_ALERT",
      "cpu_percent = 3",
      /^TRACELET_ALERT is 'cpu_percent = 3', where '=' at column 13 is none of > >= < <=; type TRACELET_ALERT=/,
    ],
    ["TRACELET_PARAM", "lr", /^TRACELET_PARAM is 'lr', which is not KEY=VALUE;/],
    ["TRACELET_TAG", "a=1,b", /^TRACELET_TAG is 'b', which is not KEY=VALUE;/],
  ])("a bad %s", async (variable, value, says) => {
    expect(await outcomeOf({ args: ["run", ...COMMAND], env: { [variable]: value } })).toEqual(refusal(125, says));
  });

  const FILES: readonly [what: string, name: string, text: string, says: string | RegExp][] = [
    [
      "a broken tracelet.toml",
      "tracelet.toml",
      'name = "ok"\nproject = "unfinished\n',
      /^tracelet\.toml is broken at line 2, column \d+ \(.+\); correct that line, settings are written like metrics_interval = 10$/,
    ],
    [
      "an unknown key in tracelet.toml",
      "tracelet.toml",
      "metrics_intervall = 3\n",
      "tracelet.toml has the unknown setting 'metrics_intervall'; type metrics_interval",
    ],
    [
      "a wrong type in tracelet.toml",
      "tracelet.toml",
      'quiet = "yes"\n',
      "quiet in tracelet.toml is 'yes', which is neither true nor false; type quiet = true",
    ],
    [
      "a wrong type in pyproject.toml",
      "pyproject.toml",
      '[project]\nname = "x"\n[tool.tracelet]\nmetrics_interval = "10"\n',
      noInterval("metrics_interval in pyproject.toml", "'10'", "metrics_interval = 5"),
    ],
    [
      "an unknown key in pyproject.toml",
      "pyproject.toml",
      "[tool.tracelet]\ntrak_gpu = false\n",
      "pyproject.toml has the unknown setting 'trak_gpu'; type track_gpu",
    ],
    [
      "a pyproject.toml that is broken beside our table",
      "pyproject.toml",
      "[tool.tracelet]\nquiet = true\n[project\n",
      /^pyproject\.toml is broken at line 3,/,
    ],
  ];
  test.each(FILES)("%s", async (_, name, text, says) => {
    expect(await outcomeOf({ args: ["run", ...COMMAND], files: { [name]: text } })).toEqual(refusal(125, says));
  });
});

test.each(["runs", "show", "export", "sync", "snapshot"])("%s with a broken settings file", async (command) => {
  const files = { "tracelet.toml": "quiet = \n" };
  expect(await outcomeOf({ args: [command], files })).toEqual(refusal(2, /^tracelet\.toml is broken at line 1,/));
});

test("a mistake in the settings of a folder above is told from below, with the way to the file", async () => {
  const above = await temporaryFolder();
  await writeFile(join(above, "tracelet.toml"), "quiet = 1\n");
  await mkdir(join(above, "deep"));
  const { code, errors } = await tracelet(["run", ...COMMAND], { cwd: join(above, "deep") });
  expect(code).toBe(125);
  expect(errors).toBe("tracelet: quiet in ../tracelet.toml is 1, which is neither true nor false; type quiet = true\n");
  expect(await readdir(join(above, "deep"))).toEqual([]);
});
