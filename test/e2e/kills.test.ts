import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalSoFar, runFolders, startTracelet, temporaryFolder, until } from "../support/tracelet.ts";

const wait = "while [ ! -e go ]; do sleep 0.02; done";

test("a watcher that was just killed again does not cost the child's exit status, nor the run its end", async () => {
  const cwd = await temporaryFolder();
  const running = startTracelet(["run", "--quiet", "--", "sh", "-c", `${wait}; exit 3`], { cwd });
  const killed = new Set<unknown>();
  // The third start is put off for a while; the child ends before it.
  while (killed.size < 3) {
    const watcher = await until("a watcher", async () => {
      const pid = await newest(cwd, "watcher", "pid");
      return pid !== undefined && !killed.has(pid) && pid;
    });
    killed.add(watcher);
    process.kill(Number(watcher), "SIGKILL");
  }
  await writeFile(join(cwd, "go"), "");
  expect(await running.ended).toMatchObject({ code: 3, signal: null });
  expect(await newest(cwd, "end", "exitCode")).toBe(3);
});

test("what the child prints for the first time after its wrapper was killed is kept", async () => {
  const cwd = await temporaryFolder();
  const running = startTracelet(["run", "--", "sh", "-c", `${wait}; echo step=1 loss=0.5`], { cwd });
  await until("a sample", async () => (await newest(cwd, "sample", "index")) !== undefined);
  running.kill("SIGKILL");
  await running.ended;
  await writeFile(join(cwd, "go"), "");
  await until("the end", async () => (await newest(cwd, "end", "status")) === "crashed");
  expect(await newest(cwd, "metrics", "metrics")).toEqual({ loss: 0.5 });
});

async function newest(cwd: string, type: string, field: string): Promise<unknown> {
  const [folder] = await runFolders(cwd);
  return (await journalSoFar(folder)).findLast((record) => record.type === type)?.[field];
}
