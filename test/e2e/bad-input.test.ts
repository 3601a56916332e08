import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder, tracelet } from "../support/tracelet.ts";
import { COMMAND, noInterval, outcomeOf, refusal, type Typed } from "./refusal.ts";

const seeHelp = (command: string) => `type tracelet ${command} --help to see`;
describe("run refuses with status 125, before anything is started or made,", () => {
  const noCommand = "there is no command to run; type it behind two dashes: tracelet run -- python train.py";
  test.each<[what: string, mistake: Typed & { readonly says: string | RegExp }]>([
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
      { args: ["--xyzzy", ...COMMAND], says: `there is no flag --xyzzy; ${seeHelp("run")} those there are` },
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
        says: "--alert is 'memory_percent', where column 15 is the end of the rule, and a condition is missing, such as > 75 (in quotes, or the shell takes > for itself); type --alert 'memory_percent > 75'",
      },
    ],
    [
      "an alert with a word for a threshold",
      {
        args: ["--alert", "loss > high", ...COMMAND],
        says: "--alert is 'loss > high', where 'high' at column 8 is no number; type --alert 'loss > 75'",
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
  ])("%s", async (_, { args, says, ...where }) => {
    expect(await outcomeOf({ ...where, args: ["run", ...args] })).toEqual(refusal(125, says));
  });

  test("a --dir that cannot be made", async () => {
    expect(
      await outcomeOf({
        args: ["run", "--dir", "/proc/nowhere/store", ...COMMAND],
      }),
    ).toEqual(
      refusal(
        125,
        /^the run directory \/proc\/nowhere\/store\/runs\/\S+ cannot be made: .+ \(E[A-Z]+\); choose another folder than \/proc\/nowhere\/store with --dir$/,
      ),
    );
  });

  test("a --dir that is a file", async () => {
    expect(
      await outcomeOf({
        args: ["run", "--dir", "data.csv", ...COMMAND],
        files: { "data.csv": "1,2\n" },
      }),
    ).toEqual(
      refusal(
        125,
        /^the run directory \S+ cannot be made: not a directory \(ENOTDIR\); choose another folder than \S+\/data\.csv with --dir$/,
      ),
    );
  });
});

test.each(["extract", "import"])("%s refuses a folder on stdin", async (command) => {
  const cwd = await temporaryFolder();
  const ended = await start("sh", ["-c", `"$@" < .`, "sh", process.execPath, EXECUTABLE, command], { cwd }).ended;
  expect([ended.code, ended.errors]).toEqual([2, "tracelet: stdin is a folder; name the log in it\n"]);
});

describe("every other command refuses with status 2", () => {
  test.each<[words: string, says: string | RegExp]>([
    [
      "nosuchcommand",
      "there is no command 'nosuchcommand'; type one of run, snapshot, doctor, overhead, runs, show, report, export, extract, import, log, rm, prune, sync, as in: tracelet run -- nosuchcommand",
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
    ["snapshot --format xml", "--format is 'xml', which is none of text, json, prometheus, csv; type --format csv"],
    ["snapshot --json --format csv", "--json and --format csv exclude each other; type one of them"],
    [
      "snapshot --watch --format prometheus",
      "--watch prints one reading after another, which --format prometheus has no form for; type --format csv",
    ],
    ["doctor --backend wanb", /^--backend is 'wanb', which is no backend /],
    ["doctor extra", `'extra' is one argument too many; ${seeHelp("doctor")} what it takes`],
    ["snapshot --interval 3", `there is no flag --interval; ${seeHelp("snapshot")} those there are`],
  ])("%s", async (words, says) => {
    expect(await outcomeOf({ args: words.split(" ") })).toEqual(refusal(2, says));
  });

  test.each(["runs", "show", "export", "sync"])("%s with a store that is a file or leads nowhere", async (command) => {
    const says = /^the store \S+ cannot be read: .+ \(E[A-Z]+\); name another folder with --dir$/;
    expect(await outcomeOf({ args: [command, "--dir", "data.csv"], files: { "data.csv": "" } })).toEqual(
      refusal(2, says),
    );
    const cwd = await temporaryFolder();
    await symlink("loop", join(cwd, "loop"));
    const ended = await tracelet([command, "--dir", "loop"], { cwd });
    expect([ended.code, ended.errors]).toEqual([2, expect.stringMatching(/^tracelet: the store .+\(ELOOP\).+\n$/)]);
  });
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
