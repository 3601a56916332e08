import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { readJournal } from "../../src/journal/reader.ts";
import { openJournal } from "../../src/journal/writer.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Evidence } from "../../src/verdict/evidence.ts";
import { EvidenceFold } from "../../src/verdict/evidence-fold.ts";
import { runHeader } from "../journal/support.ts";

export const START = Date.UTC(2026, 10, 22, 20, 15, 30);
export const PID = 4711;
const GIB = 1024 ** 3;

/** A machine of 16 cores and 64 GiB with nothing the matter. */
const CALM = {
  cpu_count_logical: 16,
  cpu_percent: 25,
  disk_free: 500 * GIB,
  io_pressure_percent: 0.5,
  memory_available: 40 * GIB,
  memory_pressure_percent: 0,
  memory_total: 64 * GIB,
  memory_used: 24 * GIB,
  shm_percent: 1,
  swap_used: 0,
  tracelet_cpu_percent: 0.3,
  workload_cpu_percent: 300,
  workload_major_faults: 10,
  workload_memory_rss: 8 * GIB,
  workload_processes: 5,
};

export interface MadeRun {
  /** Readings, ten seconds apart. */
  readonly samples?: number;
  /** What the reading at this place has beside, or in place of, what a calm machine has. */
  readonly metrics?: (index: number) => Record<string, number>;
  readonly processes?: Extract<JournalRecord, { type: "sample" }>["processes"];
  /** Records between the last sample and the end. */
  readonly records?: readonly JournalRecord[];
  readonly end?: Partial<Extract<JournalRecord, { type: "end" }>>;
}

/** The journal of a run that never was, written by the journal's writer: what such a run would leave. */
export async function madeJournal(made: MadeRun): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-verdict-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "journal.jsonl");
  const journal = await openJournal(path, { onError: (error) => expect.unreachable(error.message) });
  for (const record of recordsOf(made)) journal.append(record);
  await journal.close();
  return path;
}

/** What the rules see of it. */
export async function evidenceOf(made: MadeRun): Promise<Evidence> {
  const fold = new EvidenceFold();
  for await (const { record } of readJournal(await madeJournal(made))) fold.add(record);
  return fold.evidence;
}

function recordsOf({
  samples = 200,
  metrics = () => ({}),
  processes,
  records = [],
  end = {},
}: MadeRun): JournalRecord[] {
  return [
    { type: "run", version: 1, ...runHeader({ started: START }) },
    { type: "launch", timestamp: START, pid: PID },
    { type: "watcher", timestamp: START, pid: PID + 1 },
    ...Array.from({ length: samples }, (_, index): JournalRecord => ({
      type: "sample",
      timestamp: START + index * 10_000,
      index,
      metrics: { ...CALM, ...metrics(index) },
      ...(processes === undefined ? {} : { processes }),
    })),
    ...records,
    { type: "end", status: "finished", ended: START + samples * 10_000, exitCode: 0, ...end },
  ];
}
