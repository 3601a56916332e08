import { existsSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  EXECUTABLE,
  journalSoFar,
  readOnlyJournal,
  runFolders,
  start,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

const shell = (script: string, cwd: string) =>
  start("sh", ["-c", script], { cwd, env: { TRACELET: EXECUTABLE, NODE: process.execPath } });

describe("stdin", () => {
  test("is the file that the shell opened, in which the command can seek", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "numbers"), "0123456789\n");
    const seek = `import os; os.lseek(0, 5, os.SEEK_SET); print(os.read(0, 9).decode(), end="")`;
    const ended = await shell(`$NODE $TRACELET run --quiet -- python3 -c '${seek}' < numbers`, cwd).ended;
    expect([ended.code, ended.stdout.toString()]).toEqual([0, "56789\n"]);
  });

  test("that is closed is at its end", async () => {
    const cwd = await temporaryFolder();
    const ended = await shell("$NODE $TRACELET run --quiet -- sh -c 'cat; exit 3' <&-", cwd).ended;
    expect([ended.code, ended.stdout.toString(), ended.errors]).toEqual([3, "", ""]);
  });

  test("is a pipe through which a prompt is answered", async () => {
    const cwd = await temporaryFolder();
    const ask = ["sh", "-c", `printf 'name? '; read name; echo "hello $name"`];
    const child = startTracelet(["run", "--quiet", "--", ...ask], { cwd, input: "" });
    expect((await child.ended).stdout.toString()).toBe("name? hello \n");
    const answered = await shell(
      `mkfifo answers; { exec 3> answers; until grep -q name screen; do sleep 0.02; done; echo bob >&3; } &
       $NODE $TRACELET run --quiet -- sh -c 'printf "name? "; read name; echo "hello $name"' < answers > screen; cat screen`,
      cwd,
    ).ended;
    expect(answered.stdout.toString()).toBe("name? hello bob\n");
  });
});

describe("stdout", () => {
  test("that is closed is no crash", async () => {
    const cwd = await temporaryFolder();
    const ended = await shell("$NODE $TRACELET run --quiet -- sh -c 'echo loss=1; exit 4' >&-", cwd).ended;
    expect([ended.code, ended.errors]).toEqual([4, ""]);
    expect((await readOnlyJournal(cwd)).find(({ type }) => type === "metrics")).toMatchObject({ metrics: { loss: 1 } });
  });

  test("that is a file gets what the command prints, behind what is there with >>", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "log"), "before\n");
    const ended = await shell("$NODE $TRACELET run --quiet -- echo after >> log", cwd).ended;
    expect(ended.code).toBe(0);
    expect(await readFile(join(cwd, "log"), "utf8")).toBe("before\nafter\n");
  });

  test("in `| head` ends the command by SIGPIPE also while the watcher is stopped", async () => {
    const cwd = await temporaryFolder();
    const flood = `while [ ! -e go ]; do sleep 0.02; done; exec yes`;
    const child = shell(`{ $NODE $TRACELET run --quiet -- sh -c '${flood}'; echo $? > status; } | head -1`, cwd);
    const watcher = await until("there is a watcher", async () => {
      const [folder] = await runFolders(cwd);
      return (await journalSoFar(folder)).find(({ type }) => type === "watcher")?.["pid"] as number | undefined;
    });
    process.kill(watcher, "SIGSTOP");
    await writeFile(join(cwd, "go"), "");
    expect((await child.ended).stdout.toString()).toBe("y\n");
    expect((await readFile(join(cwd, "status"), "utf8")).trim()).toBe("141");
  });

  test("whose reader takes nothing holds up the command and nothing else", async () => {
    const cwd = await temporaryFolder();
    const script = `trap 'touch got; exit 6' TERM; while :; do echo "a line that nobody reads"; done`;
    const alert = ["--alert", "cpu_count_logical > 0.5", "--interval", "0.2"];
    const child = startTracelet(["run", ...alert, "--", "bash", "-c", script], { cwd });
    child.stdout?.pause();
    let said = "";
    child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
    await until("the alert is told", () => said.includes("alert critical: cpu_count_logical"));
    const [folder] = await runFolders(cwd);
    const count = async () => (await journalSoFar(folder)).filter(({ type }) => type === "sample").length;
    const before = await count();
    await until("the machine is sampled on", async () => (await count()) > before + 2);
    // A shell that waits for its reader sees a signal when the write is interrupted, as without tracelet.
    child.kill("SIGTERM");
    await until("the signal has come", () => existsSync(join(cwd, "got")));
    child.stdout?.resume();
    expect((await child.ended).code).toBe(6);
  });
});

test("a grandchild that still holds the output costs less than two seconds", async () => {
  const cwd = await temporaryFolder();
  const { code } = await tracelet(["run", "--quiet", "--", "sh", "-c", "sleep 30 & exit 3"], { cwd });
  const end = (await readOnlyJournal(cwd)).find(({ type }) => type === "end");
  expect(code).toBe(3);
  expect(Date.now() - (end?.["ended"] as number)).toBeLessThan(2000);
});

test("the environment is the user's, but for what the run is and PYTHONUNBUFFERED", async () => {
  const cwd = await temporaryFolder();
  const env = { ODD: "a\nb  c", EMPTY: "", PYTHONPATH: "/somewhere" };
  const plain = await start("env", ["-0"], { cwd, env }).ended;
  const wrapped = await tracelet(["run", "--quiet", "--", "env", "-0"], { cwd, env });
  const variables = (text: Buffer) => text.toString().split("\0").toSorted();
  const added = variables(wrapped.stdout).filter((variable) => !variables(plain.stdout).includes(variable));
  expect(added).toEqual([
    "PYTHONUNBUFFERED=1",
    expect.stringMatching(/^TRACELET_METRICS=\/.*\/runs\/\d{8}-\d{6}-\w{4}\/metrics\.jsonl$/),
    expect.stringMatching(/^TRACELET_RUN_DIR=\/.*\/runs\/\d{8}-\d{6}-\w{4}$/),
    expect.stringMatching(/^TRACELET_RUN_ID=\d{8}-\d{6}-\w{4}$/),
  ]);
  expect(variables(wrapped.stdout)).toEqual(expect.arrayContaining(variables(plain.stdout)));
});

test("words and variables that are no UTF-8 reach the command as the bytes that they are", async () => {
  const cwd = await temporaryFolder();
  const show = `import os, sys; print([os.fsencode(word) for word in sys.argv[1:]], os.environb[b"ODD"])`;
  const script = `ODD=$(printf 'v\\377 "') "$@" python3 -c "$SHOW" "$(printf 'f\\351 \\n$x')" plain 'é' "'"`;
  const shell = (wrapped: readonly string[]) =>
    start("sh", ["-c", script, "sh", ...wrapped], { cwd, env: { SHOW: show } }).ended;
  const wrapped = await shell([process.execPath, EXECUTABLE, "run", "--quiet", "--"]);
  expect(wrapped.stdout.toString()).toBe((await shell(["env"])).stdout.toString());
  expect(wrapped.stdout.toString()).toContain(String.raw`b'f\xe9 \n$x', b'plain'`);
});

test("a program whose name is no UTF-8 is started", async () => {
  const cwd = await temporaryFolder();
  const script = `name=$(printf './p\\351'); printf '#!/bin/sh\\nexit 4' > "$name"; chmod +x "$name"; exec "$@" "$name"`;
  const args = ["-c", script, "sh", process.execPath, EXECUTABLE, "run", "--quiet", "--"];
  expect(await start("sh", args, { cwd }).ended).toMatchObject({ code: 4, errors: "" });
});

test("a folder whose name is no UTF-8 is refused: Node takes it for another one", async () => {
  const cwd = await temporaryFolder();
  const script = `folder=$(printf 'f\\351'); mkdir "$folder" && cd "$folder" && "$@"`;
  const args = ["-c", script, "sh", process.execPath, EXECUTABLE, "run", "--", "true"];
  const { code, errors } = await start("sh", args, { cwd }).ended;
  expect([code, (await readdir(cwd)).length]).toEqual([125, 1]);
  expect(errors).toMatch(/^tracelet: the current folder \/.* has a name that is not UTF-8, .*\n$/);
});

test("a command with a word of 130 kB is launched at once", async () => {
  const cwd = await temporaryFolder();
  const { code, milliseconds } = await tracelet(["run", "--quiet", "--", "true", "x".repeat(130_000)], { cwd });
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(10_000);
});

test("a command that takes its time after TERM gets it, however often it is told", async () => {
  const cwd = await temporaryFolder();
  const script = `trap 'echo saving' TERM; echo ready; while [ ! -e saved ]; do sleep 0.02; done; exit 9`;
  const child = startTracelet(["run", "--quiet", "--", "sh", "-c", script], { cwd });
  let seen = "";
  child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
  await until("the command is ready", () => seen.includes("ready"));
  for (const times of [1, 2, 3]) {
    child.kill("SIGTERM");
    await until(`it was told ${times} times`, () => seen.split("saving").length > times);
  }
  expect(child.exitCode).toBe(null);
  await writeFile(join(cwd, "saved"), "");
  expect((await child.ended).code).toBe(9);
});
