import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { OutputLog } from "../../src/journal/output-log.ts";
import type { RunDirectory } from "../../src/journal/run-directory.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { BackendError, type OutputText } from "../../src/model/backend.ts";
import { readRunView } from "../../src/journal/view.ts";
import { Patience } from "../../src/upload/retry.ts";
import { uploadRun } from "../../src/upload/upload-run.ts";
import { newUploadState } from "../../src/upload/upload-state.ts";
import { type Call, lasting, MemoryBackend, passing } from "./memory-backend.ts";
import { append, END, line, lines, runOnDisk, sample } from "./run-on-disk.ts";

test("a run that has ended is brought over whole, closed, and then left alone", async () => {
  const run = runOnDisk([...lines(0, 25), sample(0), END], { params: { a: "1", b: "2", c: "3" }, tags: { t: "x" } });
  const backend = new MemoryBackend();
  const first = await upload(run, backend);
  expect(first).toMatchObject({ sent: 27, state: { state: "done", uploaded: 27, url: "memory://r1" } });
  expect(backend.values).toEqual(upTo(25));
  expect(Object.assign({}, ...backend.batches.map(({ params }) => params))).toEqual({ a: "1", b: "2", c: "3" });
  expect(Object.assign({}, ...backend.batches.map(({ tags }) => tags))).toEqual({ t: "x" });
  expect([backend.artifacts, backend.ends.map(({ status }) => status)]).toEqual([["output.log"], ["finished"]]);

  const state = stateOf(run);
  const calls = backend.calls.length;
  expect(await upload(run, backend)).toMatchObject({ sent: 0, unchanged: true });
  expect(backend.calls).toHaveLength(calls);
  expect(stateOf(run)).toBe(state);
});

test("what a file holds beyond the last saved cursor is written again in its place", async () => {
  const run = runOnDisk(lines(0, 25));
  const backend = new MemoryBackend();
  backend.position = 0;
  expect(await upload(run, backend)).toMatchObject({ sent: 25, state: { remote: { position: 25 } } });
  // Killed before it could say so: the state is that of a batch before, and the file has more.
  const state = JSON.parse(stateOf(run));
  append(run, ...lines(25, 5), END);
  await upload(run, backend);
  expect(backend.values).toEqual(upTo(30));
  writeFileSync(run.uploadState("memory"), JSON.stringify(state));
  expect(await upload(run, backend)).toMatchObject({ state: { state: "done", remote: { position: 30 } } });
  expect(backend.values).toEqual(upTo(30));
});

test("a file that has lost what was written is written from the start", async () => {
  const run = runOnDisk(lines(0, 25));
  const backend = new MemoryBackend();
  backend.position = 0;
  await upload(run, backend);
  const other = new MemoryBackend();
  other.position = 0;
  append(run, line(25), END);
  expect(await upload(run, other)).toMatchObject({ sent: 26, state: { state: "done", uploaded: 26 } });
  expect(other.values).toEqual(upTo(26));
});

test("files of this machine are ended when all artifacts are there, so that whoever reads them sees a whole run", async () => {
  const order = async (backend: MemoryBackend) => {
    await upload(runOnDisk([line(0), END]), backend);
    return backend.calls.filter((call) => call !== "openRun" && call !== "write");
  };
  expect(await order(new MemoryBackend())).toEqual(["endRun", "uploadArtifact"]);
  expect(await order(Object.assign(new MemoryBackend(), { isLocal: true as const }))).toEqual([
    "uploadArtifact",
    "endRun",
  ]);
});

test("alerts that began and what the machine is reach a backend, with no points beside them too", async () => {
  const alert = {
    type: "alert",
    rule: "loss is nan",
    metric: "loss",
    severity: "critical",
    phrase: "is nan",
    timestamp: 5,
  } as const;
  const run = runOnDisk([
    { type: "machine", timestamp: 1, facts: { os: "Debian" } },
    { ...alert, state: "pending" },
    { ...alert, state: "firing" },
    { ...alert, state: "firing", repeated: true },
    { ...alert, state: "resolved" },
    END,
  ]);
  const backend = new MemoryBackend();
  await upload(run, backend);
  expect(backend.batches.flatMap(({ alerts = [] }) => alerts)).toEqual([expect.objectContaining({ state: "firing" })]);
  expect(backend.batches.map(({ facts }) => facts)).toEqual([{ os: "Debian" }]);
});

test("a backend with a place for the output gets it as it came, once, and no output log beside it", async () => {
  const run = runOnDisk([line(0)]);
  const printed: string[] = [];
  const backend = Object.assign(new MemoryBackend(), {
    async writeOutput(_run: unknown, output: readonly OutputText[]) {
      printed.push(...output.map(({ stream, text }) => `${stream}: ${text}`));
      return { rejected: [] };
    },
  });
  const log = OutputLog.create(run, { limit: "none", onGrowth: () => {} });
  log.append("stdout", 1, Buffer.from("one\n"));
  await log.flush();
  await upload(run, backend);
  log.append("stderr", 2, Buffer.from("two\n"));
  await log.close();
  append(run, END);
  await upload(run, backend);
  expect(printed).toEqual(["stdout: one\n", "stderr: two\n"]);
  expect(backend.artifacts).toEqual([]);
});

test("params that were printed while the run went on follow those of its header, in parts that the backend takes", async () => {
  const printed: JournalRecord = { type: "params", timestamp: 1, params: { b: "2", c: "3", d: "4" } };
  const later: JournalRecord = { type: "params", timestamp: 1, params: { e: "5" } };
  const backend = new MemoryBackend();
  const run = runOnDisk([line(0), printed, later, line(1), END], { params: { a: "1" } });
  expect(await upload(run, backend)).toMatchObject({ sent: 2, state: { state: "done" } });
  const params = backend.batches.map((batch) => batch.params).filter((part) => Object.keys(part).length > 0);
  expect(Object.assign({}, ...params)).toEqual({ a: "1", b: "2", c: "3", d: "4", e: "5" });
  expect(params.every((part) => Object.keys(part).length <= 2)).toBe(true);
  expect(backend.values).toEqual([0, 1]);
});

test("a failure leaves the cursor behind what was acknowledged, and the next upload goes on there", async () => {
  const run = runOnDisk([...lines(0, 35), END]);
  const backend = new MemoryBackend();
  let writes = 0;
  backend.before = (call) => {
    writes += call === "write" ? 1 : 0;
    if (call === "write" && writes === 3) throw lasting("full");
  };
  const first = await upload(run, backend);
  expect(first).toMatchObject({ sent: 20, error: { message: "full" }, state: { state: "pending", uploaded: 20 } });
  expect(JSON.parse(stateOf(run))).toMatchObject({ error: "full", uploaded: 20 });

  const second = await upload(run, backend);
  expect(second).toMatchObject({ sent: 15, state: { state: "done", uploaded: 35 } });
  expect(second).not.toHaveProperty("error");
  expect(JSON.parse(stateOf(run))).not.toHaveProperty("error");
  expect(backend.values).toEqual(upTo(35));
});

test.each<Call>(["openRun", "write", "uploadArtifact", "endRun"])(
  "when %s fails for now it is tried again in the same upload",
  async (failing) => {
    const backend = new MemoryBackend();
    let failed = false;
    backend.before = (call) => {
      if (call !== failing || failed) return;
      failed = true;
      throw passing();
    };
    const outcome = await upload(runOnDisk([line(0), END]), backend);
    expect(outcome).toMatchObject({ sent: 1, state: { state: "done" } });
    expect(backend.values).toEqual([0]);
  },
);

test("a run is closed before its output is uploaded, and complete only after both", async () => {
  const run = runOnDisk([line(0), END]);
  const backend = new MemoryBackend();
  backend.before = (call) => {
    if (call === "uploadArtifact") throw new BackendError("too large", { retryable: true });
  };
  expect(await upload(run, backend, 0.2)).toMatchObject({
    error: { message: "too large" },
    state: { state: "pending" },
  });
  expect(backend.ends.map(({ status }) => status)).toEqual(["finished"]);
  backend.before = () => {};
  expect(await upload(run, backend)).toMatchObject({ state: { state: "done" } });
  expect(backend.artifacts).toEqual(["output.log"]);
});

test("what is acknowledged is told, and a try that fails is not", async () => {
  const told: (Call | undefined)[] = [];
  const backend = new MemoryBackend();
  let failures = 0;
  backend.before = (call) => {
    failures += call === "endRun" ? 1 : 0;
    if (call === "endRun" && failures < 3) throw passing();
  };
  const options = { run: runOnDisk([line(0), END]), backend, onProgress: () => told.push(backend.calls.at(-1)) };
  const now = () => performance.now();
  await uploadRun({ ...options, now, patience: new Patience(5000, now, new AbortController().signal) });
  expect(told).toContain("write");
  expect(told.filter((call) => call === "endRun")).toEqual([]);
  expect(told.at(-1)).toBe("uploadArtifact");
});

test("what is only there for trackers is made while the points are sent, and is waited for before files are", async () => {
  const run = runOnDisk([...lines(0, 30), END]);
  const backend = new MemoryBackend();
  const now = () => performance.now();
  const patience = new Patience(5000, now, new AbortController().signal);
  const order: string[] = [];
  backend.before = (call) => order.push(call);
  const prepare = async () => {
    order.push("begun");
    while (!order.includes("endRun")) await wait(1);
    await wait(50);
    order.push("prepared");
  };
  expect(await uploadRun({ run, backend, patience, now, prepare })).toMatchObject({ state: { state: "done" } });
  expect(order).toEqual(["openRun", "begun", "write", "write", "write", "endRun", "prepared", "uploadArtifact"]);
});

test("the cursor of a server is written down once a second and at the end, that of a file after each batch", async () => {
  const cursorsOf = async (isLocal: boolean) => {
    const run = runOnDisk([...lines(0, 60), END]);
    const backend = new MemoryBackend();
    if (isLocal) backend.isLocal = true;
    const cursors = new Set<number>();
    let seconds = 0;
    const readCursor = () => Number(JSON.parse(readFileSync(run.uploadState("memory"), "utf8")).cursor);
    backend.before = (call) => {
      if (call === "openRun") return;
      cursors.add(readCursor());
      // Every other batch takes most of a second.
      seconds += 0.6;
    };
    const patience = new Patience(5000, () => performance.now(), new AbortController().signal);
    await uploadRun({ run, backend, patience, now: () => seconds * 1000 });
    expect(readCursor()).toBe(statSync(run.journal).size);
    return cursors.size;
  };
  expect(await cursorsOf(true)).toBe(7);
  expect(await cursorsOf(false)).toBe(4);
});

test("a run that is only closed now was not there already", async () => {
  const run = runOnDisk([line(0), END]);
  const backend = new MemoryBackend();
  backend.before = (call) => {
    if (call === "endRun") throw lasting();
  };
  await upload(run, backend);
  backend.before = () => {};
  const outcome = await upload(run, backend);
  expect(outcome).toMatchObject({ sent: 0, state: { state: "done" } });
  expect(outcome).not.toHaveProperty("unchanged");
  expect(backend.artifacts).toEqual(["output.log"]);
});

test("a run that is going on stays open, and what comes later follows", async () => {
  const run = runOnDisk([line(0)], { started: Date.now() });
  const backend = new MemoryBackend();
  expect(await upload(run, backend)).toMatchObject({ sent: 1, state: { state: "pending" } });
  expect(backend.calls).not.toContain("endRun");
  append(run, line(1), END);
  expect(await upload(run, backend)).toMatchObject({ sent: 1, state: { state: "done" } });
  expect(backend.values).toEqual([0, 1]);
});

/** What tells how a run began is read each time. */
const FIRST_RECORDS = 10;

test("a live upload does not read again what it has uploaded", async () => {
  const run = runOnDisk(lines(0, 2000), { started: Date.now() });
  const backend = new MemoryBackend();
  expect(await upload(run, backend)).toMatchObject({ sent: 2000 });
  // Whoever reads this record refuses the journal; it takes the place of some in the middle.
  const text = readFileSync(run.journal, "utf8");
  const header = text.split("\n", FIRST_RECORDS).join("\n");
  const newer = header.slice(0, header.indexOf("\n")).replace(/"version":\d+/, '"version":999');
  const [start, end] = [header.length + 1, text.indexOf("\n", header.length + 1 + 2 * newer.length)];
  writeFileSync(run.journal, text.slice(0, start) + newer.padEnd(end - start) + text.slice(end));
  append(run, line(2000));
  expect(await upload(run, backend)).toMatchObject({ sent: 1, state: { state: "pending", uploaded: 2001 } });
  await expect(readRunView(run)).rejects.toThrow("format version 999");
});

test("a run without an end has crashed when it was last seen", async () => {
  const backend = new MemoryBackend();
  await upload(runOnDisk([line(0), line(7)]), backend);
  expect(backend.ends).toEqual([{ status: "crashed", ended: Date.UTC(2026, 10, 22, 20, 15, 30) + 7 }]);
});

test("a torn last line does not keep a run from being complete", async () => {
  const run = runOnDisk([line(0)]);
  appendFileSync(run.journal, '{"type":"metr');
  const backend = new MemoryBackend();
  await upload(run, backend);
  expect(await upload(run, backend)).toMatchObject({ unchanged: true });
});

test("another remote run means another server: everything is sent again", async () => {
  const run = runOnDisk([...lines(0, 25), END], { params: { a: "1" } });
  const backend = new MemoryBackend();
  let writes = 0;
  backend.before = (call) => {
    writes += call === "write" ? 1 : 0;
    if (call === "write" && writes === 3) throw lasting();
  };
  expect(await upload(run, backend)).toMatchObject({ sent: 10 });
  const other = new MemoryBackend();
  other.remoteId = "r2";
  expect(await upload(run, other)).toMatchObject({ sent: 25, state: { uploaded: 25, remote: { remoteId: "r2" } } });
  expect(other.values).toEqual(upTo(25));
  expect(other.batches[0]?.params).toEqual({ a: "1" });
});

test("what is refused for good is counted and told, and keeps nothing else back", async () => {
  const run = runOnDisk([...lines(0, 15), END]);
  const backend = new MemoryBackend();
  backend.rejects = [{ what: "loss", reason: "no such key" }];
  backend.before = (call) => {
    if (call === "uploadArtifact") throw lasting("no store");
  };
  const { state } = await upload(run, backend);
  expect(state).toMatchObject({ state: "done", rejectedCount: 3 });
  expect(state.rejected.at(-1)).toEqual({ what: "output.log", reason: "no store" });
});

test("an output log in segments is as many artifacts, in order, and goes on behind the last that is there", async () => {
  const run = runOnDisk([END]);
  const [dropped, middle, last] = [run.outputDropped(9), run.outputSegment(900), run.outputSegment(1800)];
  for (const path of [last.log, last.index, dropped, middle.log, middle.index, run.outputCursor])
    writeFileSync(path, "x");
  const backend = new MemoryBackend();
  let uploads = 0;
  backend.before = (call) => {
    if (call === "uploadArtifact") uploads += 1;
    if (uploads >= 3) throw passing();
  };
  expect(await upload(run, backend, 0.3)).toMatchObject({ error: { message: "busy" } });
  const names = ["output.log", "output-000000000000009-dropped.txt"];
  expect(backend.artifacts).toEqual(names);
  backend.before = () => {};
  await upload(run, backend);
  expect(backend.artifacts).toEqual([...names, "output-000000000000900.log", "output-000000000001800.log"]);
});

test("a run that printed nothing has no artifact", async () => {
  const run = runOnDisk([END]);
  rmSync(run.outputLog);
  const backend = new MemoryBackend();
  expect(await upload(run, backend)).toMatchObject({ state: { state: "done" } });
  expect(backend.artifacts).toEqual([]);
});

test.each([
  ["no JSON", "{"],
  ["of another kind", '{"version":1,"cursor":5}'],
  ["with a cursor that is none", JSON.stringify({ ...newUploadState("memory"), cursor: -3 })],
])("a state that is damaged (%s) starts over", async (_what, text) => {
  const run = runOnDisk([...lines(0, 3), END]);
  writeFileSync(run.uploadState("memory"), text);
  expect(await upload(run, new MemoryBackend())).toMatchObject({ sent: 3, state: { state: "done", uploaded: 3 } });
});

function upload(run: RunDirectory, backend: MemoryBackend, seconds = 5) {
  const patience = new Patience(seconds * 1000, () => performance.now(), new AbortController().signal);
  return uploadRun({ run, backend, patience, now: () => performance.now() });
}

function stateOf(run: RunDirectory): string {
  return readFileSync(run.uploadState("memory"), "utf8");
}

function upTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
