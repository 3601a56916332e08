import type { MetricPoint } from "../model/extract.ts";

/** The series that has the printed step of a row whose `_step` is another. */
export const STEP_SERIES = "tracelet/step";

/** One row of W&B's history. */
export interface HistoryRow {
  /** W&B's own, which never goes back. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly points: readonly MetricPoint[];
  /** The step that was printed, where it is another. */
  readonly printed?: number;
}

/** What some points come to. */
export interface History {
  readonly rows: readonly HistoryRow[];
  /** The last value of each series, in JSON with NaN and the infinities. */
  readonly last: ReadonlyMap<string, string>;
}

/**
 * Makes rows of points. Those that share a step and follow one another share a row, as with `wandb.log`. W&B's step never
 * goes back and is whole: a point that was printed with another step stays at the last one, and has its own beside it as
 * `tracelet/step`. Nothing is made for each point that outlives the row: there may be millions.
 * @param before the step of the row before
 */
export function historyOf(points: readonly MetricPoint[], before: number): History {
  const rows: HistoryRow[] = [];
  const newest = new Map<string, { point: MetricPoint; row: number }>();
  let printed: number | undefined;
  let [step, start] = [before, 0];
  const close = (end: number) => {
    const last = points[end - 1];
    if (end === start || last === undefined) return;
    const isNext = isStep(last.step) && last.step >= step;
    if (isNext) step = last.step;
    else printed = last.step;
    const row = { step, timestamp: last.timestamp, points: points.slice(start, end) };
    rows.push(isNext ? row : { ...row, printed: last.step });
    start = end;
  };
  for (const [index, point] of points.entries()) {
    const known = newest.get(point.key);
    if (point.step !== points[start]?.step || known?.row === rows.length) close(index);
    if (known === undefined) newest.set(point.key, { point, row: rows.length });
    else [known.point, known.row] = [point, rows.length];
  }
  close(points.length);
  const last = new Map([...newest].map(([key, { point }]) => [seriesName(key), String(point.value)]));
  if (printed !== undefined) last.set(STEP_SERIES, String(printed));
  return { rows, last };
}

/** W&B has series of its own, whose names begin with an underscore or are ours here. */
export function seriesName(key: string): string {
  return key.startsWith("_") || key === STEP_SERIES ? `tracelet/${key}` : key;
}

/** Whether W&B can have it as a step. */
function isStep(step: number): boolean {
  return Number.isSafeInteger(step) && step >= 0;
}
