import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder, tracelet } from "../support/tracelet.ts";

const ESCAPE = "\u001b[";

describe("help and version", () => {
  test.each(["run", "snapshot", "doctor", "runs", "show", "export", "sync"])(
    "%s --help tells its use on stdout",
    async (command) => {
      const cwd = await temporaryFolder();
      const { code, stdout, errors } = await tracelet([command, "--help"], { cwd });
      expect([code, errors]).toEqual([0, ""]);
      expect(stdout.toString()).toContain(`$ tracelet ${command}`);
      expect(stdout.toString()).toContain(["snapshot", "doctor"].includes(command) ? "--json" : "--dir=FOLDER");
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  test.each([
    ["run", "-h"],
    ["help", "run"],
  ])("%s %s is another way to type it", async (...args) => {
    const cwd = await temporaryFolder();
    const [one, other] = [await tracelet(args, { cwd }), await tracelet(["run", "--help"], { cwd })];
    expect([one.code, one.stdout.toString()]).toEqual([0, other.stdout.toString()]);
  });

  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j lists the commands", async (args) => {
    const { code, stdout, errors } = await tracelet(args, { cwd: await temporaryFolder() });
    expect([code, errors]).toEqual([0, ""]);
    for (const command of ["doctor", "export", "run", "runs", "show", "snapshot", "sync"]) {
      expect(stdout.toString()).toMatch(new RegExp(`^ +${command} +\\S`, "m"));
    }
  });

  test("--version is tracelet's", async () => {
    const { code, stdout, errors } = await tracelet(["--version"], { cwd: await temporaryFolder() });
    expect([code, errors]).toEqual([0, ""]);
    expect(stdout.toString()).toMatch(/^tracelet\/\d+\.\d+\.\d+ /);
  });

  test("--help is not for a settings file to break", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "tracelet.toml"), "broken = \n");
    expect((await tracelet(["run", "--help"], { cwd })).code).toBe(0);
  });
});

describe("in a terminal", () => {
  const inTerminal = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) => {
    const spawn = "import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    const command = ["-c", spawn, process.execPath, EXECUTABLE, ...args];
    return start("python3", command, { cwd, env: { TERM: "xterm-256color", ...env }, input: "" }).ended;
  };

  test("there are colours", async () => {
    const cwd = await temporaryFolder();
    const run = await inTerminal(["run", "--", "sh", "-c", "echo loss=1; exit 5"], cwd);
    expect(run.code).toBe(5);
    expect(run.stdout.toString()).toContain(ESCAPE);
    for (const command of ["runs", "show", "snapshot"]) {
      expect((await inTerminal([command], cwd)).stdout.toString()).toContain(ESCAPE);
    }
  });

  test("there are none with NO_COLOR, nor in JSON", async () => {
    const cwd = await temporaryFolder();
    const env = { NO_COLOR: "1" };
    const run = await inTerminal(["run", "--", "echo", "loss=1"], cwd, env);
    expect(run.stdout.toString()).toMatch(/^loss=1\r\ntracelet: finished/);
    expect(run.stdout.toString()).not.toContain(ESCAPE);
    expect((await inTerminal(["show"], cwd, env)).stdout.toString()).not.toContain(ESCAPE);
    expect((await inTerminal(["show", "--json"], cwd)).stdout.toString()).not.toContain(ESCAPE);
  });
});

test("nothing has an escape code where it is no terminal", async () => {
  const cwd = await temporaryFolder();
  for (const args of [["run", "--", "echo", "loss=1"], ["runs"], ["show"], ["snapshot"], ["--help"]]) {
    const { stdout, errors } = await tracelet(args, { cwd, env: { TERM: "xterm-256color" } });
    expect(stdout.toString() + errors).not.toContain("\u001b");
  }
});
