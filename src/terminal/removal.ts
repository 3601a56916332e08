import { formatBytes, formatCount } from "../model/format.ts";

/** What became of one run, or would. */
export interface Removal {
  readonly id: string;
  readonly bytes: number;
  /** Why it stays. */
  readonly kept?: string;
}

/** One line for one run. */
export function removalLine({ id, bytes, kept }: Removal, dryRun: boolean): string {
  if (kept !== undefined) return `${id}  kept: ${kept}`;
  return `${id}  ${dryRun ? "would be removed" : "removed"}, ${formatBytes(bytes)}`;
}

/** What all of them come to. */
export function removalSum(removals: readonly Removal[], dryRun: boolean): string {
  const gone = removals.filter(({ kept }) => kept === undefined);
  const bytes = gone.reduce((sum, removal) => sum + removal.bytes, 0);
  const verb = dryRun ? "would be removed" : "removed";
  return gone.length === 0 ? "nothing to remove" : `${formatCount(gone.length, "run")} ${verb}, ${formatBytes(bytes)}`;
}
