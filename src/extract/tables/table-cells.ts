import { codeAt } from "../tokens/code-at.ts";

/** How the cells of a table are told apart: bars, gaps of two blanks or a tab, single blanks, commas. */
export type TableStyle = "bars" | "gaps" | "blanks" | "commas";

/** A cell with its place in the line; `text` is trimmed, and empty where a bar table has nothing. */
export interface Cell {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// `||dx||` is a name.
const BARS = /(?<!\|)\|(?!\|)|[\u2502\u2503\u2551\u2506\u250a]/;
const EDGE = /[|\u2502\u2503\u2551\u2506\u250a]/;

const [TAB, BLANK, COMMA, SEMICOLON, OPEN, BAR] = [0x09, 0x20, 0x2c, 0x3b, 0x5b, 0x7c];

/** The style that a line's separators speak for. */
export function styleOf(line: string): TableStyle {
  if (BARS.test(line)) return "bars";
  const bare = line.trim();
  // `Epoch ,LR    ,Loss`
  const text = bare.includes(" ,") ? bare.replace(/ {1,40},/g, ",") : bare;
  // `epoch,      train/loss,      val/loss`
  if (text.includes(", ") && !/[^,;\s](?: {2}|\t)/.test(text) && /^[^,;]+(?:[,;]\s+[^,;\s][^,;]*){2}/.test(text))
    return "commas";
  if (/\S(?: {2}|\t)\s*\S/.test(text)) return "gaps";
  // `epoch,train loss,val loss`
  if (/^(?:epoch|step|iter|iteration|time)[,;] ?\p{L}/iu.test(text)) return "commas";
  return /^[^,;\s]+(?:[,;] ?[^,;\s]+)+$/.test(text) ? "commas" : "blanks";
}

/** Cuts a line into cells. The frame of a bar table is no cell. */
export function cellsOf(line: string, style: TableStyle): Cell[] {
  const cells: Cell[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at += 1) {
    const behind = separatorEnd(line, at, style);
    if (behind === at) {
      if (line.charCodeAt(at) === OPEN && style === "gaps") at = vectorEnd(line, at);
      continue;
    }
    if (mayBeEmpty(style) || at > from) addCell(cells, line, from, at, style);
    from = behind;
    at = behind - 1;
  }
  addCell(cells, line, from, line.length, style);
  if (style !== "bars") return cells;
  if (cells.at(-1)?.text === "") cells.pop();
  const edge = line.trimStart();
  return EDGE.test(edge.charAt(0)) ? cells.slice(1) : cells;
}

/** The index of the bracket behind numbers that blanks part, `[  0.25 120.5   ]`; `at` itself where none stand there. */
function vectorEnd(line: string, at: number): number {
  VECTOR.lastIndex = at;
  return VECTOR.test(line) ? VECTOR.lastIndex - 1 : at;
}

const VECTOR = /\[[-+\d.e ]{1,200}\]/y;

/** Index behind the separator that begins at `at`; `at` itself where none does. */
function separatorEnd(line: string, at: number, style: TableStyle): number {
  const code = line.charCodeAt(at);
  if (style === "bars") return code === BAR || isBoxBar(code) ? at + 1 : at;
  if (style === "commas") return code === COMMA || code === SEMICOLON ? at + 1 : at;
  if (code === BLANK && style === "gaps" && codeAt(line, at + 1) !== BLANK) return at;
  return code === TAB || code === BLANK ? gapEnd(line, at) : at;
}

function isBoxBar(code: number): boolean {
  return code === 0x2502 || code === 0x2503 || code === 0x2551 || code === 0x2506 || code === 0x250a;
}

function gapEnd(line: string, at: number): number {
  let end = at + 1;
  for (let code = codeAt(line, end); code === BLANK || code === TAB; code = codeAt(line, end)) end += 1;
  return end;
}

/** Whether what parts the cells is there also where one has nothing: `1,,0.5`. */
function mayBeEmpty(style: TableStyle): boolean {
  return style === "bars" || style === "commas";
}

function addCell(cells: Cell[], line: string, from: number, to: number, style: TableStyle): void {
  const text = line.slice(from, to).trim();
  if (text === "") {
    if (mayBeEmpty(style)) cells.push({ text, start: from, end: to });
    return;
  }
  const start = text.length === to - from ? from : line.indexOf(text, from);
  cells.push({ text, start, end: start + text.length });
}

/** A line whose only bars are its frame, or a logger's in front, with blanks in their place. */
export function withoutFrame(line: string): string {
  const framed = /^(\s*)[|\u2502\u2503\u2551]([^|\u2502\u2503\u2551]*)(?:[|\u2502\u2503\u2551]\s*)?$/.exec(line);
  return framed === null ? line : `${framed[1] ?? ""} ${framed[2] ?? ""}`;
}

/** A line whose bars part groups of columns, with blanks in their place. */
export function withoutBars(line: string): string {
  return line.replace(/[|\u2502\u2503\u2551]/g, " ");
}

/** `---- ----`, `+====+====+`, `|:---:|`, `├──┼──┤`: lines and corners, and at least four of them. */
export function isRule(line: string): boolean {
  return /^(?:[-=+|:*_~# \t]|[\u2500-\u257f])*$/.test(line) && FOUR_MARKS.test(line);
}

/** One and, behind it, three in a row. Only from the first one: else a gap would be walked through again from each. */
const FOUR_MARKS = /^[^-=*_~#\u2500-\u257f]*[-=*_~#\u2500-\u257f].*?[-=*_~#\u2500-\u257f]{3}/;
