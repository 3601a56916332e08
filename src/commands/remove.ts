import { removeRun, sizeOfRun, whyKept } from "../journal/remove-run.ts";
import type { ResolvedRun } from "../journal/store.ts";
import type { Outcome } from "../run/exit-status.ts";
import { type Removal, removalLine, removalSum } from "../terminal/removal.ts";
import { print } from "./print.ts";

/** Something stays that was to go. */
const EXIT_KEPT = 1;

/** Removes runs, or says what that would be, and tells of each. */
export async function removeRuns(runs: readonly ResolvedRun[], dryRun: boolean): Promise<Outcome> {
  const removals: Removal[] = [];
  for (const run of runs) {
    const bytes = await sizeOfRun(run);
    const kept = await whyKept(run, Date.now);
    if (kept === undefined && !dryRun) await removeRun(run);
    const removal = { id: run.id, bytes, ...(kept === undefined ? {} : { kept }) };
    removals.push(removal);
    await print(removalLine(removal, dryRun));
  }
  if (removals.length !== 1) await print(removalSum(removals, dryRun));
  return { code: removals.some(({ kept }) => kept !== undefined) ? EXIT_KEPT : 0 };
}
