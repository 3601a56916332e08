import type { ExplainedLine, LogPoint } from "../model/extract.ts";
import { toJournalNumber } from "../model/record.ts";
import { formatCount, formatNumber } from "../model/format.ts";
import { type Output, styleFor, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { type Column, renderTable } from "./table.ts";

/** One series of a log. */
export interface FoundSeries {
  readonly name: string;
  readonly count: number;
  readonly first: LogPoint;
  readonly last: LogPoint;
  /** The line of its first point. */
  readonly example: string;
}

/** One line of JSON. Numbers that are not finite are the strings "NaN", "Infinity" and "-Infinity". */
export function logPointToJson({ name, value, step, line }: LogPoint): string {
  // Put together by hand, since a log may have millions of them.
  const number = Number.isFinite(value) ? String(value) : JSON.stringify(toJournalNumber(value));
  return `{"name":${JSON.stringify(name)},"value":${number},"step":${step},"line":${line}}`;
}

/** Counts the points by name, in the order in which the names come first. */
export async function foundSeries(batches: AsyncIterable<readonly LogPoint[]>): Promise<readonly FoundSeries[]> {
  const series = new Map<string, { -readonly [Key in keyof FoundSeries]: FoundSeries[Key] }>();
  for await (const points of batches) {
    for (const point of points) {
      const { name } = point;
      const known = series.get(name);
      if (known === undefined) {
        // A text is looked up at once: later it may be gone.
        series.set(name, { name, count: 1, first: point, last: point, example: point.text() });
      } else {
        known.count += 1;
        known.last = point;
      }
    }
  }
  return [...series.values()];
}

const COLUMNS: readonly Column[] = [
  { head: "METRIC", flexible: true },
  { head: "POINTS", align: "right" },
  { head: "FIRST" },
  { head: "LAST" },
  { head: "LINE", align: "right" },
  { head: "EXAMPLE", flexible: true },
];

/** The longest example where the output has no width. */
const LONGEST_EXAMPLE = 100;

/** A row for each series. */
export function renderSeries(series: readonly FoundSeries[], out: Output, env: NodeJS.ProcessEnv): string {
  if (series.length === 0) return "no metrics found; --explain tells why, line by line";
  const style = styleFor(out, { env });
  const rows = series.map(({ name, count, first, last, example }) => [
    { text: printable(name), paint: style.bold },
    { text: String(count) },
    { text: valueAtStep(first) },
    { text: valueAtStep(last) },
    { text: String(first.line) },
    { text: printable(example).slice(0, LONGEST_EXAMPLE), paint: style.dim },
  ]);
  return renderTable(COLUMNS, rows, { ...widthOf(out), paintHead: style.dim });
}

/** What came of an import. */
export function importedRun(
  { id, name, points }: { readonly id: string; readonly name: string; readonly points: number },
  hasBackend: boolean,
): string {
  const next = hasBackend ? `upload it: tracelet sync ${id}` : `look at it: tracelet show ${id}`;
  return `${printable(name)} (${id}) has ${formatCount(points, "point")}; ${next}`;
}

/** The line as it was read, and behind an arrow what came of it. */
export function explainedLine(
  { text, dialect, points, reason }: ExplainedLine,
  out: Output,
  env: NodeJS.ProcessEnv,
): string {
  const style = styleFor(out, { env });
  const found = points.map(({ key, value, step }) => `${printable(key)}=${formatNumber(value)} @${formatNumber(step)}`);
  const outcome = found.length > 0 ? style.bold(found.join("  ")) : style.dim(`nothing: ${reason ?? ""}`);
  return `${printable(text)}\n    ${style.dim(`${dialect ?? "no dialect"} ->`)} ${outcome}`;
}

function valueAtStep({ value, step }: LogPoint): string {
  return `${formatNumber(value)} @${formatNumber(step)}`;
}
