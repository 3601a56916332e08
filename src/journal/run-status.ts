import { stat } from "node:fs/promises";
import type { RunEnd, RunHeader, RunStatus } from "../model/run.ts";
import { isLeaseHeld } from "./lease.ts";
import { thisProcess } from "./process-identity.ts";
import { readJournal } from "./reader.ts";
import type { RunDirectory } from "./run-directory.ts";

/** How far from the journal's end the record of the run's end is looked for. Only a few small records follow it. */
const TAIL_BYTES = 64 * 1024;

/** Between the launch and the first lease a run is running too, though nothing says so. */
const STARTING_MS = 10_000;

/**
 * How a run stands. Without a record of its end it is running while somebody holds its journal's lease or its wrapper's,
 * and in its first seconds; else it crashed.
 * @param clock milliseconds since the epoch
 */
export async function statusOf(
  run: RunDirectory,
  started: number,
  end: RunEnd | undefined,
  clock: () => number,
): Promise<RunStatus> {
  if (end !== undefined) return end.status;
  const age = clock() - started;
  if (age >= 0 && age < STARTING_MS) return "running";
  const { host } = thisProcess();
  const held = await Promise.all([run.journalLease, run.wrapperLease].map((path) => isLeaseHeld(path, host, clock)));
  return held.includes(true) ? "running" : "crashed";
}

/** What the first and the last records of a journal say. */
export interface RunOutline {
  /** Absent where the first record cannot be read. */
  readonly header: RunHeader | undefined;
  readonly end: RunEnd | undefined;
}

/** How the run began and ended, without reading the whole journal. Throws what the file system throws. */
export async function readOutline(run: RunDirectory): Promise<RunOutline> {
  const { size } = await stat(run.journal);
  let header: RunHeader | undefined;
  let end: RunEnd | undefined;
  for await (const { record } of readJournal(run.journal)) {
    if (record.type === "run") header = record;
    if (record.type === "end") end = record;
    if (size > TAIL_BYTES) break;
  }
  if (size <= TAIL_BYTES) return { header, end };
  // From the middle of a line on its rest is damage, and is passed over as such.
  for await (const { record } of readJournal(run.journal, { from: size - TAIL_BYTES })) {
    if (record.type === "end") end = record;
  }
  return { header, end };
}
