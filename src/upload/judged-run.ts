import type { RunDirectory } from "../journal/run-directory.ts";
import { readRunView } from "../journal/view.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunView } from "../model/view.ts";
import { EvidenceFold } from "../verdict/evidence-fold.ts";
import { findingsOf } from "../verdict/findings.ts";

/**
 * What a run comes to, and the verdict on it, in one pass over its journal.
 * @param clock milliseconds since the epoch
 * @param onRecord told of every record, for what else there is to be learnt in the same pass
 * @throws what `readRunView` throws
 */
export async function readJudgedRun(
  run: RunDirectory,
  clock: () => number = Date.now,
  onProgress?: () => void,
  onRecord?: (record: JournalRecord) => void,
): Promise<RunView> {
  const fold = new EvidenceFold();
  const view = await readRunView(run, clock, onProgress, (record) => {
    fold.add(record);
    onRecord?.(record);
  });
  return { ...view, findings: findingsOf(fold.evidence) };
}
