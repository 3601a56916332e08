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
  /** By their keys. */
  readonly values: Map<string, number>;
}

/** More entries than this are settled without waiting for the block's end. */
const MOST_ENTRIES = 1000;

/**
 * The rows with one more, in place of those given; `undefined` where it begins a block of its own: it has a key again, or
 * there are too many. A number that was said in an earlier row, but for the first, may be said again in a summary.
 */
export function withRow<End>(
  rows: HeldRows<End> | undefined,
  entries: readonly Extracted[],
  end: End,
): HeldRows<End> | undefined {
  if (rows === undefined) return { entries, end };
  if (rows.entries.length >= MOST_ENTRIES) return undefined;
  const growing = rows.growing ?? growingOf(rows.entries);
  const first = growing.entries[0]?.key;
  const isAgain = ({ key, value }: Extracted): boolean => key !== first && Object.is(growing.values.get(key), value);
  if (entries.some((entry) => growing.values.has(entry.key) && !isAgain(entry))) return undefined;
  for (const entry of entries) {
    if (growing.values.has(entry.key)) continue;
    growing.entries.push(entry);
    growing.values.set(entry.key, entry.value);
  }
  return { entries: growing.entries, end, growing };
}

function growingOf(entries: readonly Extracted[]): GrowingRows {
  return { entries: [...entries], values: new Map(entries.map(({ key, value }) => [key, value])) };
}
