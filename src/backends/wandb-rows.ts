import type { MetricRow } from "../model/backend.ts";

/** The series that has the printed step of a row whose `_step` is another. */
export const STEP_SERIES = "tracelet/step";

/** One row of W&B's history. */
export interface HistoryRow {
  /** W&B's own, which never goes back. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** What it has, each key once. */
  readonly parts: readonly MetricRow[];
  /** The step that was printed, where it is another. */
  readonly printed?: number;
}

/** What some metrics come to. */
export interface History {
  readonly rows: readonly HistoryRow[];
  /** The last value of each series, in JSON with NaN and the infinities. */
  readonly last: ReadonlyMap<string, string>;
}

/**
 * Makes rows of metrics. Those that share a step and follow one another share a row, as with `wandb.log`. W&B's step never
 * goes back and is whole: what was printed with another step stays at the last one, and has its own beside it as
 * `tracelet/step`. Nothing is made for each point: there may be millions.
 * @param before the step of the row before
 */
export function historyOf(metrics: readonly MetricRow[], before: number): History {
  const rows: HistoryRow[] = [];
  const newest = new Map<string, number>();
  let printed: number | undefined;
  let step = before;
  let parts: MetricRow[] = [];
  let keys: Set<string> | undefined;
  const close = () => {
    const last = parts.at(-1);
    if (last === undefined) return;
    const isNext = isStep(last.step) && last.step >= step;
    if (isNext) step = last.step;
    else printed = last.step;
    const row = { step, timestamp: last.timestamp, parts };
    rows.push(isNext ? row : { ...row, printed: last.step });
    parts = [];
    keys = undefined;
  };
  for (const part of metrics) {
    if (part.step === parts[0]?.step) keys ??= new Set(Object.keys(parts[0].metrics));
    else close();
    if (keys !== undefined && hasOneOf(part, keys)) close();
    if (keys !== undefined) for (const key in part.metrics) keys.add(key);
    parts.push(part);
    for (const key in part.metrics) newest.set(key, part.metrics[key] ?? Number.NaN);
  }
  close();
  const last = new Map([...newest].map(([key, value]) => [seriesName(key), String(value)]));
  if (printed !== undefined) last.set(STEP_SERIES, String(printed));
  return { rows, last };
}

/** W&B has series of its own, whose names begin with an underscore or are ours here. */
export function seriesName(key: string): string {
  return key.startsWith("_") || key === STEP_SERIES ? `tracelet/${key}` : key;
}

function hasOneOf({ metrics }: MetricRow, keys: ReadonlySet<string>): boolean {
  for (const key in metrics) if (keys.has(key)) return true;
  return false;
}

/** Whether W&B can have it as a step. */
function isStep(step: number): boolean {
  return Number.isSafeInteger(step) && step >= 0;
}
