import type { Extracted } from "../../model/extract.ts";

/** The rows of a block, whose step may stand in any of them, and where the last one ended. */
export interface HeldRows<End> {
  readonly entries: readonly Extracted[];
  /** Where the row of each entry ends, by the same index. */
  readonly rowEnds: readonly number[];
  readonly end: End;
  /** The same entries where more can be added without a copy, as soon as there is a second row. */
  readonly growing?: GrowingRows;
}

interface GrowingRows {
  readonly entries: Extracted[];
  readonly rowEnds: number[];
  /** By their keys. */
  readonly values: Map<string, number>;
}

/** Where a row ends: the offset in the log behind it. */
export interface RowEnd {
  readonly offset: number;
}

/** More entries than this are settled without waiting for the block's end. */
const MOST_ENTRIES = 1000;

/**
 * The rows with one more, in place of those given; `undefined` where it begins a block of its own: it has a key again, or
 * there are too many. A number that was said in an earlier row, but for the first, may be said again in a summary.
 */
export function withRow<End extends RowEnd>(
  rows: HeldRows<End> | undefined,
  entries: readonly Extracted[],
  end: End,
): HeldRows<End> | undefined {
  if (rows === undefined) return firstRow(entries, end);
  if (rows.entries.length >= MOST_ENTRIES) return undefined;
  const growing = rows.growing ?? growingOf(rows);
  const first = growing.entries[0]?.key;
  const isAgain = ({ key, value }: Extracted): boolean => key !== first && Object.is(growing.values.get(key), value);
  if (entries.some((entry) => growing.values.has(entry.key) && !isAgain(entry))) return undefined;
  for (const entry of entries) {
    if (growing.values.has(entry.key)) continue;
    growing.entries.push(entry);
    growing.rowEnds.push(end.offset);
    growing.values.set(entry.key, entry.value);
  }
  return { entries: growing.entries, rowEnds: growing.rowEnds, end, growing };
}

/** The first row of a block. */
export function firstRow<End extends RowEnd>(entries: readonly Extracted[], end: End): HeldRows<End> {
  return { entries, rowEnds: entries.map(() => end.offset), end };
}

function growingOf({ entries, rowEnds }: Pick<HeldRows<unknown>, "entries" | "rowEnds">): GrowingRows {
  return {
    entries: [...entries],
    rowEnds: [...rowEnds],
    values: new Map(entries.map(({ key, value }) => [key, value])),
  };
}
