import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  EXECUTABLE,
  journalSoFar,
  readJournalLines,
  runFolders,
  start,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

/** A child that says it is there, waits to be let go, and ends with a status of its own. */
const WAITING = ["sh", "-c", "echo ready; while [ ! -e go ]; do sleep 0.05; done; echo last; exit 3"];

/** Pid of the watcher that wrote to the journal last. */
async function newestWatcher(cwd: string, not: readonly number[] = []): Promise<number> {
  return until("a watcher that writes", async () => {
    const [folder] = await runFolders(cwd);
    const pids = (await journalSoFar(folder)).filter(({ type }) => type === "watcher").map(({ pid }) => Number(pid));
    const pid = pids.at(-1);
    return pid === undefined || not.includes(pid) ? undefined : pid;
  });
}

/** A server that takes every request and never answers. */
async function silentServer(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the child's exit status comes through", () => {
  test("when two watchers died just before its end", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(["run", "--", ...WAITING], { cwd });
    const first = await newestWatcher(cwd);
    process.kill(first, "SIGKILL");
    const second = await newestWatcher(cwd, [first]);
    process.kill(second, "SIGKILL");
    await writeFile(join(cwd, "go"), "");
    const ended = await child.ended;
    expect([ended.code, ended.stdout.toString()]).toEqual([3, "ready\nlast\n"]);
    const [folder = ""] = await runFolders(cwd);
    const ends = (await readJournalLines(folder)).filter(({ type }) => type === "end");
    expect(ends).toMatchObject([{ status: "failed", exitCode: 3 }]);
  });

  test("when the store is removed while it runs", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(["run", "--", ...WAITING], { cwd });
    await newestWatcher(cwd);
    await rm(join(cwd, ".tracelet"), { recursive: true });
    await writeFile(join(cwd, "go"), "");
    const ended = await child.ended;
    expect([ended.code, ended.stdout.toString()]).toEqual([3, "ready\nlast\n"]);
  });

  test("when the watcher is stopped and never comes to an end", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(["run", "--upload-timeout", "1", "--", ...WAITING], { cwd });
    const watcher = await newestWatcher(cwd);
    process.kill(watcher, "SIGSTOP");
    await writeFile(join(cwd, "go"), "");
    const ended = await child.ended;
    expect([ended.code, ended.stdout.toString()]).toEqual([3, "ready\nlast\n"]);
    expect(ended.errors).toContain("the watcher did not answer");
    const [folder = ""] = await runFolders(cwd);
    expect((await readJournalLines(folder)).at(-1)).toMatchObject({ type: "end", exitCode: 3 });
  });

  test.each([20, 23, 26, 29])("with %i descriptors, or there is no child at all", async (descriptors) => {
    const cwd = await temporaryFolder();
    const script = `ulimit -n ${descriptors}; exec ${process.execPath} ${EXECUTABLE} run -- sh -c 'echo ran; exit 3'`;
    const { code, stdout } = await start("sh", ["-c", script], { cwd }).ended;
    expect([
      [3, "ran\n"],
      [125, ""],
    ]).toContainEqual([code, stdout.toString()]);
  });
});

describe("at the end", () => {
  test("INT cuts the upload short, resizing the window does not", async () => {
    const cwd = await temporaryFolder();
    const env = { MLFLOW_TRACKING_URI: await silentServer() };
    const child = startTracelet(["run", "--backend", "mlflow", "--upload-timeout", "600", "--", "true"], { cwd, env });
    const ended = until("the end in the journal", async () => {
      const [folder] = await runFolders(cwd);
      return (await journalSoFar(folder)).some(({ type }) => type === "end");
    });
    await ended;
    child.kill("SIGWINCH");
    child.kill("SIGCONT");
    const early = await Promise.race([child.ended.then(() => true), new Promise((go) => setTimeout(go, 700, false))]);
    expect(early).toBe(false);
    child.kill("SIGINT");
    const { code, errors } = await child.ended;
    expect(code).toBe(0);
    expect(errors).toMatch(/^tracelet: not uploaded to mlflow: .*tracelet sync/m);
  });

  test("TERM ends a tracelet whose reader takes no more", async () => {
    const cwd = await temporaryFolder();
    const script = `trap '' PIPE; ${process.execPath} ${EXECUTABLE} run --quiet -- head -c 150000 /dev/zero; echo $? > status`;
    const child = start("sh", ["-c", `(${script}) | (sleep 1000)`], { cwd });
    const wrapper = await until("the end of the child", async () => {
      const [folder] = await runFolders(cwd);
      const lease =
        folder === undefined ? undefined : await readFile(join(folder, "wrapper.lease"), "utf8").catch(() => "");
      return lease ? (JSON.parse(lease) as { pid: number }).pid : undefined;
    });
    await until("the child to be gone", async () => {
      const children = await readFile(`/proc/${wrapper}/task/${wrapper}/children`, "utf8");
      return children.trim().split(" ").length === 1;
    });
    process.kill(wrapper, "SIGTERM");
    await until("tracelet's end", () => existsSync(join(cwd, "status")));
    expect((await readFile(join(cwd, "status"), "utf8")).trim()).toBe("143");
    child.kill();
  });
});

test("a reader that goes away is no news for the user", async () => {
  const cwd = await temporaryFolder();
  const child = start("sh", ["-c", `${process.execPath} ${EXECUTABLE} run --quiet -- yes | head -1`], { cwd });
  const { stdout, errors } = await child.ended;
  expect([stdout.toString(), errors]).toEqual(["y\n", ""]);
});

test("a line of tracelet's own never cuts a character of the child's in two", async () => {
  const cwd = await temporaryFolder();
  const script = `printf '\\303' >&2; echo loss=5; sleep 0.6; printf '\\251\\n' >&2`;
  const ended = await tracelet(["run", "--alert", "loss > 1", "--", "sh", "-c", script], { cwd });
  expect(ended.errors).toContain("é\n");
  expect(ended.errors).toContain("tracelet: alert critical: loss 5 > 1 at step 0\n");
});
