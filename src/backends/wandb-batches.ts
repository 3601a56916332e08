import type { Alert, Severity } from "../model/alert.ts";
import type { Batch, RunTotals, SystemSample } from "../model/backend.ts";
import { totalsAsParams } from "./mlflow-totals.ts";
import {
  alertRecord,
  configRecord,
  environmentRecord,
  historyRecord,
  metricRecord,
  statsRecord,
  summaryRecord,
  type WandbItem,
  type WandbRecord,
} from "./wandb-records.ts";
import { type HistoryRow, historyRows, STEP_SERIES } from "./wandb-rows.ts";
import { machineOf, paramItems, tagItems } from "./wandb-run.ts";
import { COUNTERS, type CounterStart, statsOf } from "./wandb-system.ts";
import { paramJson } from "./wandb-values.ts";

const LEVELS = { info: "INFO", warning: "WARN", critical: "ERROR" } as const satisfies Record<Severity, string>;

/** What has to be known of what a file has already. */
export interface WandbMemory {
  /** W&B's step of the last row. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly counters: CounterStart;
  /** Writes the same name into all that it tells of the machine. */
  readonly writer: string;
  /** The series that there are; absent where an earlier session began the file. */
  readonly series: ReadonlySet<string> | undefined;
}

/** A batch as records, and what is to be known behind it. */
export interface PlannedBatch {
  readonly records: readonly WandbRecord[];
  readonly memory: WandbMemory;
}

export function planBatch(batch: Batch, before: WandbMemory): PlannedBatch {
  const { metrics, system, params, tags, alerts = [], facts } = batch;
  const rows = historyRows(metrics, before.step);
  const counters = withFirst(before.counters, system);
  const config = [...paramItems(params), ...tagItems(tags)];
  const records = [
    ...(config.length > 0 ? [configRecord(config)] : []),
    ...(facts === undefined ? [] : [environmentRecord(machineOf(facts, before.writer))]),
    ...system.map((sample) => statsRecord(sample.timestamp, statsOf(sample, counters))),
    ...newSeriesWithSteps(rows, before.series).map((name) => metricRecord(name, STEP_SERIES)),
    ...rows.map((row) => historyRecord(row, before.started)),
    ...(rows.length > 0 ? [summaryRecord(lastValues(rows, before.started))] : []),
    ...alerts.map(recordOfAlert),
  ];
  const names = rows.flatMap(({ values }) => values.map(([key]) => key));
  const series = before.series && new Set([...before.series, ...names]);
  return { records, memory: { ...before, step: rows.at(-1)?.step ?? before.step, counters, series } };
}

/** What a finished run came to, beside the last value of each series. */
export function totalItems(totals: RunTotals, runtime: number): WandbItem[] {
  const { death } = totals;
  const all = Object.entries(totalsAsParams(totals)).map(([key, value]): WandbItem => [
    ["tracelet", key],
    paramJson(value),
  ]);
  const why = death?.findings.map(({ text }) => text).join("\n");
  return [
    ...all,
    ...(why === undefined ? [] : [[["tracelet", "death"], JSON.stringify(why)] satisfies WandbItem]),
    [["_wandb", "runtime"], String(Math.trunc(runtime))],
  ];
}

/** Those that begin with a row whose printed step is not W&B's: their x axis is the printed one. */
function newSeriesWithSteps(rows: readonly HistoryRow[], known: ReadonlySet<string> | undefined): string[] {
  if (known === undefined) return [];
  const seen = new Set<string>();
  const found: string[] = [];
  for (const { values } of rows) {
    const keys = values.map(([key]) => key);
    const isElsewhere = keys.at(-1) === STEP_SERIES;
    for (const key of keys) {
      if (isElsewhere && key !== STEP_SERIES && !seen.has(key) && !known.has(key)) found.push(key);
      seen.add(key);
    }
  }
  return found;
}

/** `wandb sync` does not look for them in the rows. */
function lastValues(rows: readonly HistoryRow[], started: number): WandbItem[] {
  const last = new Map(rows.flatMap(({ values }) => values));
  const { step = 0, timestamp = started } = rows.at(-1) ?? {};
  last.set("_step", String(step));
  last.set("_timestamp", String(timestamp / 1000));
  last.set("_runtime", String((timestamp - started) / 1000));
  return [...last].map(([key, json]) => [[key], json]);
}

function withFirst(known: CounterStart, system: readonly SystemSample[]): CounterStart {
  const found: Record<string, number> = { ...known };
  for (const { metrics } of system) {
    for (const key of COUNTERS) {
      const value = metrics[key];
      if (value !== undefined) found[key] ??= value;
    }
  }
  return found;
}

function recordOfAlert({ rule, metric, phrase, severity, value, step }: Alert): WandbRecord {
  const at = step === undefined ? "" : ` at step ${step}`;
  const read = value === undefined ? "" : `: ${value}${at}`;
  return alertRecord(`${severity}: ${metric} ${phrase}`, `${rule}${read}`, LEVELS[severity]);
}
