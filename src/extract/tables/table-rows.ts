import type { Extracted } from "../../model/extract.ts";
import { withoutBar } from "../bars.ts";
import { isKey, keyOf } from "../names/keys.ts";
import type { NameBook } from "../names/name-book.ts";
import type { NumberSource } from "../reading.ts";
import { type Cell, cellsOf, withoutBars } from "./table-cells.ts";
import { type Column, type NamedColumns, type TableHeader, withoutSign } from "./table-header.ts";
import { type CellValue, cellValue } from "./table-values.ts";

/** A row whose label says that it sums the others up; its values are then the table's. */
const SUMMARY = /^(?:all|total|overall|results?|summary|values?)$/i;
const SUMMARY_OF = /^(?:all|avg|averaged?|mean|total|overall|macro|micro|weighted|summary|final)\b/i;
/** `test_set`, `val2017`; `train_eye_878b2_00003` is the name of a trial. */
const SPLIT_LABEL = /^(?:train|training|val|valid|validation|test|testing|eval|evaluation|dev)[a-z_]*\d{0,4}$/i;

/** A number of a table, and where in the line it stands. */
export interface TableEntry extends Extracted {
  readonly source: NumberSource;
}

export interface TableRow {
  readonly entries: readonly TableEntry[];
  /** Whether a row of the same table with other digits in the same places has the same entries but for their values. */
  readonly steady: boolean;
  /** What the row is of, in a table whose rows have names of their own. */
  readonly group?: string;
}

/** Reads a line as a row below the header; `undefined` when it does not fit. */
export function rowOf(line: string, header: TableHeader, names: NameBook): TableRow | undefined {
  const text = withoutBar(line);
  const placed = place(header.isGrouped === true ? withoutBars(text) : text, header);
  if (placed === undefined) return undefined;
  if (header.namesBelow) return namedRow(placed, header, names);
  if (header.named !== undefined) return pairedRow(placed, header, header.named);
  const values = placed.cells.map((cell) => (cell === undefined ? BLANK : cellValue(cell.text)));
  const { columns } = header;
  const positioned = columns.some(({ role }) => role === "position");
  // `3/100` under no position: the row of another table.
  if (!positioned && /^\d+ ?\/ ?\d+$/.test(placed.label ?? placed.cells[0]?.text ?? "")) return undefined;
  if (!values.every((value, index) => fits(value, columns[index]))) return undefined;
  if (!values.some((value, index) => value.kind === "number" && columns[index]?.role !== "noise")) return undefined;
  const entries = columns.flatMap(({ name, role }, index): TableEntry[] => {
    const value = values[index];
    // Without a position, settings are what tells the rows apart: `C  gamma  accuracy`.
    if (!positioned && names.kindOf(name) === "setting" && !OF_RATE.test(name)) return [];
    return value?.kind === "number" && role !== "noise" && isKey(name)
      ? [entryOf(name, value, placed.cells[index])]
      : [];
  });
  if (positioned) return hasPosition(columns, values) ? { entries, steady: true } : undefined;
  const hasIndex = /^\d+$/.test(placed.label ?? "");
  const isOfResults = !hasIndex && OF_RESULTS.test(columns[0]?.plain ?? "") && values[0]?.kind === "text";
  const own = isOfResults ? placed.cells[0]?.text : placed.label;
  const label = own ?? textOf(placed.cells, values) ?? classOf(placed.cells, columns);
  if (label === undefined) return { entries, steady: true };
  // The description of a data frame begins with how many values there are, and a matrix has its columns' names again.
  if (/^count$/i.test(label)) return undefined;
  if (columns.some(({ plain }) => plain === label)) return { entries: [], steady: false };
  // The index of a data frame.
  const isOfClasses = columns.some(({ name }) => /\b(?:support|precision|instances)\b/i.test(name));
  if (/^\d+$/.test(label)) {
    const step = { key: "step", value: Number(label), source: { text: label, at: 0, multiple: 1 } };
    return { entries: isOfClasses ? [] : [step, ...entries], steady: false };
  }
  // The row of the network that is trained, not of one of several classes.
  if (placed.label === undefined && /^arch(?:itecture)?$/i.test(columns[0]?.plain ?? ""))
    return { entries, steady: true };
  return {
    entries: isOfResults ? ofResult(label, entries) : labelled(label, entries, names),
    steady: !/\d/.test(label),
  };
}

/** The number of a cell under a name. */
export function entryOf(
  key: string,
  { value, text, multiple }: Extract<CellValue, { kind: "number" }>,
  cell: Cell | undefined,
): TableEntry {
  const at = (cell?.start ?? 0) + (cell?.text.indexOf(text) ?? 0);
  return { key, value, source: { text, at, multiple } };
}

/** A learning rate is plotted too. */
const OF_RATE = /(?:^|_)(?:lr|learning_rate)(?:_|$)/i;

const BLANK: CellValue = { kind: "blank" };

interface Placed {
  /** By column. */
  readonly cells: readonly (Cell | undefined)[];
  /** What stands in front of the first column. */
  readonly label: string | undefined;
}

function place(line: string, { style, columns, isTorn }: TableHeader): Placed | undefined {
  const cells = cellsOf(line, style);
  if (cells.length < 2 && style !== "commas") return undefined;
  if (cells.length === columns.length)
    return isHanging(cells, columns)
      ? { cells: [...cells.slice(1), undefined], label: cells[0]?.text }
      : { cells, label: undefined };
  // Values may stand closer than the names above them, and without the bars: `   175| 4.2e-14  1.5e-11`.
  const pieces = cellsOf(style === "bars" ? line.replaceAll("|", " ") : line, "blanks");
  if (style === "bars") {
    const isRow = pieces.length === columns.length && pieces.every(({ text }) => cellValue(text).kind === "number");
    return isRow ? { cells: pieces, label: undefined } : undefined;
  }
  if (pieces.length === columns.length && pieces.every(({ text }) => cellValue(text).kind !== "text"))
    return { cells: pieces, label: undefined };
  if (style === "commas") return undefined;
  // `|1    FastTree    0.89    5.3|`: a number without a head, in front of a name.
  const [number, label] = pieces;
  if (
    pieces.length === columns.length + 1 &&
    /^\d{1,9}$/.test(number?.text ?? "") &&
    isText(label) &&
    !pieces.slice(2).some(isText)
  )
    return { cells: pieces.slice(1), label: number?.text };
  // `0.25 0.125   512   512.0 h`: a mark behind the last value
  const isMarked = pieces.length === columns.length + 1 && /^[\p{L}*]$/u.test(pieces.at(-1)?.text ?? "");
  if (isMarked && !pieces.slice(0, -1).some(isText)) return { cells: pieces.slice(0, -1), label: undefined };
  // `Final:<TAB>84.9<TAB>81.5` below names that have nothing over the labels
  const [head, ...values] = cells;
  const isTabbed = line.includes("\t") && values.length === columns.length;
  if (isTabbed && columns.every(({ role }) => role !== "position") && isText(head) && !values.some(isText))
    return { cells: values, label: head?.text };
  if (isIndexed(pieces, columns)) return { cells: pieces.slice(1), label: number?.text.replace(":", "") };
  if (style === "blanks") return undefined;
  return isTorn === true && !pieces.some(isText) ? byPlace(pieces, columns, true) : byPlace(cells, columns);
}

/** `Weighted Avg.    0.95   0.93` in front of the first name, with nothing under the last. */
function isHanging([label, first]: readonly Cell[], [column]: readonly Column[]): boolean {
  if (label === undefined || first === undefined || column === undefined || !isText(label)) return false;
  return label.end < column.start && overlapOf(first, column) > 0;
}

/** The row of a data frame, `1:    5   0.25`: its number, and each value ends where its name does. */
function isIndexed(pieces: readonly Cell[], columns: readonly Column[]): boolean {
  const [first, ...values] = pieces;
  if (values.length !== columns.length || !/^\d{1,9}:?$/.test(first?.text ?? "")) return false;
  return values.every(({ end }, at) => end === columns[at]?.end);
}

function isText(cell: Cell | undefined): boolean {
  return cell !== undefined && cellValue(cell.text).kind === "text";
}

/** Finds the column of each cell by where it stands, for rows with empty cells, a label or a remark. */
function byPlace(cells: readonly Cell[], columns: readonly Column[], isTorn = false): Placed | undefined {
  const placed: (Cell | undefined)[] = columns.map(() => undefined);
  let label: string | undefined;
  let from = 0;
  for (const [index, cell] of cells.entries()) {
    const at = nearest(cell, columns, from);
    if (at === undefined) {
      if (index === 0) label = cell.text;
      // A second value under one name: `min&max std`.
      else if (isTorn && overlapOf(cell, columns[from - 1]) > 0) continue;
      // What is behind the last column is a remark.
      else if (cell.start <= (columns.at(-1)?.end ?? 0)) return undefined;
      continue;
    }
    placed[at] = cell;
    from = at + 1;
  }
  return from === 0 ? undefined : { cells: placed, label };
}

/** The column that the cell stands under, or touches by a side. */
function nearest(cell: Cell, columns: readonly Column[], from: number): number | undefined {
  let best: number | undefined;
  let most = -1;
  for (let index = from; index < columns.length; index += 1) {
    const column = columns[index];
    if (column === undefined) break;
    const overlap = overlapOf(cell, column);
    if (overlap > most) [best, most] = [index, overlap];
    if (column.start > cell.end) break;
  }
  return best;
}

function overlapOf(cell: Cell, column: Column | undefined): number {
  return column === undefined ? -1 : Math.min(cell.end, column.end) - Math.max(cell.start, column.start);
}

function fits(value: CellValue, column: Column | undefined): boolean {
  // Of two positions one may be left out.
  if (column?.role === "position") return value.kind === "number" || value.kind === "blank";
  return column?.role !== "metric" || value.kind !== "text";
}

function hasPosition(columns: readonly Column[], values: readonly CellValue[]): boolean {
  return columns.some(({ role }, index) => role === "position" && values[index]?.kind === "number");
}

function textOf(cells: readonly (Cell | undefined)[], values: readonly CellValue[]): string | undefined {
  const index = values.findIndex(({ kind }) => kind === "text");
  return index === -1 ? undefined : cells[index]?.text;
}

/** The number of a class, under its name. */
function classOf(cells: readonly (Cell | undefined)[], columns: readonly Column[]): string | undefined {
  return cells[columns.findIndex(({ plain }) => /^class$/i.test(plain))]?.text;
}

/** `| Dataset | Rank-1 | mAP |`, `Model   Accuracy   F1`: each row is a result of its own. */
const OF_RESULTS = /^(?:data_?sets?|benchmarks?|models?|model_(?:id|name)|classifiers?|regressors?|estimators?)$/i;

function ofResult(label: string, entries: readonly TableEntry[]): readonly TableEntry[] {
  return entries.map((entry) => ({ ...entry, key: `${keyOf(label)}/${entry.key}` }));
}

/** Rows for single classes and the like are left out: they are a table for the eye, not a series. */
function labelled(label: string, entries: readonly TableEntry[], names: NameBook): readonly TableEntry[] {
  if (SUMMARY.test(label)) return entries;
  const name = keyOf(label.replace(/:$/, ""));
  const measured = entries.filter(({ key }) => names.kindOf(key) === "metric");
  if (names.kindOf(name) === "metric")
    return measured.length === 1 ? measured.map((entry) => ({ ...entry, key: name })) : [];
  if (!SUMMARY_OF.test(label) && !SPLIT_LABEL.test(label)) return [];
  return withLabel(name, entries);
}

function withLabel(label: string, entries: readonly TableEntry[]): readonly TableEntry[] {
  const name = label.replace(/:$/, "");
  return entries.map((entry) => ({ ...entry, key: `${name}/${entry.key}` }));
}

/** `test_acc | 0.89`: the name is in the first cell; with several values each has its column's name in front. */
function namedRow({ cells }: Placed, { columns }: TableHeader, names: NameBook): TableRow | undefined {
  const [first, ...rest] = cells;
  const name = keyOf(withoutSign(first?.text ?? ""));
  if (!isKey(name) || cellValue(name).kind !== "text") return undefined;
  const values = rest.map((cell) => (cell === undefined ? BLANK : cellValue(cell.text)));
  if (values.some(({ kind }) => kind === "text") || !values.some(({ kind }) => kind === "number")) return undefined;
  const [, unit = "", number = ""] = /^(\p{L}+)_?#?(\d{1,9})$/u.exec(name) ?? [];
  // `epoch 25:`, under `metrics:`
  const isPlaced = names.rankOf(unit) > 0;
  const kind = isPlaced ? "unknown" : names.kindOf(name);
  const steady = !/\d/.test(name);
  if (kind === "noise" || kind === "setting") return { entries: [], steady };
  const entries = values.flatMap((value, index): TableEntry[] => {
    if (value.kind !== "number") return [];
    const head = columns[index + 1]?.name ?? String(index);
    if (isPlaced) return [entryOf(head, value, rest[index])];
    return [entryOf(values.length === 1 ? name : `${head}/${name}`, value, rest[index])];
  });
  if (!isPlaced) return { entries, steady };
  const source = { text: number, at: (first?.start ?? 0) + (first?.text.indexOf(number) ?? 0), multiple: 1 };
  return { entries: [{ key: unit, value: Number(number), source }, ...entries], steady: true };
}

/** `arc_easy | 0 | acc | 0.8`: the metric's name and values are in cells, and the first says of what they are. */
function pairedRow({ cells }: Placed, { columns }: TableHeader, named: NamedColumns): TableRow | undefined {
  const name = keyOf(cells[named.name]?.text ?? "");
  const group = keyOf(cells[0]?.text.replace(/^[-*\s]+/, "") ?? "") || named.group;
  if (!isKey(name) || cellValue(name).kind !== "text") return undefined;
  const key = group === "" ? name : `${group}/${name}`;
  const entries = named.values.flatMap((at): TableEntry[] => {
    const value = cellValue(cells[at]?.text ?? "");
    if (value.kind !== "number" || columns[at]?.role === "noise") return [];
    return [entryOf(named.values.length === 1 ? key : `${key}/${columns[at]?.name}`, value, cells[at])];
  });
  return entries.length === 0 ? undefined : { entries, steady: !/\d/.test(key), group };
}
