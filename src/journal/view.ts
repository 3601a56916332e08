import { UserError } from "../model/error.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunView } from "../model/view.ts";
import { readJournalChunks } from "./reader.ts";
import type { RunDirectory } from "./run-directory.ts";
import { statusOf } from "./run-status.ts";
import { readUploads } from "./upload-states.ts";
import { ViewFold } from "./view-fold.ts";

export { totalsOf } from "./totals.ts";

/**
 * Reads a run's journal once and says what it comes to. Memory grows with the number of metric keys, not of points.
 * @param clock milliseconds since the epoch, for whether the run is still going on
 * @param onProgress called now and then while a large journal is read
 * @param onRecord told of every record, for what else there is to be learnt in the same pass
 * @throws UserError when the run has no journal that can be read, or none whose first record can.
 */
export async function readRunView(
  run: RunDirectory,
  clock: () => number = Date.now,
  onProgress?: () => void,
  onRecord?: (record: JournalRecord) => void,
): Promise<RunView> {
  const fold = new ViewFold();
  for await (const entries of readJournalChunks(run.journal, { onDamage: (found) => fold.addDamage(found) })) {
    for (const { record } of entries) {
      fold.add(record);
      onRecord?.(record);
    }
    onProgress?.();
  }
  return viewOf(run, fold, clock);
}

/**
 * What a fold that has every record of a run's journal comes to, with what else its directory says.
 * @throws UserError when the first record cannot be read.
 */
export async function viewOf(run: RunDirectory, fold: ViewFold, clock: () => number): Promise<RunView> {
  const { header, launch, end } = fold;
  if (header === undefined) {
    throw new UserError(
      `${run.journal} does not say which run it is of: its first record is missing or damaged; type tracelet export to get what it still has`,
    );
  }
  const signs = { started: header.started, launch, end };
  const [status, uploads] = await Promise.all([statusOf(run, signs, clock), readUploads(run)]);
  const child = status === "orphaned" && launch !== undefined ? { childPid: launch.pid } : {};
  return { ...fold.view(header), status, ...child, directory: run.root, uploads };
}
