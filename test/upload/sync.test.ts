import { rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { acquireLease, type Lease } from "../../src/journal/lease.ts";
import { thisProcess } from "../../src/journal/process-identity.ts";
import type { ResolvedRun } from "../../src/journal/store.ts";
import type { SyncRow } from "../../src/model/view.ts";
import { syncRuns } from "../../src/upload/sync.ts";
import { lasting, MemoryBackend, passing } from "./memory-backend.ts";
import { emptyStore, END, line, runOnDisk } from "./run-on-disk.ts";

test("each run and backend gives a row, as soon as it is known", async () => {
  const dir = emptyStore();
  const runs = [runOnDisk([line(0), END], { dir, id: "a", name: "one" }), runOnDisk([END], { dir, id: "b" })];
  const { rows, told } = await sync(runs, new MemoryBackend());
  expect(rows).toMatchObject([
    { id: "a", name: "one", backend: "memory", state: "uploaded", sent: 1, rejected: 0, url: "memory://r1" },
    { id: "b", state: "uploaded", sent: 0 },
  ]);
  expect(new Set(told)).toEqual(new Set(rows));
  expect((await sync(runs, new MemoryBackend())).rows.map(({ state }) => state)).toEqual(["unchanged", "unchanged"]);
});

test("a run is brought to the backends it was started with, or to those that were chosen", async () => {
  const run = runOnDisk([line(0), END], { backends: [] });
  expect((await sync([run], new MemoryBackend())).rows).toEqual([]);
  expect((await sync([run], new MemoryBackend(), { backends: ["memory"] })).rows).toHaveLength(1);
});

test("a backend that does not answer keeps the other backends of a run waiting no moment", async () => {
  const run = runOnDisk([line(0), END], { backends: [] });
  const cancelled = new AbortController();
  const created = ["mute", "memory"].map((id) => Object.assign(new MemoryBackend(), { id }));
  const [mute] = created;
  if (mute !== undefined) {
    mute.before = (_call, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(passing("mute"))));
  }
  const told: SyncRow[] = [];
  const rows = await syncRuns({
    runs: [run],
    backends: ["mute", "memory"],
    createBackend: (id) => created.find((backend) => backend.id === id) ?? new MemoryBackend(),
    timeout: 3600,
    cancelled: cancelled.signal,
    now: () => performance.now(),
    onRow: (row) => {
      told.push(row);
      // The user, who sees that there is nothing more to wait for.
      cancelled.abort();
    },
  });
  expect(told.map(({ backend, state }) => [backend, state])).toEqual([
    ["memory", "uploaded"],
    ["mute", "failed"],
  ]);
  expect(rows.map(({ backend }) => backend)).toEqual(["mute", "memory"]);
});

test("a run that is going on is said to be", async () => {
  const run = runOnDisk([line(0)], { started: Date.now() });
  expect((await sync([run], new MemoryBackend())).rows).toMatchObject([{ state: "running", sent: 1 }]);
});

test("a run that fails does not keep the others back, nor does one that cannot be read", async () => {
  const dir = emptyStore();
  const runs = ["a", "b", "c"].map((id) => runOnDisk([line(0), END], { dir, id }));
  writeFileSync(runs[0]?.journal ?? "", "no record\n");
  const backend = new MemoryBackend();
  backend.before = (call) => {
    if (call === "openRun" && backend.calls.length === 1) throw lasting("deleted");
  };
  const { rows } = await sync(runs, backend);
  expect(rows.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  // Those that can be read are uploaded at the same time: either may come first.
  expect(rows.map(({ state }) => state).toSorted()).toEqual(["failed", "failed", "uploaded"]);
  expect(rows[0]?.error).toContain("its first record is missing or damaged");
  expect(rows.slice(1).map(({ error }) => error)).toContain("deleted");
});

test("the hint stands behind the reason", async () => {
  const backend = new MemoryBackend();
  backend.before = () => {
    throw passing("busy");
  };
  const { rows } = await sync([runOnDisk([END])], backend, { timeout: 0.01 });
  expect(rows).toMatchObject([{ state: "failed", error: "busy; wait" }]);
});

test("the run of another process that uploads is waited for, and then nothing is left to do", async () => {
  const run = runOnDisk([line(0), END]);
  const other = await held(run);
  const waiting = sync([run], new MemoryBackend());
  // The other one: it brings everything over while we wait.
  const lease = run.uploadLease("memory");
  await sync([{ ...run, uploadLease: () => `${lease}-of-the-other` }], new MemoryBackend());
  await other.release();
  expect((await waiting).rows).toMatchObject([{ state: "unchanged", sent: 0 }]);
});

test("one that does not come forward is given up and named", async () => {
  const run = runOnDisk([line(0), END]);
  const other = await held(run);
  const { rows } = await sync([run], new MemoryBackend(), { timeout: 0.1 });
  // Behind the machine's name an owner may have a namespace.
  const error = `process ${process.pid} on ${hostname()} is uploading this run`;
  expect(rows).toMatchObject([{ state: "failed", error }]);
  await other.release();
});

test("a run directory that goes away meanwhile is an outcome, not a crash", async () => {
  const run = runOnDisk([line(0), END]);
  const backend = new MemoryBackend();
  backend.before = () => rmSync(run.root, { recursive: true, force: true });
  const { rows } = await sync([run], backend);
  expect(rows).toMatchObject([
    { state: "failed", error: expect.stringContaining("cannot be read or written: ENOENT") },
  ]);
});

async function sync(
  runs: readonly ResolvedRun[],
  backend: MemoryBackend,
  options: { backends?: readonly string[]; timeout?: number } = {},
): Promise<{ rows: readonly SyncRow[]; told: SyncRow[] }> {
  const told: SyncRow[] = [];
  const rows = await syncRuns({
    runs,
    backends: [],
    createBackend: () => backend,
    timeout: 5,
    cancelled: new AbortController().signal,
    now: () => performance.now(),
    onRow: (row) => told.push(row),
    ...options,
  });
  return { rows, told };
}

async function held(run: ResolvedRun): Promise<Lease> {
  const lease = await acquireLease(run.uploadLease("memory"), thisProcess(), Date.now);
  if (!lease.held) throw new Error("somebody else has it");
  return lease;
}
