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
const SEPARATORS: Readonly<Record<TableStyle, RegExp>> = {
  bars: /[|\u2502\u2503\u2551\u2506\u250a]/g,
  gaps: /\t[\t ]*| {2}[\t ]*/g,
  blanks: /[\t ]+/g,
  commas: /[,;]/g,
};

/** The style that a line's separators speak for. */
export function styleOf(line: string): TableStyle {
  if (BARS.test(line)) return "bars";
  const text = line.trim();
  // `epoch,      train/loss,      val/loss`
  if (text.includes(", ") && !/[^,;\s](?: {2}|\t)/.test(text) && /^[^,;]+(?:[,;]\s+[^,;\s][^,;]*){2}/.test(text))
    return "commas";
  if (/\S(?: {2}|\t)\s*\S/.test(text)) return "gaps";
  // `epoch,train loss,val loss`
  if (/^(?:epoch|step|iter|iteration)[,;] ?\p{L}/iu.test(text)) return "commas";
  return /^[^,;\s]+(?:[,;] ?[^,;\s]+)+$/.test(text) ? "commas" : "blanks";
}

/** Cuts a line into cells. The frame of a bar table is no cell. */
export function cellsOf(line: string, style: TableStyle): Cell[] {
  const cells: Cell[] = [];
  let from = 0;
  for (const separator of line.matchAll(SEPARATORS[style])) {
    cells.push(cellAt(line, from, separator.index));
    from = separator.index + separator[0].length;
  }
  cells.push(cellAt(line, from, line.length));
  if (style !== "bars") return cells.filter(({ text }) => text !== "");
  if (cells.at(-1)?.text === "") cells.pop();
  const edge = line.trimStart();
  return EDGE.test(edge.charAt(0)) ? cells.slice(1) : cells;
}

function cellAt(line: string, from: number, to: number): Cell {
  const text = line.slice(from, to).trim();
  if (text === "") return { text, start: from, end: to };
  const start = line.indexOf(text, from);
  return { text, start, end: start + text.length };
}

/** A line whose only bars are its frame, or a logger's in front, with blanks in their place. */
export function withoutFrame(line: string): string {
  const framed = /^(\s*)[|\u2502\u2503\u2551]([^|\u2502\u2503\u2551]*)(?:[|\u2502\u2503\u2551]\s*)?$/.exec(line);
  return framed === null ? line : `${framed[1] ?? ""} ${framed[2] ?? ""}`;
}

/** `---- ----`, `+====+====+`, `|:---:|`, `├──┼──┤`: lines and corners, and at least four of them. */
export function isRule(line: string): boolean {
  return (
    /^(?:[-=+|:*_~# \t]|[\u2500-\u257f])*$/.test(line) &&
    /(?:[-=*_~#]|[\u2500-\u257f])[^A-Za-z0-9]*(?:[-=*_~#]|[\u2500-\u257f]){3}/.test(line)
  );
}
