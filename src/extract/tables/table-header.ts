import { withoutBar } from "../bars.ts";
import { keyOf } from "../names/keys.ts";
import type { NameBook } from "../names/name-book.ts";
import { type Cell, cellsOf, styleOf, type TableStyle } from "./table-cells.ts";

export interface Column {
  /** As a key: a position's own name where the column says the step. */
  readonly name: string;
  /** The same without the number that tells it from a column of one name with it. */
  readonly plain: string;
  readonly start: number;
  readonly end: number;
  readonly role: "position" | "metric" | "other" | "noise";
}

/** The first line of a table. */
export interface TableHeader {
  readonly style: TableStyle;
  readonly columns: readonly Column[];
  /** Whether the names of the metrics are in the first column: `Metric | train | val`. */
  readonly namesBelow: boolean;
  /** Where each row has the name of its one number, and that number: `Task | n-shot | Metric | Value`. */
  readonly named?: NamedColumns;
  /** Whether a column is a position or a known metric; else it is only half of a header of two lines. */
  readonly isKnown: boolean;
  /** Whether bars part groups of columns, which gaps part. */
  readonly isGrouped?: boolean;
  /** Whether single blanks may part the values though gaps part the names: `    1     10 2.29e+02 1.0e+00  5e-01`. */
  readonly isTorn?: boolean;
}

/** The columns of a metric's name and of its values. */
export interface NamedColumns {
  readonly name: number;
  readonly values: readonly number[];
  /** What the rows are of: the last text in the first column, which the next rows may leave out. */
  readonly group: string;
}

const MOST_COLUMNS = 64;
const LONGEST_NAME = 60;

/** A name that is a column's: not a number, no pair, no sentence. */
const NAME = /^(?![-+]?\d[\d.,:]*\S?$)(?=.*[\p{L}#])[^=?!"{}]*$/u;
const PAIR = /: ?\S|;/;

/** A decimal number at the start of a cell, whatever parts the cells: told before they are made. */
const OF_VALUES = /(?:^|[\s|,;\u2502\u2503\u2551\u2506\u250a])[-+]?\d*\.\d/;

/** `| all | .50 | .75 | .95 |`: what was counted as found, over rows for what was to be found. */
const OF_THRESHOLDS = /^\s*\|(?:\s*\p{L}\w{1,10}\s*\|)?(?:\s*\.\d\d?\s*\|){3,20}\s*$/u;

/** What stands over a column of names. */
const NAMES_BELOW = /^(?:(?:\w+ ){0,2}metrics?|measures?|scores?|statistics?|quantity)$/i;

/** Over the values of settings. */
const OF_SETTINGS =
  /^(?:(?:hyper-?)?param(?:eter)?s?|settings?|config(?:uration)?s?|arg(?:ument)?s?|options?|default|type|layer.*|modules?|flags?|variables?|shape|dtype)$/i;

/** What says which data all columns are about: `DEV: loss, acc, f1`. */
const LABEL =
  /^\s*(train|training|val|valid|validation|test|testing|eval|evaluation|dev): +(?=[^\s,:=]+(?:, +[^\s,:=]+)+$)/i;

/** Positions that are so only as the head of a column. */
const COLUMN_POSITIONS: ReadonlyMap<string, string> = new Map([
  ["e", "epoch"],
  ["#", "step"],
  ["n", "iteration"],
  ["t", "step"],
  ["k", "iteration"],
  ["ntree", "iteration"],
  ["trees", "iteration"],
  ["tree", "iteration"],
  ["number_of_trees", "iteration"],
  ["counter", "step"],
  ["niter", "iteration"],
  ["nit", "iteration"],
  ["n_iter", "iteration"],
]);

/** Columns that each say which data their numbers are about. */
const SPLIT = /^(?:train|training|val|valid|validation|test|testing|eval|evaluation|dev)$/i;

/** Columns of which each is a part of a cross-validation, or says something of all of them. */
const FOLD = /^(?:fold|split) \d{1,2}$/i;
const OF_FOLDS = /^(?:mean|avg|average|std|stdev|std dev|min|max)$/i;

/** Reads a line as the header of a table; `undefined` when it is none. A header has a position or a known metric. */
export function headerOf(line: string, names: NameBook, asStyle?: TableStyle): TableHeader | undefined {
  const whole = withoutBar(line);
  if (whole.length > 2000) return undefined;
  const label = LABEL.exec(whole);
  const text = label === null ? whole : whole.slice(label[0].length);
  const hasValues = OF_VALUES.test(text) && !isOfScores(text);
  const isOfThresholds = hasValues && asStyle === undefined && OF_THRESHOLDS.test(text) && hasEvenSteps(text);
  if (hasValues && !isOfThresholds) return undefined;
  const style = asStyle ?? styleOf(text);
  const cells = outOfGroups(headsOf(cellsOf(text, style), style, names));
  const first = cells[0];
  if (first === undefined || cells.length < 2 || cells.length > MOST_COLUMNS) return undefined;
  // A bar table may leave the corner empty.
  const named = cells.filter(({ text }) => text !== "");
  if (!isOfThresholds && !named.every((cell, index) => isColumnName(cell.text) || isClass(cells, index, names)))
    return undefined;
  const own = cells.map((cell, index) => columnOf(cell, index, cells, names));
  const namesBelow = NAMES_BELOW.test(withoutSign(first.text)) && named.length > 1;
  const ofSearch = isOfSearch(own)
    ? own.map((column, at) => (at > 1 ? { ...column, role: "noise" as const } : column))
    : own;
  const columns =
    label === null ? ofSearch : ofSearch.map((column) => ({ ...column, name: `${label[1]}/${column.name}` }));
  if (named.some((cell) => OF_SETTINGS.test(cell.text))) return undefined;
  const isNarrow = style === "blanks" || style === "commas";
  const pair = isNarrow ? undefined : namedColumns(cells);
  if (pair !== undefined) return { style, columns, namesBelow: false, named: pair, isKnown: true };
  // `Min. | Epoch | Max. | Epoch` says where each extreme was.
  if (columns.some(({ name, role }) => role === "position" && columns.some((other) => other.name === `${name}_2`))) {
    return undefined;
  }
  const positioned = columns.some(({ role }) => role === "position");
  const known = columns.filter(({ role }) => role === "metric").length;
  const isOfSplits = named.every(({ text }) => SPLIT.test(text)) && !isNarrow;
  if (isOfThresholds || isOfSplits || isOfFolds(named)) {
    const corner: Column = { name: "", plain: "", start: 0, end: 0, role: "other" };
    const rest = first.text === "" ? columns.slice(1) : columns;
    return { style, columns: [corner, ...rest], namesBelow: true, isKnown: true };
  }
  if (namesBelow) return isNarrow ? undefined : { style, columns, namesBelow, isKnown: true };
  // `N   Tit   Tnf`: a letter alone is not enough.
  const isLetter = columns.every(({ role }, at) => role !== "position" || /^\p{L}$/u.test(cells[at]?.text ?? ""));
  if (positioned && known === 0 && isLetter) return undefined;
  const isKnown = positioned || known > 0;
  if (!isKnown && (style !== "gaps" || cells.length < 5)) return undefined;
  if (style === "blanks" && asStyle === undefined && !isLikelyNarrow(columns)) return undefined;
  return { style, columns, namesBelow: false, isKnown };
}

/** `| AP | AP .5 | AP .75 |`: what scores are taken at, behind a name that stands alone, too. */
function isOfScores(text: string): boolean {
  if (!AT_THRESHOLD.test(text)) return false;
  const cells = cellsOf(text, "bars").map((cell) => cell.text.toLowerCase());
  const numbered = cells.filter((cell) => /\d/.test(cell));
  return numbered.every((cell) => /^\p{L}+ \.\d\d?$/u.test(cell) && cells.includes(cell.split(" ", 1)[0] ?? ""));
}

const AT_THRESHOLD = /^\s*\|.*\|\s*\p{L}{1,12} \.\d\d?\s*\|/u;

/** `| iter | target | gamma | max_depth |`: what was found where, and behind it the settings that were tried. */
function isOfSearch([position, target]: readonly Column[]): boolean {
  return position?.role === "position" && /^target$/i.test(target?.plain ?? "");
}

function isOfFolds(heads: readonly Cell[]): boolean {
  return (
    heads.length > 2 &&
    heads.every(({ text }) => FOLD.test(text) || OF_FOLDS.test(text)) &&
    FOLD.test(heads[0]?.text ?? "")
  );
}

/** Whether the thresholds rise by the same again and again, as values do not. */
function hasEvenSteps(text: string): boolean {
  const [first = 0, second = 0, ...rest] = (text.match(/\.\d+/g) ?? []).map(Number);
  const rise = second - first;
  return rise > 0 && rest.every((value, at) => Math.abs(value - second - (at + 1) * rise) < 1e-9);
}

/** `metric:`, as a label is written. */
export function withoutSign(label: string): string {
  return label.replace(/ ?:$/, "");
}

const OF_DATA = /^(?:data ?sets?|tasks?|benchmarks?|subsets?|evals?|evaluations?)$/i;

function namedColumns(cells: readonly Cell[]): NamedColumns | undefined {
  const find = (head: RegExp): number => cells.findIndex(({ text }) => head.test(text));
  const [name, value] = [find(/^metric(?:[_ ]name)?s?$/i), find(/^(?:value|score|result)s?$/i)];
  if (name < 1 || name === cells.length - 1) return undefined;
  if (value > name) return { name, values: [value], group: "" };
  // `dataset | version | metric | mode | model`: a column for each of several.
  if (value !== -1 || !OF_DATA.test(cells[0]?.text ?? "")) return undefined;
  return { name, values: cells.map((_, at) => at).slice(name + 1), group: "" };
}

/** The heads of the columns: without the `#` of a comment, and `Epoch batch` are two. */
function headsOf(cells: Cell[], style: TableStyle, names: NameBook): Cell[] {
  const [first, second] = cells;
  if (first === undefined || style === "bars") return cells;
  if (first.text === "#" && second !== undefined && names.rankOf(second.text) > 0) return cells.slice(1);
  const words = first.text.replace(/^# ?/, "").split(" ");
  if (words.length < 2 || !words.every((word) => names.rankOf(word) > 0 || word.startsWith("#"))) return cells;
  const heads = words.map((word): Cell => {
    const start = first.start + first.text.indexOf(word);
    return { text: word, start, end: start + word.length };
  });
  return [...heads, ...cells.slice(1)];
}

/** `Box(P  R  mAP50)  Mask(P  R  mAP50)`: names in the brackets of a group, which is said where a name is in two of them. */
function outOfGroups(cells: Cell[]): Cell[] {
  if (!cells.some(({ text }) => GROUP_BEGINNING.test(text))) return cells;
  let group = "";
  const parts = cells.map((cell) => {
    const [, opened, first = cell.text] = GROUP_BEGINNING.exec(cell.text) ?? [];
    group = opened ?? group;
    const part = { cell, group, name: group === "" ? first : first.replace(/\)$/, "") };
    if (part.name !== first) group = "";
    return part;
  });
  // It must end somewhere.
  if (group !== "") return cells;
  return parts.map(({ cell, group: own, name }, index) => {
    const isDoubled = own !== "" && parts.slice(0, index).some((other) => other.name === name);
    return { ...cell, text: isDoubled ? `${own}/${name}` : name };
  });
}

const GROUP_BEGINNING = /^(\p{L}\w*)\(([^()]+)$/u;

/** A header of two lines: `average  since` over `loss     last`. `undefined` when they have not the same cells. */
export function joinedHeader(above: TableHeader, below: TableHeader, names: NameBook): TableHeader | undefined {
  if (above.columns.length !== below.columns.length) return undefined;
  const columns = below.columns.map((column, index): Column => {
    if (column.role === "position") return column;
    const over = above.columns[index];
    // Nothing, or a unit, below a name that is whole.
    if (over !== undefined && (column.plain === "" || /^\(.*\)$/.test(column.plain))) return over;
    const name = [over?.plain ?? "", column.plain].filter((part) => part !== "").join("_");
    return { ...column, name, plain: name, role: roleOf(name, names) };
  });
  return { ...below, columns, isKnown: columns.some(({ role }) => role === "position" || role === "metric") };
}

function isColumnName(text: string): boolean {
  // In the second line of a header, a unit: `(hh:mm:ss)`.
  if (/^\([^()]{1,20}\)$/.test(text)) return true;
  // `Epoch 001 loss  22.07` is a pair; `DataLoader 0` and `AP .5` are names.
  if (/(?:^|\s)[-+]?[\d.,]*\d/.test(text) && !/^[\p{L} ]+ (?:\d|\.\d\d?)$/u.test(text)) return false;
  return text.length <= LONGEST_NAME && NAME.test(text) && !isPair(text) && text.split(" ").length <= 6;
}

/** `ntree   OOB   1   2   3`: the classes by their numbers, behind a position and a name. */
function isClass(cells: readonly Cell[], index: number, names: NameBook): boolean {
  const first = cells[0];
  if (index < 2 || first === undefined || !isPositionName(first.text, names)) return false;
  return cells.slice(2).every(({ text }, place) => text === String(place + 1));
}

/** `loss: 0.5` is none; `mAP@.5:.95`, `mAP_0.5:0.95` and `t[m:s]` are names. */
function isPair(text: string): boolean {
  return PAIR.test(text) && !/[@_]\d?\.?\d+:\d?\.?\d+$|\[[a-z]:[a-z]\]$/.test(text);
}

/** Single blanks also part the words of a sentence: the first must be a position and most others known. */
function isLikelyNarrow(columns: readonly Column[]): boolean {
  const known = columns.filter(({ role }) => role !== "other").length;
  return columns[0]?.role === "position" && known * 2 > columns.length;
}

function columnOf({ text, start, end }: Cell, index: number, cells: readonly Cell[], names: NameBook): Column {
  const short = COLUMN_POSITIONS.get(keyOf(text).toLowerCase());
  // `Class   n   tp   recall` counts, under `n`.
  const isSecond = index === 1 && (!/^\p{L}$/u.test(text) || isPositionName(cells[0]?.text ?? "", names));
  if (short !== undefined && (index === 0 || isSecond || text.length > 3))
    return { name: short, plain: short, start, end, role: "position" };
  const name = keyOf(text.replace(/^[#*]+ ?(?=\w)|:$/g, ""));
  const doubled = cells.slice(0, index).filter((cell) => cell.text === text).length;
  const key = doubled === 0 ? name : `${name}_${doubled + 1}`;
  return { name: key, plain: name, start, end, role: roleOf(name, names) };
}

function isPositionName(text: string, names: NameBook): boolean {
  return COLUMN_POSITIONS.has(keyOf(text).toLowerCase()) || names.rankOf(keyOf(text)) > 0;
}

function roleOf(name: string, names: NameBook): Column["role"] {
  if (names.rankOf(name) > 0) return "position";
  const kind = names.kindOf(name);
  if (kind === "metric" || kind === "noise") return kind;
  return "other";
}
