import type { TableHeader } from "./table-header.ts";

/** What the lines above say about the layout of the next one. */
export type Layout =
  | { readonly kind: "none" }
  /** A rule: a block of names and values may follow. */
  | { readonly kind: "rule"; readonly under: number }
  /** A line that may be a header; `above` is the one before it, `under` the layout that goes on where it is none. */
  | {
      readonly kind: "pending";
      readonly header: TableHeader | undefined;
      /** What stands over groups of columns in a line that is no header itself. */
      readonly groups: TableHeader | undefined;
      /** The same line with its columns parted by single blanks, as far as that makes others. */
      readonly narrow: TableHeader | undefined;
      readonly above: TableHeader | undefined;
      /** The section that the line begins if it stands in a block: `| rollout/ |  |`. */
      readonly section: string | undefined;
      readonly under: number;
    }
  | { readonly kind: "table"; readonly header: TableHeader }
  /** A block of names and values; its step may stand in any row. */
  | { readonly kind: "block"; readonly section: string; readonly bars: boolean; readonly isSettings: boolean };

/** Layouts by number, so that equal ones are one: what a line says depends on the number and its own text only. */
export interface LayoutBook {
  /** The number of a layout; 0, that of `none`, when there are too many. */
  numberOf(layout: Layout): number;
  layoutOf(number: number): Layout;
}

/** A log with more different headers has lines that look like headers and are none. */
const MOST_LAYOUTS = 1024;

export function createLayoutBook(): LayoutBook {
  const none: Layout = { kind: "none" };
  const layouts: Layout[] = [none];
  const numbers = new Map<string, number>();
  return {
    numberOf(layout) {
      if (layout.kind === "none") return 0;
      const description = JSON.stringify(layout);
      const known = numbers.get(description);
      if (known !== undefined) return known;
      if (layouts.length >= MOST_LAYOUTS) return 0;
      numbers.set(description, layouts.length);
      return layouts.push(layout) - 1;
    },
    layoutOf: (number) => layouts[number] ?? none,
  };
}

/** A layout with the one that it lies over, as plain data. */
export interface KeptLayout {
  readonly layout: Layout;
  readonly under: KeptLayout | undefined;
}

/** What another book needs to have the layout of this number. */
export function keptLayout(layouts: LayoutBook, number: number): KeptLayout {
  const layout = layouts.layoutOf(number);
  return { layout, under: "under" in layout ? keptLayout(layouts, layout.under) : undefined };
}

/** The number in this book of a layout of another. */
export function recalledLayout(layouts: LayoutBook, { layout, under }: KeptLayout): number {
  if (under === undefined || !("under" in layout)) return layouts.numberOf(layout);
  return layouts.numberOf({ ...layout, under: recalledLayout(layouts, under) });
}
