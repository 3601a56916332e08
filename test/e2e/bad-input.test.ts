import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder, tracelet } from "../support/tracelet.ts";

/** Leaves a trace where it is started. */
const COMMAND = ["--", "touch", "started"];

interface Mistake {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files in the folder in which it is typed. */
  readonly files?: Readonly<Record<string, string>>;
  /** What stands behind `tracelet: `, word for word. */
  readonly says: string | RegExp;
}

/** Types it in a folder of its own and holds what every refusal has to be. */
async function expectRefusal(code: number, { args, env = {}, files = {}, says }: Mistake): Promise<void> {
  const cwd = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const before = await readdir(cwd);
  const ended = await tracelet(args, { cwd, env });
  expect(ended.errors).toMatch(/^tracelet: [^\n]+\n$/);
  const sentence = ended.errors.slice("tracelet: ".length, -1);
  if (typeof says === "string") expect(sentence).toBe(says);
  else expect(sentence).toMatch(says);
  expect(sentence).toMatch(/; (type|choose|name|correct) |: (start|set) /);
  expect([ended.code, ended.signal, ended.stdout.toString()]).toEqual([code, null, ""]);
  expect(await readdir(cwd)).toEqual(before);
}

const seeHelp = (command: string) => `type tracelet ${command} --help to see`;
const noInterval = (where: string, value: string, instead: string): string =>
  `${where} is ${value}, which is neither a positive number nor 'auto'; type ${instead}`;

describe("run refuses with status 125, before anything is started or made,", () => {
  const noCommand = "there is no command to run; type it behind two dashes: tracelet run -- python train.py";
  test.each<[what: string, mistake: Mistake]>([
    ["nothing at all", { args: [], says: noCommand }],
    ["nothing behind the dashes", { args: ["--"], says: noCommand }],
    [
      "a command without the dashes",
      {
        args: ["python", "x.py", "--lr", "1"],
        says: "the command python has no two dashes before it; type tracelet run -- python x.py --lr 1",
      },
    ],
    [
      "a command without the dashes behind flags",
      {
        args: ["--interval", "5", "--quiet", "python", "my train.py"],
        says: "the command python has no two dashes before it; type tracelet run --interval 5 --quiet -- python 'my train.py'",
      },
    ],
    [
      "a word before the dashes",
      {
        args: ["python", ...COMMAND],
        says: "python stands before the two dashes, where only flags can; type it behind them, or leave it out",
      },
    ],
    [
      "an unknown flag",
      { args: ["--nope", ...COMMAND], says: `there is no flag --nope; ${seeHelp("run")} those there are` },
    ],
    [
      "an unknown short flag",
      { args: ["-q", ...COMMAND], says: `there is no flag -q; ${seeHelp("run")} those there are` },
    ],
    [
      "a flag without its value",
      { args: ["--name", ...COMMAND], says: "--name has no value behind it; type --name NAME" },
    ],
    [
      "the last flag without its value",
      { args: ["--quiet", "--interval"], says: "--interval has no value behind it; type --interval SECONDS" },
    ],
    [
      "a switch with a value",
      {
        args: ["--no-track-gpu=1", ...COMMAND],
        says: "--no-track-gpu is a switch and takes no value like '1'; type --track-gpu or --no-track-gpu",
      },
    ],
    [
      "a flag that is given twice",
      {
        args: ["--name", "a", "--name", "b", ...COMMAND],
        says: `flag --name can only be specified once; ${seeHelp("run")} what it takes`,
      },
    ],
    [
      "an empty value",
      { args: ["--name", "", ...COMMAND], says: "--name is '', which is no text; type --name baseline" },
    ],
    [
      "an alert without a threshold",
      {
        args: ["--alert", "memory_percent", ...COMMAND],
        says: "--alert is 'memory_percent', which is not a metric, a comparison and a number (in quotes, or the shell takes > for itself); type --alert 'memory_percent > 75'",
      },
    ],
    [
      "an alert with a word for a threshold",
      {
        args: ["--alert", "loss > high", ...COMMAND],
        says: "--alert is 'loss > high', where 'high' is no number; type --alert 'loss > 75'",
      },
    ],
    [
      "a param without a value",
      { args: ["--param", "lr", ...COMMAND], says: "--param is 'lr', which is not KEY=VALUE; type --param lr=3e-4" },
    ],
    [
      "a param without a key",
      { args: ["--param", "=1", ...COMMAND], says: "--param is '=1', which is not KEY=VALUE; type --param lr=3e-4" },
    ],
    [
      "a tag without a value",
      { args: ["--tag", "x", ...COMMAND], says: "--tag is 'x', which is not KEY=VALUE; type --tag team=vision" },
    ],
    [
      "an unknown backend",
      {
        args: ["--backend", "mlfow", ...COMMAND],
        says: /^--backend is 'mlfow', which is no backend \(there is mlflow.*\); type --backend mlflow$/,
      },
    ],
    [
      "an unknown backend beside a known one",
      { args: ["--backend", "null,wanb", ...COMMAND], says: /^--backend is 'wanb', which is no backend/ },
    ],
    [
      "a tracking URI that is missing",
      {
        args: ["--backend", "mlflow", ...COMMAND],
        says: "the mlflow backend needs the address of a server: set MLFLOW_TRACKING_URI=http://127.0.0.1:5000",
      },
    ],
    [
      "a tracking URI that is no URL",
      {
        args: ["--backend", "mlflow", ...COMMAND],
        env: { MLFLOW_TRACKING_URI: "not a url" },
        says: /^MLFLOW_TRACKING_URI is "not a url", which is no http or https address: start .* and set MLFLOW_TRACKING_URI=/,
      },
    ],
    [
      "a tracking URI that is a folder",
      {
        args: ["--backend", "mlflow", ...COMMAND],
        env: { MLFLOW_TRACKING_URI: "file:///srv/mlruns" },
        says: /^MLFLOW_TRACKING_URI is "file:\/\/\/srv\/mlruns", which is no http or https address/,
      },
    ],
    [
      "an unknown upload mode",
      {
        args: ["--upload", "later", ...COMMAND],
        says: "--upload is 'later', which is none of exit, live, never; type --upload live",
      },
    ],
    [
      "half a process",
      {
        args: ["--processes", "2.5", ...COMMAND],
        says: "--processes is '2.5', which is no positive whole number; type --processes 10",
      },
    ],
    [
      "a value that would move the cursor",
      {
        args: ["--interval", "1\n2\u001b[2J", ...COMMAND],
        says: noInterval("--interval", "'1 2 [2J'", "--interval 5"),
      },
    ],
  ])("%s", async (_, { args, ...mistake }) => {
    await expectRefusal(125, { ...mistake, args: ["run", ...args] });
  });

  test.each(["0", "-1", "nonsense", "nan", "inf", "", "0x10", "1s"])("the interval '%s'", async (interval) => {
    const says = noInterval("--interval", `'${interval}'`, "--interval 5");
    await expectRefusal(125, { args: ["run", "--interval", interval, ...COMMAND], says });
    await expectRefusal(125, { args: ["run", `--interval=${interval}`, ...COMMAND], says });
  });

  test.each(["1e999", "1e9"])("the interval '%s', which no timer can wait for", async (interval) => {
    const says = `--interval is '${interval}', which is more than 86400; type --interval 5`;
    await expectRefusal(125, { args: ["run", "--interval", interval, ...COMMAND], says });
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
      /^TRACELET_ALERT is 'cpu_percent = 3', where '=' is none of > >= < <=; type TRACELET_ALERT=/,
    ],
    ["TRACELET_PARAM", "lr", /^TRACELET_PARAM is 'lr', which is not KEY=VALUE;/],
    ["TRACELET_TAG", "a=1,b", /^TRACELET_TAG is 'b', which is not KEY=VALUE;/],
  ])("a bad %s", async (variable, value, says) => {
    await expectRefusal(125, { args: ["run", ...COMMAND], env: { [variable]: value }, says });
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
    await expectRefusal(125, { args: ["run", ...COMMAND], files: { [name]: text }, says });
  });

  test("a --dir that cannot be made", async () => {
    await expectRefusal(125, {
      args: ["run", "--dir", "/proc/nowhere/store", ...COMMAND],
      says: /^the run directory \/proc\/nowhere\/store\/runs\/\S+ cannot be made: .+ \(E[A-Z]+\); choose another folder than \/proc\/nowhere\/store with --dir$/,
    });
  });

  test("a --dir that is a file", async () => {
    await expectRefusal(125, {
      args: ["run", "--dir", "data.csv", ...COMMAND],
      files: { "data.csv": "1,2\n" },
      says: /^the run directory \S+ cannot be made: not a directory \(ENOTDIR\); choose another folder than \S+\/data\.csv with --dir$/,
    });
  });
});

describe("every other command refuses with status 2", () => {
  test.each<[words: string, says: string | RegExp]>([
    [
      "nosuchcommand",
      "there is no command 'nosuchcommand'; type one of run, snapshot, runs, show, export, sync, as in: tracelet run -- nosuchcommand",
    ],
    ["nosuchcommand --help", /^there is no command 'nosuchcommand'; type one of /],
    ["help nosuchcommand", /^there is no command 'nosuchcommand'; type one of /],
    ["--nope", "there is no flag --nope before a command; type tracelet --help to see what there is"],
    ["-- python train.py", "there is no command before the two dashes; type tracelet run -- python train.py"],
    ["show nonsense", /^there is no run in \S+\/\.tracelet: start one with tracelet run, or say --dir$/],
    ["show one two", `'two' is one argument too many; ${seeHelp("show")} what it takes`],
    ["show --nope", `there is no flag --nope; ${seeHelp("show")} those there are`],
    ["show --dir", `flag --dir expects a value; ${seeHelp("show")} what it takes`],
    ["runs extra", `'extra' is one argument too many; ${seeHelp("runs")} what it takes`],
    ["runs --json=yes", `'yes' is one argument too many; ${seeHelp("runs")} what it takes`],
    ["export nonsense", /^there is no run in /],
    ["export --format xml", "--format is 'xml', which is none of jsonl, csv; type --format csv"],
    ["sync nonsense", /^there is no run in /],
    ["sync --backend wanb", /^--backend is 'wanb', which is no backend /],
    ["snapshot --processes many", "--processes is 'many', which is no positive whole number; type --processes 10"],
    ["snapshot --interval 3", `there is no flag --interval; ${seeHelp("snapshot")} those there are`],
  ])("%s", async (words, says) => {
    await expectRefusal(2, { args: words.split(" "), says });
  });

  test.each(["runs", "show", "export", "sync", "snapshot"])("%s with a broken settings file", async (command) => {
    const files = { "tracelet.toml": "quiet = \n" };
    await expectRefusal(2, { args: [command], files, says: /^tracelet\.toml is broken at line 1,/ });
  });

  test.each(["runs", "show", "export", "sync"])("%s with a store that is a file or leads nowhere", async (command) => {
    const says = /^the store \S+ cannot be read: .+ \(E[A-Z]+\); name another folder with --dir$/;
    await expectRefusal(2, { args: [command, "--dir", "data.csv"], files: { "data.csv": "" }, says });
    const cwd = await temporaryFolder();
    await symlink("loop", join(cwd, "loop"));
    const ended = await tracelet([command, "--dir", "loop"], { cwd });
    expect([ended.code, ended.errors]).toEqual([2, expect.stringMatching(/^tracelet: the store .+\(ELOOP\).+\n$/)]);
  });
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

test.each([
  ["run -- true", 125],
  ["runs", 2],
  ["snapshot", 2],
] as const)("%s in a folder that somebody has removed in the meantime", async (words, code) => {
  const cwd = await temporaryFolder();
  const removed = ["-c", 'rmdir "$PWD" && exec "$@"', "sh", process.execPath, EXECUTABLE, ...words.split(" ")];
  const ended = await start("sh", removed, { cwd }).ended;
  // The first line is oclif's own, from before any code of ours.
  expect(ended.errors).toMatch(/^(WARNING: .+\n)?tracelet: the current folder does not exist any more; type cd .+\n$/);
  expect(ended.code).toBe(code);
});
