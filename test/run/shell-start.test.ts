import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type ShellStart, throughShell } from "../../src/run/shell-start.ts";

const run = promisify(execFile);

const NOTHING: ShellStart = {
  ignoreHangUp: false,
  terminal: undefined,
  raw: { words: new Map(), values: new Map() },
  env: process.env,
  has: () => true,
};

test("a command with nothing to prepare is itself", () => {
  const command = ["python3", "train.py"];
  expect(throughShell(command, NOTHING)).toBe(command);
});

test.each([
  { ignoreHangUp: true, terminal: undefined },
  { ignoreHangUp: false, terminal: "/dev/null" },
  { ignoreHangUp: true, terminal: "/dev/null" },
])("the words of a command arrive as they are: %j", async (start) => {
  const words = ["", "two words", "$HOME", "'", '"', "*", "-e", "new\nline", "ü"];
  const show = ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words];
  const [file = "", ...rest] = throughShell([process.execPath, ...show], { ...NOTHING, ...start });
  expect(JSON.parse((await run(file, rest)).stdout)).toEqual(words);
});

test("the hang-up is ignored in the command too", async () => {
  const [file = "", ...rest] = throughShell(["sh", "-c", "kill -HUP $$; echo alive"], {
    ...NOTHING,
    ignoreHangUp: true,
  });
  expect((await run(file, rest)).stdout).toBe("alive\n");
});

test("the process stays the same", async () => {
  const started = run(...first(throughShell(["sh", "-c", "echo $$"], { ...NOTHING, ignoreHangUp: true })));
  expect((await started).stdout.trim()).toBe(String(started.child.pid));
});

function first([file = "", ...rest]: readonly string[]): [string, string[]] {
  return [file, rest];
}
