import { readFileSync, utimesSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { uploadWithLease } from "../../src/upload/upload-with-lease.ts";
import { until } from "../support/tracelet.ts";
import { MemoryBackend } from "./memory-backend.ts";
import { END, line, runOnDisk } from "./run-on-disk.ts";

test("the lease of a long upload is kept fresh", async () => {
  const run = runOnDisk([line(0), END]);
  const lease = run.uploadLease("memory");
  const backend = new MemoryBackend();
  backend.before = async (call) => {
    if (call !== "write") return;
    utimesSync(lease, 0, 0);
    await until("a beat", () => statSync(lease).mtimeMs > 0);
  };
  expect(await upload(run, backend)).toMatchObject({ state: { state: "done" } });
});

test("an upload that another process has taken over ends, and writes no state any more", async () => {
  const run = runOnDisk([line(0), END]);
  const lease = run.uploadLease("memory");
  const backend = new MemoryBackend();
  let before = "";
  backend.before = async (call, signal) => {
    if (call !== "write") return;
    before = readFileSync(run.uploadState("memory"), "utf8");
    writeFileSync(lease, readFileSync(lease, "utf8").replace(/"token":"\w+"/, '"token":"0a"'));
    await until("the end of it", () => signal.aborted);
  };
  const { error } = await upload(run, backend);
  expect(error?.message).toBe("another process has taken this upload over");
  expect(readFileSync(run.uploadState("memory"), "utf8")).toBe(before);
  expect(readFileSync(lease, "utf8")).toContain('"token":"0a"');
  expect(backend.calls).not.toContain("endRun");
});

function upload(run: ReturnType<typeof runOnDisk>, backend: MemoryBackend) {
  const cancelled = new AbortController().signal;
  return uploadWithLease({ run, backend, timeout: 5, cancelled, now: () => performance.now(), heartbeat: 5 });
}
