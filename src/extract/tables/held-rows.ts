import type { Extracted } from "../../model/extract.ts";

/** The rows of a block, whose step may stand in any of them, and where the last one ended. */
export interface HeldRows<End> {
  readonly entries: readonly Extracted[];
  readonly end: End;
  /** The same entries where more can be added without a copy, as soon as there is a second row. */
  readonly growing?: GrowingRows;
}

interface GrowingRows {
  readonly entries: Extracted[];
  readonly keys: Set<string>;
}

/** More entries than this are settled without waiting for the block's end. */
const MOST_ENTRIES = 1000;

/**
 * The rows with one more, in place of those given; `undefined` where it begins a block of its own: it has a key again, or
 * there are too many.
 */
export function withRow<End>(
  rows: HeldRows<End> | undefined,
  entries: readonly Extracted[],
  end: End,
): HeldRows<End> | undefined {
  if (rows === undefined) return { entries, end };
  if (rows.entries.length >= MOST_ENTRIES) return undefined;
  const growing = rows.growing ?? growingOf(rows.entries);
  if (entries.some(({ key }) => growing.keys.has(key))) return undefined;
  for (const entry of entries) {
    growing.entries.push(entry);
    growing.keys.add(entry.key);
  }
  return { entries: growing.entries, end, growing };
}

function growingOf(entries: readonly Extracted[]): GrowingRows {
  return { entries: [...entries], keys: new Set(entries.map(({ key }) => key)) };
}
