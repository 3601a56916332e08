import type { Batch, MetricRow, Rejection } from "../model/backend.ts";
import type { Entry } from "./mlflow-batches.ts";
import { admitKeys, rememberStarts, type RunMemory, shiftOf } from "./mlflow-memory.ts";
import { systemSeries } from "./mlflow-names.ts";
import {
  cutText,
  jsonNumber,
  legalKey,
  legalText,
  MAX_PARAM_VALUE,
  MAX_TAG_VALUE,
  wholeStep,
  wholeTimestamp,
} from "./mlflow-rules.ts";
import { NAME_TAG } from "./mlflow-runs.ts";

/** What is sent of a batch, and what is not. */
export interface Plan {
  readonly entries: readonly Entry[];
  readonly rejected: readonly Rejection[];
}

/** Training metrics under their keys, then the samples of the machine under MLflow's names for them. */
export function planMetrics(batch: Pick<Batch, "metrics" | "system">, memory: RunMemory): Plan {
  const rejected: Rejection[] = [];
  const entries: Entry[] = [];
  admitKeys(memory, "metrics", keysOf(batch.metrics));
  const heads = new Map<string, Head>();
  for (const { metrics, step, timestamp } of batch.metrics) {
    let shifted: number | undefined;
    let tail = "";
    const isPoint = Number.isFinite(step) && Number.isFinite(timestamp);
    for (const key in metrics) {
      if (!isPoint) {
        rejected.push({ what: key, reason: `step ${step} at ${timestamp} is no point in time` });
        continue;
      }
      let head = heads.get(key);
      if (head === undefined) heads.set(key, (head = headOf(memory.metrics.nameOf(key))));
      const shift = shiftOf(memory, head.name, step);
      // Nearly always the same for the whole row.
      if (shift !== shifted) tail = tailOf(step + shift, timestamp);
      shifted = shift;
      entries.push(metricEntry(key, head, metrics[key] ?? Number.NaN, tail));
    }
  }
  const known = new Set(memory.starts.keys());
  const series = batch.system.map((sample) => ({ sample, values: systemSeries(sample, memory.starts) }));
  rememberStarts(memory, known);
  admitKeys(
    memory,
    "metrics",
    series.flatMap(({ values }) => values.map(([name]) => name)),
  );
  for (const { sample, values } of series) {
    const tail = tailOf(sample.index + memory.firstSample, sample.timestamp);
    for (const [name, value] of values) {
      entries.push(metricEntry(name, headOf(memory.metrics.nameOf(name)), value, tail));
    }
  }
  return { entries, rejected };
}

export function planParams(params: Batch["params"], memory: RunMemory): Plan {
  admitKeys(memory, "params", Object.keys(params));
  return planTexts(params, MAX_PARAM_VALUE, (key) => memory.params.nameOf(key));
}

/** Tags may be set again, so two keys that come out the same need no keeping apart: the later one counts. */
export function planTags(tags: Batch["tags"]): Plan {
  const { [NAME_TAG]: name, ...others } = tags;
  const plan = planTexts(others, MAX_TAG_VALUE, legalKey);
  if (name === undefined) return plan;
  return { ...plan, rejected: [...plan.rejected, { what: NAME_TAG, reason: "the run's name is set with --name" }] };
}

function planTexts(texts: Readonly<Record<string, string>>, most: number, nameOf: (key: string) => string): Plan {
  const rejected: Rejection[] = [];
  const byName = new Map<string, Entry>();
  for (const [key, text] of Object.entries(texts)) {
    const name = nameOf(key);
    const value = cutText(legalText(text), most);
    if (value.length < text.length) {
      rejected.push({ what: key, reason: `cut to ${most} characters, the most that MLflow keeps` });
    }
    // A key twice in one request is refused, so the map keeps one.
    byName.set(name, { what: key, json: JSON.stringify({ key: name, value }) });
  }
  return { entries: [...byName.values()], rejected };
}

/** What the JSON of all points of a metric begins with. */
interface Head {
  readonly name: string;
  readonly json: string;
}

function headOf(name: string): Head {
  return { name, json: `{"key":${JSON.stringify(name)},"value":` };
}

/** What it ends with, behind the value. */
function tailOf(step: number, timestamp: number): string {
  return `,"timestamp":${wholeTimestamp(timestamp)},"step":${wholeStep(step)}}`;
}

function metricEntry(what: string, head: Head, value: number, tail: string): Entry {
  // By hand: `JSON.stringify` of an object for each point would be the largest part of an upload's cost.
  const number = Number.isFinite(value) ? value + 0 : JSON.stringify(jsonNumber(value));
  return { what, json: head.json + number + tail };
}

function keysOf(rows: readonly MetricRow[]): Set<string> {
  const keys = new Set<string>();
  for (const { metrics } of rows) for (const key in metrics) keys.add(key);
  return keys;
}
