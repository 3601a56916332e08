import type { Extracted } from "../model/extract.ts";

/** The rows of a block, whose step may stand in any of them, and where the last one ended. */
export interface HeldRows<End> {
  readonly entries: readonly Extracted[];
  readonly end: End;
}

/** More entries than this are settled without waiting for the block's end. */
const MOST_ENTRIES = 1000;

/** The rows with one more; `undefined` where it begins a block of its own: it has a key again, or there are too many. */
export function withRow<End>(
  rows: HeldRows<End> | undefined,
  entries: readonly Extracted[],
  end: End,
): HeldRows<End> | undefined {
  if (rows === undefined) return { entries, end };
  if (rows.entries.length >= MOST_ENTRIES) return undefined;
  if (entries.some(({ key }) => rows.entries.some((held) => held.key === key))) return undefined;
  return { entries: [...rows.entries, ...entries], end };
}
