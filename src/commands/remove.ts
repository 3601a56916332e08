import { removeRun, sizeOfRun, whyKept } from "../journal/remove-run.ts";
import type { ResolvedRun } from "../journal/store.ts";
import { sweepRemoved } from "../journal/sweep-removed.ts";
import type { Outcome } from "../run/exit-status.ts";
import { type Removal, removalLine, removalQuestion, removalSum } from "../terminal/removal.ts";
import { confirmed } from "./confirmed.ts";
import { tryToPrint } from "./print.ts";

/** Something stays that was to go. */
const EXIT_KEPT = 1;

export interface RemoveOptions {
  /** The store. */
  readonly dir: string;
  /** Only tell what would be removed. */
  readonly dryRun: boolean;
  /** Tell it, and ask. */
  readonly ask?: boolean;
}

/**
 * Removes runs, or says what that would be, and tells of each, whether anybody still reads that or not. What an earlier
 * removal has left goes too.
 */
export async function removeRuns(runs: readonly ResolvedRun[], options: RemoveOptions): Promise<Outcome> {
  const { dir, dryRun, ask = false } = options;
  if (ask) {
    const question = removalQuestion(await removeAll(runs, true));
    if (question !== undefined && !(await confirmed(question))) {
      await tryToPrint("nothing removed");
      return { code: EXIT_KEPT };
    }
  }
  const removals = await removeAll(runs, dryRun);
  if (!dryRun) await sweepRemoved(dir);
  if (removals.length !== 1) await tryToPrint(removalSum(removals, dryRun));
  return { code: removals.some(({ kept }) => kept !== undefined) ? EXIT_KEPT : 0 };
}

async function removeAll(runs: readonly ResolvedRun[], dryRun: boolean): Promise<Removal[]> {
  const removals: Removal[] = [];
  for (const run of runs) {
    const bytes = await sizeOfRun(run);
    const kept = await whyKept(run, Date.now);
    if (kept === undefined && !dryRun) await removeRun(run);
    const removal = { id: run.id, bytes, ...(kept === undefined ? {} : { kept }) };
    removals.push(removal);
    await tryToPrint(removalLine(removal, dryRun));
  }
  return removals;
}
