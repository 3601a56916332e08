import type { Batch, Rejection } from "../model/backend.ts";
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
  admitKeys(
    memory,
    "metrics",
    batch.metrics.map((point) => point.key),
  );
  for (const { key, value, step, timestamp } of batch.metrics) {
    if (Number.isFinite(step) && Number.isFinite(timestamp)) {
      const name = memory.metrics.nameOf(key);
      entries.push(metricEntry(key, name, value, step + shiftOf(memory, name, step), timestamp));
    } else {
      rejected.push({ what: key, reason: `step ${step} at ${timestamp} is no point in time` });
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
    for (const [name, value] of values) {
      entries.push(
        metricEntry(name, memory.metrics.nameOf(name), value, sample.index + memory.firstSample, sample.timestamp),
      );
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

function metricEntry(what: string, key: string, value: number, step: number, timestamp: number): Entry {
  // By hand: `JSON.stringify` of an object for each point would be the largest part of an upload's cost.
  const number = Number.isFinite(value) ? value + 0 : JSON.stringify(jsonNumber(value));
  const at = `"timestamp":${wholeTimestamp(timestamp)},"step":${wholeStep(step)}`;
  return { what, json: `{"key":${JSON.stringify(key)},"value":${number},${at}}` };
}
