import { isSystemError } from "./system-error.ts";
import { readOutline } from "./outline.ts";
import { listRuns, type ResolvedRun, runOf } from "./store.ts";
import { readUploads } from "./upload-states.ts";

export interface PruneOptions {
  /** Only runs that ended longer ago than this, in milliseconds. */
  readonly older: number;
  /** Only runs that are complete at every backend that they were started with, and at one at least. */
  readonly uploaded: boolean;
}

/**
 * The runs of a store that are old enough to go, oldest first. Where no end was recorded the start counts; one whose name
 * cannot be read is left to `tracelet rm`.
 * @param clock milliseconds since the epoch
 */
export async function prunable(dir: string, options: PruneOptions, clock: () => number): Promise<ResolvedRun[]> {
  const rows = await listRuns(dir, clock);
  const before = clock() - options.older;
  const old = rows.filter(
    ({ status, name, started, ended = started }) =>
      status !== "running" && status !== "orphaned" && name !== "" && ended < before,
  );
  const runs: ResolvedRun[] = [];
  for (const { id } of old.toReversed()) {
    const run = runOf(dir, id);
    if (!options.uploaded || (await isUploaded(run))) runs.push(run);
  }
  return runs;
}

async function isUploaded(run: ResolvedRun): Promise<boolean> {
  try {
    const { header } = await readOutline(run.journal);
    const uploads = await readUploads(run);
    const done = uploads.filter(({ state, error }) => state === "done" && error === undefined);
    const complete = new Set(done.map(({ backend }) => backend));
    return complete.size > 0 && (header?.backends ?? []).every((backend) => complete.has(backend));
  } catch (error) {
    // What cannot be read is not known to be anywhere else.
    if (isSystemError(error)) return false;
    throw error;
  }
}
