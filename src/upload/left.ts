import { readJournalChunks } from "../journal/reader.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { Backend } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import type { Left } from "../model/view.ts";
import { isSystemError } from "../journal/system-error.ts";
import { loadUploadState, newUploadState, type UploadState } from "./upload-state.ts";

/** What a backend does not have of a run. Nothing is asked of the backend: this is what its cursor says. */
export async function leftOf(run: RunDirectory, backend: Pick<Backend, "id" | "target">): Promise<Left> {
  const kept = await stateOf(run, backend.id);
  // What is elsewhere is not here.
  const isThere = kept.target === backend.target || kept.target === undefined;
  const { state, cursor, artifacts, rejectedCount } = isThere ? kept : newUploadState(backend.id);
  let points = 0;
  let isNew = false;
  try {
    for await (const entries of readJournalChunks(run.journal, { from: cursor })) {
      for (const { record } of entries) {
        isNew = true;
        if (record.type === "metrics" || record.type === "sample") points += Object.keys(record.metrics).length;
      }
    }
  } catch (error) {
    // A journal that cannot be read has nothing that could be sent.
    if (!(error instanceof UserError)) throw error;
  }
  return { points, isComplete: state === "done" && !isNew, filesLeft: artifacts.length === 0, rejected: rejectedCount };
}

async function stateOf(run: RunDirectory, backend: string): Promise<UploadState> {
  try {
    return await loadUploadState(run.uploadState(backend), backend);
  } catch (error) {
    // A file that cannot be read says nothing, and this is asked where an upload has failed already.
    if (isSystemError(error)) return newUploadState(backend);
    throw error;
  }
}
