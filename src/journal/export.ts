import type { ExportPoint } from "../model/view.ts";
import { readJournal, type ReadJournalOptions } from "./reader.ts";
import type { RunDirectory } from "./run-directory.ts";

/**
 * Every point of a run, training and system, in the order of the journal and in bounded memory.
 * @throws UserError when a later version of the format wrote it, and when it cannot be read.
 */
export async function* exportPoints(
  run: RunDirectory,
  options: Pick<ReadJournalOptions, "onDamage"> = {},
): AsyncGenerator<ExportPoint> {
  for await (const { record } of readJournal(run.journal, options)) {
    if (record.type !== "metrics" && record.type !== "sample") continue;
    const isTraining = record.type === "metrics";
    const step = isTraining ? record.step : record.index;
    const timestamp = new Date(record.timestamp).toISOString();
    for (const [name, value] of Object.entries(record.metrics)) {
      yield { name, value, step, timestamp, source: isTraining ? "training" : "system" };
    }
  }
}
