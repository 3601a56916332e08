import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readOnlyJournal, runFolders, startTracelet, temporaryFolder, tracelet, until } from "../support/tracelet.ts";

describe("the exit status", () => {
  test.each([0, 1, 2, 125, 127, 255])("%i is passed on", async (code) => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", "--", "sh", "-c", `exit ${code}`], { cwd });
    expect([ended.code, ended.signal]).toEqual([code, null]);
    expect(await readOnlyJournal(cwd)).toContainEqual(
      expect.objectContaining({ type: "end", status: code === 0 ? "finished" : "failed", exitCode: code }),
    );
  });

  test.each(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP", "SIGUSR1", "SIGPIPE"] as const)(
    "a child that %s ended ends tracelet by the same signal",
    async (signal) => {
      const cwd = await temporaryFolder();
      const ended = await tracelet(["run", "--", "sh", "-c", `kill -${signal.slice(3)} $$`], { cwd });
      expect([ended.code, ended.signal]).toEqual([null, signal]);
      expect(await readOnlyJournal(cwd)).toContainEqual(
        expect.objectContaining({ type: "end", status: "killed", signal }),
      );
    },
  );

  test("is 128 + n where Node cannot die of the signal itself", async () => {
    const ended = await tracelet(["run", "--", "sh", "-c", "kill -SEGV $$"], { cwd: await temporaryFolder() });
    expect([ended.code, ended.signal]).toEqual([139, null]);
  });

  test("is 127 for a command that is not there, and no run is left behind", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", "--", "no-such-command-here", "x"], { cwd });
    expect(ended.code).toBe(127);
    expect(ended.errors).toMatch(/^tracelet: .*no-such-command-here.*\n$/);
    expect(await runFolders(cwd)).toEqual([]);
  });

  test("is 126 for a folder, which is called one", async () => {
    const ended = await tracelet(["run", "--", "/"], { cwd: await temporaryFolder() });
    expect([ended.code, ended.errors]).toEqual([
      126,
      "tracelet: '/' is a folder; type the program in it that is to run\n",
    ]);
  });

  test("is 126 for a file that cannot be executed", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "data.txt"), "x");
    await chmod(join(cwd, "data.txt"), 0o644);
    const ended = await tracelet(["run", "--", "./data.txt"], { cwd });
    expect(ended.code).toBe(126);
    expect(await runFolders(cwd)).toEqual([]);
  });
});

describe("a signal sent to tracelet", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGCONT", "SIGWINCH"] as const)(
    "%s reaches the child",
    async (signal) => {
      const cwd = await temporaryFolder();
      const script = `trap 'echo got; exit 7' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
      const child = startTracelet(["run", "--quiet", "--", "sh", "-c", script], { cwd });
      let seen = "";
      child.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
      await until("the child is ready", () => seen.includes("ready"));
      child.kill(signal);
      const ended = await child.ended;
      expect(ended.stdout.toString()).toBe("ready\ngot\n");
      expect(ended.code).toBe(7);
    },
  );
});
