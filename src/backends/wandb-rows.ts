import type { MetricPoint } from "../model/extract.ts";

/** The series that has the printed step of a row whose `_step` is another. */
export const STEP_SERIES = "tracelet/step";

/** One row of W&B's history. */
export interface HistoryRow {
  /** W&B's own, which never goes back. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Names and values, in JSON with NaN and the infinities. */
  readonly values: readonly (readonly [key: string, json: string])[];
}

/** What some points come to. */
export interface History {
  readonly rows: readonly HistoryRow[];
  /** The last value of each series, in JSON, and the row that it is in. */
  readonly last: ReadonlyMap<string, { readonly json: string; readonly row: number }>;
}

/**
 * Makes rows of points. Those that share a step and follow one another share a row, as with `wandb.log`. W&B's step never
 * goes back and is whole: a point that was printed with another step stays at the last one, and has its own beside it as
 * `tracelet/step`.
 * @param before the step of the row before
 */
export function historyOf(points: readonly MetricPoint[], before: number): History {
  const rows: HistoryRow[] = [];
  const last = new Map<string, { json: string; row: number }>();
  let step = before;
  let values: [key: string, json: string][] = [];
  let [printed, timestamp] = [0, 0];
  const add = (key: string, json: string) => {
    values.push([key, json]);
    const known = last.get(key);
    if (known === undefined) last.set(key, { json, row: rows.length });
    else [known.json, known.row] = [json, rows.length];
  };
  const close = () => {
    if (values.length === 0) return;
    if (isStep(printed) && printed >= step) step = printed;
    else add(STEP_SERIES, String(printed));
    rows.push({ step, timestamp, values });
    values = [];
  };
  for (const point of points) {
    const key = seriesName(point.key);
    if (point.step !== printed || last.get(key)?.row === rows.length) close();
    add(key, String(point.value));
    printed = point.step;
    timestamp = point.timestamp;
  }
  close();
  return { rows, last };
}

/** W&B has series of its own, whose names begin with an underscore or are ours here. */
function seriesName(key: string): string {
  return key.startsWith("_") || key === STEP_SERIES ? `tracelet/${key}` : key;
}

/** Whether W&B can have it as a step. */
function isStep(step: number): boolean {
  return Number.isSafeInteger(step) && step >= 0;
}
