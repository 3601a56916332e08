import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive, thisProcess } from "../../src/journal/process-identity.ts";
import {
  journalSoFar,
  readOnlyJournal,
  runFolders,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";
import { pretendMlflow } from "./mlflow-pretender.ts";

const wait = "while [ ! -e go ]; do sleep 0.02; done";

test("an artifact store that hangs in a system call costs its time, and leaves no process behind", async () => {
  const cwd = await temporaryFolder();
  const folder = join(cwd, "mlruns", "1", "r1", "artifacts");
  await mkdir(folder, { recursive: true });
  // Opening it for writing waits for a reader that never comes, as a dead mount would.
  execFileSync("mkfifo", [join(folder, "output.log")]);
  const server = await pretending({ artifacts: folder });
  const ended = await tracelet(
    ["run", "--backend", "mlflow", "--upload-timeout", "2", "--", "sh", "-c", "echo step=1 loss=1; exit 4"],
    { cwd, env: { MLFLOW_TRACKING_URI: server.url } },
  );
  expect(ended.code).toBe(4);
  expect(ended.errors).toMatch(/^tracelet: not uploaded to mlflow: .*type: tracelet sync \S+$/m);
  expect(ended.errors).not.toContain("the watcher");
  expect(ended.milliseconds).toBeLessThan(15_000);
  // Its status is there all the same.
  expect(server.requests).toContain("POST /api/2.0/mlflow/runs/update");
  await gone(await newest(cwd, "watcher", "pid"));
});

test("a wrapper that is killed while its run is being uploaded ends neither the record twice nor the upload", async () => {
  const { cwd, running, server } = await uploading();
  running.kill("SIGKILL");
  await running.ended;
  server.release();
  await gone(await newest(cwd, "watcher", "pid"));
  const ends = (await readOnlyJournal(cwd)).filter(({ type }) => type === "end");
  expect(ends).toMatchObject([{ status: "failed", exitCode: 3 }]);
  expect(await shown(cwd)).toMatchObject([{ backend: "mlflow", state: "done" }]);
});

test("a watcher that is killed while it uploads is replaced by one that only uploads", async () => {
  const { cwd, running, server } = await uploading();
  const before = await readOnlyJournal(cwd);
  process.kill(Number(await newest(cwd, "watcher", "pid")), "SIGKILL");
  const requests = server.requests.length;
  await until("another upload", () => server.requests.length > requests);
  server.release();
  const ended = await running.ended;
  expect(ended.code).toBe(3);
  expect(ended.errors).toContain("tracelet: failed with exit status 3");
  expect(await readOnlyJournal(cwd)).toEqual(before);
  expect(await shown(cwd)).toMatchObject([{ backend: "mlflow", state: "done" }]);
});

test("after its wrapper was killed a run goes on to its end, and a gap says what may be missing", async () => {
  const cwd = await temporaryFolder();
  const command = `echo step=0 loss=3; ${wait}; echo step=1 loss=2; echo step=2 loss=1`;
  const running = startTracelet(["run", "--", "sh", "-c", command], { cwd });
  await until("a metric", async () => (await newest(cwd, "metrics", "step")) === 0);
  running.kill("SIGKILL");
  await running.ended;
  await writeFile(join(cwd, "go"), "");
  await gone(await newest(cwd, "watcher", "pid"));
  const journal = await readOnlyJournal(cwd);
  expect(journal.filter(({ type }) => type === "metrics").map(({ step }) => step)).toEqual([0, 1, 2]);
  const [gap, ...more] = journal.filter(({ type }) => type === "gap");
  expect(gap).toMatchObject({ what: "output", reason: expect.stringContaining("the wrapper was killed") });
  expect(gap).not.toHaveProperty("bytes");
  expect(more).toEqual([]);
  expect(journal.at(-1)).toMatchObject({ type: "end", status: "crashed" });
});

test("the command that retries names the store, and is said once", async () => {
  const cwd = await temporaryFolder();
  const store = join(cwd, "my runs");
  const env = { MLFLOW_TRACKING_URI: "http://127.0.0.1:9" };
  const flags = ["--backend", "mlflow", "--upload-timeout", "1"];
  const ended = await tracelet(["run", ...flags, "--dir", store, "--", "true"], { cwd, env });
  const [folder] = await runFolders(cwd, "my runs");
  const id = folder?.split("/").at(-1) ?? "";
  expect(ended.errors).toContain(`; to try again, type: tracelet sync --dir '${store}' ${id}\n`);
  expect(ended.errors.match(/tracelet sync/g)).toHaveLength(1);
  expect(ended.errors).toMatch(/^ +mlflow +not uploaded$/m);
  const never = await tracelet(["run", ...flags, "--upload", "never", "--", "true"], { cwd, env });
  expect(never.errors).toMatch(/^ +mlflow +not uploaded; type: tracelet sync \S+$/m);
});

/** A run whose command has ended with 3 and whose points are on their way to a server that holds them back. */
async function uploading() {
  const cwd = await temporaryFolder();
  const artifacts = join(cwd, "mlruns", "1", "r1", "artifacts");
  await mkdir(artifacts, { recursive: true });
  const server = await pretending({ artifacts, holdPoints: true });
  const running = startTracelet(["run", "--backend", "mlflow", "--", "sh", "-c", "echo step=1 loss=1; exit 3"], {
    cwd,
    env: { MLFLOW_TRACKING_URI: server.url },
  });
  await until("the points", () => server.requests.includes("POST /api/2.0/mlflow/runs/log-batch"));
  return { cwd, running, server };
}

async function pretending(options: Parameters<typeof pretendMlflow>[0]) {
  const server = await pretendMlflow(options);
  onTestFinished(() => server.close());
  return server;
}

async function gone(pid: unknown): Promise<void> {
  const { host } = thisProcess();
  await until("the end of the watcher", () => !isAlive({ host, pid: Number(pid) }));
}

async function shown(cwd: string): Promise<unknown> {
  const { stdout } = await tracelet(["show", "--json"], { cwd });
  return (JSON.parse(stdout.toString()) as { uploads: unknown }).uploads;
}

async function newest(cwd: string, type: string, field: string): Promise<unknown> {
  const [folder] = await runFolders(cwd);
  return (await journalSoFar(folder)).findLast((record) => record.type === type)?.[field];
}
