import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createBackend } from "../../src/backends/index.ts";
import type { Backend, RemoteRun } from "../../src/model/backend.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { EMPTY, headerOf } from "../conformance/backend.ts";

const NEVER = new AbortController().signal;
let dir: string;
let backend: Backend;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tracelet-wandb-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  backend = createBackend("wandb", { WANDB_DIR: dir });
});

const open = (header: Partial<RunHeader> = {}, known?: RemoteRun) =>
  backend.openRun({ ...headerOf("x"), ...header }, known, NEVER);
const logOf = ({ url = "", remoteId }: RemoteRun) => join(url, `run-${remoteId}.wandb`);
const loss = (step: number) => ({ ...EMPTY, metrics: [{ metrics: { loss: 1 }, step, timestamp: step }] });

test("a file that is shorter than what was acknowledged is begun anew, and says so", async () => {
  const header = headerOf("short");
  const run = await backend.openRun(header, undefined, NEVER);
  const { remote } = await backend.write(run, loss(1), NEVER);
  expect(await backend.openRun(header, remote, NEVER)).toEqual(remote);
  await truncate(logOf(run), Number(remote?.position) - 1);
  expect(await backend.openRun(header, remote, NEVER)).toEqual(run);
  await rm(run.url ?? "", { recursive: true });
  expect(await backend.openRun(header, remote, NEVER)).toEqual(run);
});

test("what is behind the position gives way: a half-written batch, and the end of the run", async () => {
  const run = await open();
  const { remote = run } = await backend.write(run, loss(1), NEVER);
  const whole = await readFile(logOf(run));
  await writeFile(logOf(run), Buffer.concat([whole, Buffer.from("half a record")]));
  const totals = { alerts: 0, criticalAlerts: 0, monitoring: "enabled" } as const;
  await backend.endRun(remote, { status: "finished", ended: run.position ?? 0, exitCode: 0 }, totals, NEVER);
  const ended = await readFile(logOf(run));
  expect(ended.subarray(0, whole.length)).toEqual(whole);
  expect(ended.includes("half a record")).toBe(false);
  const { remote: later = run } = await backend.write(remote, loss(2), NEVER);
  expect((await stat(logOf(run))).size).toBe(later.position);
});

test("latest-run leads to the newest run, whichever is written last", async () => {
  const newest = await open({ started: Date.UTC(2026, 5, 1) });
  await open({ started: Date.UTC(2026, 4, 1) });
  expect(await readlink(join(dir, "wandb", "latest-run"))).toBe(basename(newest.url ?? ""));
});

test("a hidden folder of W&B's is used where there is one", async () => {
  await mkdir(join(dir, ".wandb"));
  expect((await open()).url).toMatch(/\/\.wandb\/offline-run-\d{8}_\d{6}-/);
});

test("runs that join one of the same id at the same second have folders of their own", async () => {
  const joins = { wandb: "shared" };
  const [one, other] = [await open({ joins }), await open({ joins, id: "20260102-030405-zzzz" })];
  expect([one.remoteId, other.remoteId]).toEqual(["shared", "shared"]);
  expect(one).toMatchObject({ shared: true });
  expect(one.url).not.toBe(other.url);
});

test("a file that cannot be read is refused for good, and one that leads out of the folder too", async () => {
  const run = await open();
  const send = (path: string, name: string) => backend.uploadArtifact(run, { path, name }, NEVER);
  await expect(send(join(dir, "none"), "none")).rejects.toMatchObject({
    message: `${join(dir, "none")} cannot be read: ENOENT`,
    retryable: false,
  });
  await expect(send(logOf(run), "../../x")).rejects.toMatchObject({ retryable: false });
});

test("a file that wandb sync would write over gets another name, and a large one is copied with signs of life", async () => {
  const run = await open();
  const path = join(dir, "config.yaml");
  await writeFile(path, Buffer.alloc(3 * 1024 * 1024, "x"));
  let signs = 0;
  await backend.uploadArtifact(run, { path, name: "config.yaml" }, NEVER, () => (signs += 1));
  expect((await stat(join(run.url ?? "", "files", "config_2.yaml"))).size).toBe(3 * 1024 * 1024);
  // None where the file system copies without copying.
  expect([0, 3]).toContain(signs);
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be written is told with what to do", async () => {
  await chmod(dir, 0o500);
  await expect(open()).rejects.toMatchObject({
    message: expect.stringMatching(/cannot be written: EACCES$/),
    retryable: false,
    hint: expect.stringContaining("WANDB_DIR"),
  });
});
