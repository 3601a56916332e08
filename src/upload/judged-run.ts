import type { RunDirectory } from "../journal/run-directory.ts";
import { readJournalChunks } from "../journal/reader.ts";
import { viewOf } from "../journal/view.ts";
import { ViewFold } from "../journal/view-fold.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Damage, RunView } from "../model/view.ts";
import { EvidenceFold } from "../verdict/evidence-fold.ts";
import { findingsOf } from "../verdict/findings.ts";

/** Learns what a run comes to, and the verdict on it, from the records of its journal, all of them and in order. */
export class JudgedRun {
  readonly #view = new ViewFold();
  readonly #evidence = new EvidenceFold();

  add(record: JournalRecord): void {
    this.#view.add(record);
    this.#evidence.add(record);
  }

  /** A place that could not be read. */
  addDamage(damage: Damage): void {
    this.#view.addDamage(damage);
  }

  /**
   * @param clock milliseconds since the epoch
   * @throws what `viewOf` throws
   */
  async view(run: RunDirectory, clock: () => number): Promise<RunView> {
    return { ...(await viewOf(run, this.#view, clock)), findings: findingsOf(this.#evidence.evidence) };
  }
}

/**
 * What a run comes to, and the verdict on it, in one pass over its journal.
 * @param clock milliseconds since the epoch
 * @param onProgress called now and then while a large journal is read
 * @param onRecord told of every record, for what else there is to be learnt in the same pass
 * @throws what `readRunView` throws
 */
export async function readJudgedRun(
  run: RunDirectory,
  clock: () => number = Date.now,
  onProgress?: () => void,
  onRecord?: (record: JournalRecord) => void,
): Promise<RunView> {
  const judged = new JudgedRun();
  const onDamage = (damage: Damage): void => judged.addDamage(damage);
  for await (const entries of readJournalChunks(run.journal, { onDamage })) {
    for (const { record } of entries) {
      judged.add(record);
      onRecord?.(record);
    }
    onProgress?.();
  }
  return judged.view(run, clock);
}
