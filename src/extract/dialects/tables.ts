import { withoutBar } from "../bars.ts";
import { type BlockRow, blockRowOf, plainRow } from "../tables/blocks.ts";
import { groupedHeader, groupsOf } from "../tables/grouped-header.ts";
import { tableText } from "../log-prefix.ts";
import { createNameBook, type NameBook } from "../names/name-book.ts";
import { keepsDigits } from "../quick/outline.ts";
import { NOTHING, type Reading, shapedDialect } from "../reading.ts";
import { isRule, withoutFrame } from "../tables/table-cells.ts";
import { headerOf, joinedHeader, type TableHeader } from "../tables/table-header.ts";
import {
  createLayoutBook,
  type KeptLayout,
  keptLayout,
  type Layout,
  type LayoutBook,
  recalledLayout,
} from "../tables/table-layouts.ts";
import { entryOf, rowOf, type TableEntry, type TableRow } from "../tables/table-rows.ts";

interface TableState {
  readonly names: NameBook;
  readonly layouts: LayoutBook;
  /** The number of the layout that the next line is in. */
  layout: number;
}

/**
 * Values below a header, whatever parts the columns: bars, blanks, commas (`epoch  train_loss  valid_loss`), and blocks
 * of one name and one value a line (`| loss | 0.245 |`), with sections. A header goes for all rows that fit it, also with
 * other lines in between.
 */
export const tables = shapedDialect<TableState>({
  id: "tables",
  createState: (names = createNameBook()) => ({ names, layouts: createLayoutBook(), layout: 0 }),
  memory: {
    get: ({ layout }) => layout,
    set: (state, layout) => {
      state.layout = layout;
    },
    keep: ({ layouts, layout }) => keptLayout(layouts, layout),
    recall: (state, kept) => {
      state.layout = recalledLayout(state.layouts, kept as KeptLayout);
    },
    isBlock: ({ layouts, layout }) => layouts.layoutOf(layout).kind === "block",
  },
  isElastic: (message) => !mayBegin(message),
  readPlain(text, { layouts, layout, names }) {
    const block = layouts.layoutOf(layout);
    const row = block.kind === "block" && block.bars ? plainRow(text) : undefined;
    if (block.kind !== "block" || row === undefined || MAY_BE_REMARK.test(row.name)) return undefined;
    return readingOf(numberOf(row, block, names), text);
  },
  read(message, state, whole = message) {
    const layout = state.layouts.layoutOf(state.layout);
    // Most lines are told by a look: the rest of this would be the greater part of their cost.
    if (layout.kind === "none" && !mayBegin(message)) return undefined;
    const line = withoutFrame(tableText(whole));
    const under = underOf(layout, state);
    if (isRule(line)) {
      if (layout.kind !== "pending") enterRule(state, layout.kind === "block" ? 0 : under);
      return NOTHING;
    }
    const row = /\d|nan|inf/i.test(line) ? readRow(line, layout, state) : undefined;
    // A row may begin with what looks like the time stamp of a log.
    const wide = row === undefined && isTable(layout) && line !== whole ? readRow(whole, layout, state) : undefined;
    if (wide !== undefined) return readingOf(wide, whole);
    if (row !== undefined) return readingOf(row, line);
    if (layout.kind === "block" && enterSection(line, layout, state))
      return { entries: [], steady: keepsDigits(line, whole) };
    const texts = mayHaveGaps(layout) ? textsInFrame(whole) : 0;
    if (texts === 1 || (texts === 2 && layout.kind === "block")) return NOTHING;
    const before = state.layout;
    const header = readHeader(line, layout, under, state, whole);
    if (header !== undefined || texts !== 2) return header;
    state.layout = before;
    return NOTHING;
  },
});

/** How many texts a row in a frame has: one of `│ checkpoint_dir   │`, two of `│ date    2026-01-31_10-11-12 │`. */
function textsInFrame(line: string): number {
  const [, text = ""] = IN_FRAME.exec(tableText(line)) ?? [];
  return text === "" ? 0 : text.trim().split(/ {2,}/).length;
}

const IN_FRAME = /^\s*[|\u2502\u2503\u2551]([^|\u2502\u2503\u2551]{1,200})[|\u2502\u2503\u2551]\s*$/;

/** `| save/best | 1 |`, `| better | 1 |`, `| ERROR | 1 |`: another dialect may have it. */
const MAY_BE_REMARK = /^(?:[Ss]av|[Bb][Ee][Tt])|[A-Z]{4}/;

/** Whether a line can begin a table: a rule, a row in a frame, or names that bars, gaps or commas part. */
function mayBegin(line: string): boolean {
  const text = withoutBar(line);
  if (/^\s*[^\p{L}\d\s[({]{2}|^\s*[|\u2502\u2503\u2551+]/u.test(text)) return true;
  // A list of names, and `mAP_0.5:0.95` may be one of them.
  if (/^\s*(?:\w{2,10}: +)?[^\s,:=]+(?:, +[^\s,=:]+(?::[.\d]+(?=,))?)+$/.test(text)) return /\p{L}/u.test(text);
  // `metric:` is what stands over a column of names.
  if (/=|(?<!\[[a-z]|^\s{0,8}[Mm]etrics?):\s*[^.\s]/.test(text)) return false;
  if (/[|\t\u2500-\u257f]|,\p{L}|^\s*(?:ep|it|st|ge|ro|ba)[a-z_]*,? \p{L}/iu.test(text)) return true;
  return text.includes("  ") && /\p{L}\d{0,3}[)\]]? {2,60}[\p{L}#(]| {2}#/iu.test(text);
}

/** A row with other digits leads to the same layout: that is made of a header or of the row's name, whose digits it is steady without. */
function readingOf({ entries, steady }: TableRow, line: string): Reading {
  return {
    entries: entries.map(({ key, value }) => ({ key, value })),
    steady,
    sources: () => ({ text: line, numbers: entries.map(({ source }) => source) }),
  };
}

/** The table that goes on behind a line that has no place in it. */
function underOf(layout: Layout, { layouts, layout: own }: TableState): number {
  if (!("under" in layout)) return own;
  const header = layout.kind === "pending" ? layout.header : undefined;
  return header !== undefined && isSure(header) ? layouts.numberOf({ kind: "table", header }) : layout.under;
}

/** A header is sure with a position in front of a metric, and with several metrics. */
function isSure({ columns }: TableHeader): boolean {
  const measured = columns.filter(({ role }) => role === "metric").length;
  return columns.length > 2 && (columns[0]?.role === "position" ? measured > 0 : measured > 1);
}

/** Whether a row of a block may have its value behind a gap. */
function mayHaveGaps(layout: Layout): boolean {
  return layout.kind === "rule" || (layout.kind === "block" && !layout.bars);
}

function isTable({ kind }: Layout): boolean {
  return kind === "table" || kind === "pending";
}

function enterRule(state: TableState, under: number): void {
  state.layout = state.layouts.numberOf({ kind: "rule", under });
}

function enterTable(state: TableState, header: TableHeader): void {
  state.layout = state.layouts.numberOf({ kind: "table", header });
}

function enterBlock(state: TableState, section: string, bars: boolean, isSettings: boolean): void {
  state.layout = state.layouts.numberOf({ kind: "block", section, bars, isSettings });
}

/** The numbers of a line that has its place in the layout; `undefined` when it has none there. */
function readRow(line: string, layout: Layout, state: TableState): TableRow | undefined {
  if (layout.kind === "table") return withGroup(rowOf(line, layout.header, state.names), layout.header, state);
  if (layout.kind === "pending") return readBelow(line, layout, state);
  const row = blockRowOf(line, !mayHaveGaps(layout));
  if (layout.kind === "block") {
    return row === undefined || row.bars !== layout.bars ? undefined : numberOf(row, layout, state.names);
  }
  if (row !== undefined && (row.bars || layout.kind === "rule")) return readFirst(row, "", false, state);
  return layout.kind === "rule" ? readUnder(line, layout.under, state) : undefined;
}

/** Keeps what the row is of for the rows below it that do not say it. */
function withGroup(row: TableRow | undefined, header: TableHeader, state: TableState): TableRow | undefined {
  const { named } = header;
  if (row?.group !== undefined && named !== undefined && row.group !== named.group)
    enterTable(state, { ...header, named: { ...named, group: row.group } });
  return row;
}

/** The first row below what may be a header. */
function readBelow(
  line: string,
  { header, narrow, above, section, under }: Extract<Layout, { kind: "pending" }>,
  state: TableState,
): TableRow | undefined {
  const joined = [header, narrow].map((below) => below && above && joinedHeader(above, below, state.names));
  const torn =
    header?.style === "gaps" && header.columns[0]?.role === "position" ? { ...header, isTorn: true } : undefined;
  for (const tried of [...joined, header, narrow, torn]) {
    const row = tried?.isKnown === true ? rowOf(line, tried, state.names) : undefined;
    if (tried === undefined || row === undefined) continue;
    enterTable(state, tried);
    return withGroup(row, tried, state);
  }
  const row = blockRowOf(line, true);
  // `| Parameter | Value |`
  const isSettings = section === undefined && header === undefined;
  if (row?.bars) return readFirst(row, section ?? "", isSettings, state);
  const own = state.layout;
  const late = readUnder(line, under, state);
  // The last row of one table behind the header of the next, which was printed to another stream.
  if (late !== undefined && header !== undefined && isSure(header)) state.layout = own;
  return late;
}

/** A table may go on behind a rule or a line that was no header. */
function readUnder(line: string, under: number, state: TableState): TableRow | undefined {
  const layout = state.layouts.layoutOf(under);
  const row = layout.kind === "table" ? rowOf(line, layout.header, state.names) : undefined;
  if (row !== undefined) state.layout = under;
  return row;
}

function readFirst(row: BlockRow, section: string, isSettings: boolean, state: TableState): TableRow {
  enterBlock(state, row.value === undefined ? row.name : section, row.bars, isSettings);
  const layout = state.layouts.layoutOf(state.layout);
  return layout.kind === "block" ? numberOf(row, layout, state.names) : { entries: [], steady: false };
}

function numberOf(
  { name, value, cell }: BlockRow,
  { section, isSettings }: Extract<Layout, { kind: "block" }>,
  names: NameBook,
): TableRow {
  const steady = !/\d/.test(name);
  if (value?.kind !== "number" || isSettings) return { entries: [], steady };
  // A position keeps its own name; `time/fps` is no time.
  if (section === "" || names.rankOf(name) > 0) return { entries: [entryOf(name, value, cell)], steady };
  const entries: TableEntry[] = names.kindOf(name) === "noise" ? [] : [entryOf(`${section}/${name}`, value, cell)];
  return { entries, steady };
}

function enterSection(line: string, layout: Extract<Layout, { kind: "block" }>, state: TableState): boolean {
  const row = blockRowOf(line, layout.bars);
  if (row === undefined || row.bars !== layout.bars) return false;
  if (row.value === undefined) enterBlock(state, row.name, row.bars, layout.isSettings);
  return true;
}

/** Keeps what may be a header for the line below it. */
function readHeader(
  line: string,
  layout: Layout,
  under: number,
  state: TableState,
  whole: string,
): Reading | undefined {
  // In a frame, single blanks may part the columns: `|   Trainer      Accuracy Duration   |`.
  const above = layout.kind === "pending" ? (layout.header ?? layout.groups) : undefined;
  const header =
    groupedHeader(line, above, state.names) ??
    headerOf(line, state.names) ??
    (line !== whole ? headerOf(line, state.names, "blanks") : undefined);
  const groups = header === undefined ? groupsOf(line, state.names) : undefined;
  const narrow = header?.style === "gaps" ? headerOf(line, state.names, "blanks") : undefined;
  const row = header === undefined ? blockRowOf(line, true) : undefined;
  if (header === undefined && groups === undefined && !row?.bars) {
    state.layout = layout.kind === "block" ? 0 : under;
    return undefined;
  }
  const section = row?.value === undefined ? row?.name : undefined;
  state.layout = state.layouts.numberOf({
    kind: "pending",
    header,
    groups,
    narrow,
    above,
    section,
    under: layout.kind === "block" ? 0 : under,
  });
  // Of other digits than those of names it is no other dialect's; the bar behind a header is left out.
  return { entries: [], steady: keepsDigits(header === undefined ? line : withoutBar(line), whole) };
}
