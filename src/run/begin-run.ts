import { openSync } from "node:fs";
import { join } from "node:path";
import { createRun, RunIdTakenError } from "../journal/create-run.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { newRunId, newRunName } from "../journal/run-id.ts";
import type { RunHeader } from "../model/run.ts";
import { RunClock } from "../watch/run-clock.ts";
import { describeRun } from "./describe-run.ts";
import type { RunOptions } from "./run.ts";

/** Many jobs may start in one second in one store: an id that is taken is drawn again. */
const MOST_ID_TRIES = 20;

/** A run that exists on disk and is not launched yet. */
export interface BegunRun {
  readonly header: RunHeader;
  readonly directory: RunDirectory;
  /** Descriptor that the watchers' own errors go to; opened now, when nothing runs that a slow disk could hold up. */
  readonly errorLog: number | "ignore";
  /** The time of the run. */
  readonly clock: RunClock;
}

/** Makes the run directory. Throws a `UserError` when that is not possible: then nothing is left behind. */
export function beginRun(options: RunOptions): BegunRun {
  const clock = new RunClock();
  for (let tries = 1; ; tries += 1) {
    const header = describe(options, clock.now());
    try {
      const directory = createRun(options.settings.dir, header);
      return { header, directory, errorLog: openErrorLog(directory), clock };
    } catch (error) {
      if (!(error instanceof RunIdTakenError) || tries === MOST_ID_TRIES) throw error;
    }
  }
}

function describe(options: RunOptions, started: number): RunHeader {
  return describeRun({
    id: newRunId(new Date(started), Math.random),
    name: options.settings.name ?? options.resumes?.name ?? newRunName(Math.random),
    command: options.command,
    cwd: options.cwd,
    started,
    version: options.version,
    settings: options.settings,
    resumes: options.resumes,
    joins: options.joins,
  });
}

function openErrorLog(directory: RunDirectory): number | "ignore" {
  try {
    return openSync(join(directory.root, "watcher.log"), "a", 0o600);
  } catch {
    return "ignore"; // a full disk: the run is worth more than the notes of its watchers
  }
}
