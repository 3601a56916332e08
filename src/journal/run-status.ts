import { existsSync } from "node:fs";
import type { RunEnd, RunStatus } from "../model/run.ts";
import { isLeaseHeld } from "./lease.ts";
import type { Launch } from "./outline.ts";
import { isAlive, thisProcess } from "./process-identity.ts";
import type { RunDirectory } from "./run-directory.ts";

/** Between the launch and the wrapper's lease a run is running too, though nothing says so. */
const STARTING_MS = 10_000;

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
