import type { Alert, Severity } from "../model/alert.ts";
import type { Batch, RunTotals, SystemSample } from "../model/backend.ts";
import { totalsAsParams } from "./mlflow-totals.ts";
import {
  alertRecord,
  configRecord,
  environmentRecord,
  metricRecord,
  statsRecord,
  summaryRecord,
  type WandbItem,
  type WandbRecord,
} from "./wandb-records.ts";
import { historyRecord, type SeriesNames } from "./wandb-history.ts";
import { type History, historyOf, seriesName, STEP_SERIES } from "./wandb-rows.ts";
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
  /** Made while they are written: a batch may have thousands. */
  readonly records: Iterable<WandbRecord>;
  readonly memory: WandbMemory;
}

/** `undefined` where there is nothing to write. */
export function planBatch(batch: Batch, before: WandbMemory, names: SeriesNames): PlannedBatch | undefined {
  const { metrics, system, params, tags, alerts = [], facts } = batch;
  const config = [...paramItems(params), ...tagItems(tags)];
  if (config.length + metrics.length + system.length + alerts.length === 0 && facts === undefined) return undefined;
  const history = historyOf(metrics, before.step);
  const { rows, last } = history;
  const { started, series: known } = before;
  const counters = withFirst(before.counters, system);
  function* records(): Generator<WandbRecord> {
    if (config.length > 0) yield configRecord(config);
    if (facts !== undefined) yield environmentRecord(machineOf(facts, before.writer));
    for (const sample of system) yield statsRecord(sample.timestamp, statsOf(sample, counters));
    for (const name of newSeriesWithSteps(history, known)) yield metricRecord(name, STEP_SERIES);
    for (const row of rows) yield historyRecord(row, started, names);
    if (rows.length > 0) yield summaryRecord(lastValues(history, started));
    yield* alerts.map(recordOfAlert);
  }
  const isKnown = known === undefined || [...last.keys()].every((key) => known.has(key));
  const series = isKnown ? known : new Set([...known, ...last.keys()]);
  return { records: records(), memory: { ...before, step: rows.at(-1)?.step ?? before.step, counters, series } };
}

/** What a finished run came to, beside the last value of each series. */
export function totalItems(totals: RunTotals, runtime: number): WandbItem[] {
  const { death, findings = [] } = totals;
  const all = Object.entries(totalsAsParams(totals)).map(([key, value]): WandbItem => [
    ["tracelet", key],
    paramJson(value),
  ]);
  const why = death?.findings.map(({ text }) => text).join("\n");
  const verdict = findings.map(({ sentence, advice }) => `${sentence}. What to do: ${advice}.`).join("\n");
  return [
    ...all,
    ...(why === undefined ? [] : [[["tracelet", "death"], JSON.stringify(why)] satisfies WandbItem]),
    ...(verdict === "" ? [] : [[["tracelet", "verdict"], JSON.stringify(verdict)] satisfies WandbItem]),
    [["_wandb", "runtime"], String(Math.trunc(runtime))],
  ];
}

/** Those that begin with a row whose printed step is not W&B's: their x axis is the printed one. */
function newSeriesWithSteps({ rows, last }: History, known: ReadonlySet<string> | undefined): string[] {
  if (known === undefined) return [];
  const fresh = new Set([...last.keys()].filter((key) => key !== STEP_SERIES && !known.has(key)));
  const found: string[] = [];
  for (const { parts, printed } of rows) {
    if (fresh.size === 0) break;
    for (const key of parts.flatMap(({ metrics }) => Object.keys(metrics))) {
      const name = seriesName(key);
      if (fresh.delete(name) && printed !== undefined) found.push(name);
    }
  }
  return found;
}

/** `wandb sync` does not look for them in the rows. */
function lastValues({ rows, last }: History, started: number): WandbItem[] {
  const { step = 0, timestamp = started } = rows.at(-1) ?? {};
  return [
    ...[...last].map(([key, json]): WandbItem => [[key], json]),
    [["_step"], String(step)],
    [["_timestamp"], String(timestamp / 1000)],
    [["_runtime"], String((timestamp - started) / 1000)],
  ];
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
