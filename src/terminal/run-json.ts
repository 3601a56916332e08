import type { AlertEpisode, MetricSummary, RunSummaryRow, RunView } from "../model/view.ts";
import { isoTime } from "./iso-time.ts";
import { jsonText } from "./json-text.ts";

/** `tracelet runs --json`: a list. */
export function runsToJson(rows: readonly RunSummaryRow[]): string {
  return jsonText(rows.map(rowFields));
}

/** `tracelet show --json`: one object. */
export function viewToJson(view: RunView): string {
  const { header } = view;
  return jsonText({
    ...rowFields(rowOf(view)),
    command: header.command,
    cwd: header.cwd,
    host: header.host,
    directory: view.directory,
    interval: view.interval ?? null,
    params: view.params,
    tags: view.tags,
    verdict: view.findings ?? [],
    metrics: mapValues(view.metrics, metricFields),
    system: mapValues(view.system, ({ count, last, mean, min, max }) => ({ count, last, mean, min, max })),
    gpu: gpuFields(view.gpu),
    machine: view.machine,
    alerts: view.alerts.map(alertFields),
    actions: view.actions.map((action) => ({ ...action, timestamp: isoTime(action.timestamp) })),
    closeups: view.closeups.map((closeup) => ({ ...closeup, timestamp: isoTime(closeup.timestamp) })),
    death: view.death === undefined ? null : { findings: view.death.findings, output: view.death.output },
    unavailable: view.unavailable,
    gaps: view.gaps.map((gap) => ({ ...gap, timestamp: isoTime(gap.timestamp) })),
    damage: view.damage,
    uploads: view.uploads,
  });
}

function rowOf({ header, status, childPid, end }: RunView): RunSummaryRow {
  return {
    id: header.id,
    name: header.name,
    project: header.project,
    status,
    ...(childPid === undefined ? {} : { child_pid: childPid }),
    ...(end?.exitCode === undefined ? {} : { exit_code: end.exitCode }),
    ...(end?.signal === undefined ? {} : { signal: end.signal }),
    started: header.started,
    ...(end === undefined ? {} : { ended: end.ended }),
  };
}

function rowFields({ id, name, project, status, child_pid, exit_code, signal, started, ended }: RunSummaryRow) {
  return {
    id,
    name,
    project,
    status,
    ...(child_pid === undefined ? {} : { child_pid }),
    exit_code: exit_code ?? null,
    ...(signal === undefined ? {} : { signal }),
    started: isoTime(started),
    ended: isoTime(ended),
  };
}

function metricFields(metric: MetricSummary) {
  return {
    count: metric.count,
    first: metric.first,
    last: metric.last,
    min: metric.min ?? null,
    max: metric.max ?? null,
    first_step: metric.firstStep,
    last_step: metric.lastStep,
    min_step: metric.minStep ?? null,
    max_step: metric.maxStep ?? null,
    nan: metric.nan,
  };
}

function gpuFields(gpu: RunView["gpu"]) {
  if (gpu === undefined) return null;
  return {
    count: gpu.count,
    hours: gpu.hours,
    energy_joules: gpu.joules ?? null,
    idle_percent: gpu.idlePercent ?? null,
    peak_memory: gpu.peakMemory ?? null,
    peak_memory_percent: gpu.peakMemoryPercent ?? null,
  };
}

function alertFields(episode: AlertEpisode) {
  const { rule, metric, value, step, threshold, comparison, severity, state, timestamp, ended } = episode;
  return {
    rule,
    metric,
    value: value ?? null,
    ...(step === undefined ? {} : { step }),
    threshold: threshold ?? null,
    comparison: comparison ?? null,
    severity,
    state,
    timestamp: isoTime(timestamp),
    ended: isoTime(ended),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
