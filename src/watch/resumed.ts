import { join } from "node:path";
import type { Counted } from "../extract/index.ts";
import { runDirectory, runsFolder } from "../journal/run-directory.ts";
import { readRunView } from "../journal/view.ts";
import { UserError } from "../model/error.ts";
import type { RunView } from "../model/view.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";

/** Where the run ended that this one goes on with. */
export interface Resumed {
  /** The index that the first sample has to have. */
  readonly nextSample: number;
  /** The last point of each training metric. */
  readonly counted: Counted;
}

/** `undefined` where this run resumes none, or one whose journal is gone: it then begins like any other. */
export async function readResumed(
  { header, settings }: Pick<WatchOrder, "header" | "settings">,
  now: () => number,
  onProgress: () => void,
): Promise<Resumed | undefined> {
  if (header.resumes === undefined) return undefined;
  const run = runDirectory(join(runsFolder(settings.dir), header.resumes.run));
  try {
    const view = await readRunView(run, now, onProgress);
    return { nextSample: view.nextSample, counted: countedIn(view) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The last point of each training metric that a journal has. */
export function countedIn({ metrics }: Pick<RunView, "metrics">): Counted {
  return new Map(Object.entries(metrics).map(([key, { lastStep, last }]) => [key, { step: lastStep, value: last }]));
}
