import type { JournalNumber } from "../model/record.ts";
import { readJournal, type ReadJournalOptions } from "./reader.ts";
import type { RunDirectory } from "./run-directory.ts";

/** One point of a run. */
export interface ExportedPoint {
  readonly name: string;
  /** As in the journal: what is no finite number is text, since JSON has no NaN. */
  readonly value: JournalNumber;
  /** The step of a training metric; the index of a sample. */
  readonly step: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  readonly source: "training" | "system";
}

/**
 * Every point of a run, training and system, in the order of the journal and in bounded memory.
 * @throws UserError when a later version of the format wrote it; what the file system throws when it cannot be read.
 */
export async function* exportPoints(
  run: RunDirectory,
  options: Pick<ReadJournalOptions, "onDamage"> = {},
): AsyncGenerator<ExportedPoint> {
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
