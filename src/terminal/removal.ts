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
  const { runs, size } = goneOf(removals);
  return runs === undefined ? "nothing to remove" : `${runs} ${dryRun ? "would be removed" : "removed"}, ${size}`;
}

/** Asks somebody at a terminal; `undefined` where there is nothing to ask. */
export function removalQuestion(removals: readonly Removal[]): string | undefined {
  const { runs, size } = goneOf(removals);
  return runs === undefined ? undefined : `remove ${runs}, ${size}? [y/N] `;
}

function goneOf(removals: readonly Removal[]): { runs: string | undefined; size: string } {
  const gone = removals.filter(({ kept }) => kept === undefined);
  const bytes = gone.reduce((sum, removal) => sum + removal.bytes, 0);
  return { runs: gone.length === 0 ? undefined : formatCount(gone.length, "run"), size: formatBytes(bytes) };
}
