import type { NameBook } from "../names/name-book.ts";
import { cellsOf, withoutBars } from "./table-cells.ts";
import { type Column, headerOf, type TableHeader } from "./table-header.ts";

const IN_GROUP = /[^\s|\u2502\u2503\u2551\u2506\u250a] {2,}[^\s|\u2502\u2503\u2551\u2506\u250a]/;

/** Reads `epoch |  loss   acc |  loss   acc |`, where bars part groups of columns that gaps part, with what stands over each group in front of its names: `train/loss`. */
export function groupedHeader(line: string, above: TableHeader | undefined, names: NameBook): TableHeader | undefined {
  // Most lines with bars have no gap between two of them.
  if (!IN_GROUP.test(line)) return undefined;
  const groups = cellsOf(line, "bars");
  if (groups.length < 2) return undefined;
  const header = headerOf(withoutBars(line), names, "gaps");
  // `ID      Step   best |   avg    std`: which run may stand in front of where it is.
  const isPlaced = header?.columns.slice(0, 2).some(({ role }) => role === "position");
  if (header?.isKnown !== true || isPlaced !== true) return undefined;
  const columns = header.columns.map((column): Column => {
    const group = groups.findLast(({ start }) => start <= column.start);
    const [from, to] = group === undefined ? [0, 0] : [group.start, group.end];
    const over = above?.columns.find(({ start, end }) => start < to && from < end);
    if (over === undefined || column.role === "position") return column;
    return { ...column, name: `${over.name}/${column.plain}` };
  });
  return { ...header, columns, isGrouped: true };
}

/** Reads the line above such a header: `      |     train     |     valid     |`. */
export function groupsOf(line: string, names: NameBook): TableHeader | undefined {
  if (!/^ {2,}[|\u2502\u2503\u2551]/.test(line) || /\d/.test(line)) return undefined;
  const cells = cellsOf(line, "bars");
  if (cells.length < 2 || cells.some(({ text }) => !/^\p{L}[\p{L} _-]{0,30}$/u.test(text) || names.rankOf(text) > 0))
    return undefined;
  const columns = cells.map(({ text, start, end }): Column => {
    const name = text.replaceAll(" ", "_");
    return { name, plain: name, start, end, role: "other" };
  });
  return { style: "bars", columns, namesBelow: false, isKnown: false };
}
