import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createRun } from "../../src/journal/create-run.ts";
import { encodeRecord } from "../../src/journal/encode.ts";
import type { ResolvedRun } from "../../src/journal/store.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { RunHeader } from "../../src/model/run.ts";

const STARTED = Date.UTC(2026, 10, 22, 20, 15, 30);

/** A store in a folder of its own, gone when the test has ended. */
export function emptyStore(): string {
  const dir = mkdtempSync(join(tmpdir(), "tracelet-upload-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A run directory as a run leaves it: these records behind the header, and an output log. */
export function runOnDisk(
  records: readonly JournalRecord[],
  { dir = emptyStore(), ...header }: Partial<RunHeader> & { dir?: string } = {},
): ResolvedRun {
  const id = header.id ?? "20261122-201530-k3f9";
  const run = createRun(dir, {
    id,
    name: "brisk-otter-42",
    project: "digits",
    command: ["python", "train.py"],
    cwd: "/home/ada/digits",
    host: "trainer",
    started: STARTED,
    tracelet: "0.1.0",
    params: {},
    tags: {},
    interval: 10,
    backends: ["memory"],
    ...header,
  });
  append(run, ...records);
  writeFileSync(run.outputLog, "loss 0.5\n");
  return { ...run, id };
}

export function append(run: { journal: string }, ...records: readonly JournalRecord[]): void {
  appendFileSync(run.journal, records.map(encodeRecord).join(""));
}

/** A console line with one metric, whose value is its step. */
export function line(step: number, keys: readonly string[] = ["loss"]): JournalRecord {
  const metrics = Object.fromEntries(keys.map((key) => [key, step]));
  return { type: "metrics", timestamp: STARTED + step, step, metrics, stream: "stdout", offset: step };
}

export function lines(first: number, count: number): JournalRecord[] {
  return Array.from({ length: count }, (_, index) => line(first + index));
}

export function sample(index: number): JournalRecord {
  return { type: "sample", timestamp: STARTED + index, index, metrics: { cpu_percent: 50, memory_percent: 25 } };
}

export const END: JournalRecord = { type: "end", status: "finished", ended: STARTED + 1000, exitCode: 0 };
