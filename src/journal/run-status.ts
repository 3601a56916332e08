import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd, RunHeader, RunStatus } from "../model/run.ts";
import { isLeaseHeld } from "./lease.ts";
import { isAlive, thisProcess } from "./process-identity.ts";
import { readJournal } from "./reader.ts";
import type { RunDirectory } from "./run-directory.ts";

/** How far from the journal's end the record of the run's end is looked for. Only a few small records follow it. */
const TAIL_BYTES = 64 * 1024;

/** The child's launch is the second record; what was damaged before it may have been more. */
const FIRST_RECORDS = 4;

/** Between the launch and the wrapper's lease a run is running too, though nothing says so. */
const STARTING_MS = 10_000;

/** The child, as the journal has it. */
export type Launch = Omit<Extract<JournalRecord, { type: "launch" }>, "type" | "timestamp">;

/** What the first and the last records of a journal say. */
export interface RunOutline {
  /** Absent where the first record cannot be read. */
  readonly header: RunHeader | undefined;
  readonly launch: Launch | undefined;
  readonly end: RunEnd | undefined;
}

/** What a run's status depends on. */
export interface RunSigns {
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly launch: Launch | undefined;
  readonly end: RunEnd | undefined;
}

/**
 * How a run stands. Without a record of its end it is running while its wrapper's lease is held, and in its first seconds;
 * orphaned while its watcher goes on without a wrapper, or its child without both; else it crashed.
 * @param clock milliseconds since the epoch
 */
export async function statusOf(run: RunDirectory, signs: RunSigns, clock: () => number): Promise<RunStatus> {
  const { started, launch, end } = signs;
  if (end !== undefined) return end.status;
  if ((await isHeld(run.wrapperLease, clock)) || (await isStarting(run, started, clock))) return "running";
  // An import has neither wrapper nor child.
  if (await isHeld(run.journalLease, clock)) return launch === undefined ? "running" : "orphaned";
  return isRunningHere(launch) ? "orphaned" : "crashed";
}

/** Whether nobody writes the journal any more, and nobody will: its end is there, or whoever should write it is gone. */
export async function isOver(
  run: RunDirectory,
  { started, end }: Omit<RunSigns, "launch">,
  clock: () => number,
): Promise<boolean> {
  if (end !== undefined) return true;
  if (await isStarting(run, started, clock)) return false;
  const held = await Promise.all([run.journalLease, run.wrapperLease].map((path) => isHeld(path, clock)));
  return !held.includes(true);
}

/** How the run began and ended, without reading the whole journal. Throws what the file system throws. */
export async function readOutline(run: RunDirectory): Promise<RunOutline> {
  const { size } = await stat(run.journal);
  let header: RunHeader | undefined;
  let launch: Launch | undefined;
  let end: RunEnd | undefined;
  let count = 0;
  for await (const { record } of readJournal(run.journal)) {
    if (record.type === "run") header = record;
    if (record.type === "launch") launch ??= record;
    if (record.type === "end") end = record;
    count += 1;
    if (size > TAIL_BYTES && (launch !== undefined || count === FIRST_RECORDS)) break;
  }
  if (size <= TAIL_BYTES) return { header, launch, end };
  // From the middle of a line on its rest is damage, and is passed over as such.
  for await (const { record } of readJournal(run.journal, { from: size - TAIL_BYTES })) {
    if (record.type === "end") end = record;
  }
  return { header, launch, end };
}

async function isStarting(run: RunDirectory, started: number, clock: () => number): Promise<boolean> {
  const age = clock() - started;
  return age >= 0 && age < STARTING_MS && !existsSync(run.wrapperLease);
}

function isHeld(lease: string, clock: () => number): Promise<boolean> {
  return isLeaseHeld(lease, thisProcess().host, clock);
}

/** Without a start that can be compared, the number may be any other process's by now, or one of another machine. */
function isRunningHere(launch: Launch | undefined): boolean {
  if (launch?.started === undefined || thisProcess().started === undefined) return false;
  return isAlive({ host: thisProcess().host, pid: launch.pid, started: launch.started });
}
