import { dirname } from "node:path";
import type { ChalkInstance } from "chalk";
import type { AlertEpisode, MetricSummary, RunView } from "../model/view.ts";
import { alertSentence } from "./alert-line.ts";
import { bestOf } from "./best.ts";
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } from "./format.ts";
import { printable, printableLine } from "./printable.ts";
import { describeStatus, paintStatus } from "./status.ts";
import { createStyle, type StyleOptions } from "./style.ts";
import { uploadLines } from "./uploads.ts";
import { retryCommand } from "./upload-warnings.ts";
import { ownLine } from "./warnings.ts";
import { clip, padded, textWidth, wrapped } from "./width.ts";

const WIDTH = 100;
/** As wide as the `tracelet: ` of the first line. */
const INDENT = " ".repeat(ownLine("").length);
const MOST_METRICS = 12;
const WIDEST_LABEL = 32;
/** Labels are mostly short. */
const WIDTH_OF_WHY = 72;

interface Line {
  readonly label: string;
  readonly text: string;
  /** An address or a path: of no use when it is cut. */
  readonly whole?: boolean;
  readonly paint?: (text: string) => string;
}

export interface SummaryOptions extends StyleOptions {
  /** The user was told already what could not be uploaded, and what to type. */
  readonly uploadsTold?: boolean;
  /** What there is to say of rules whose metric never came. */
  readonly unseen?: readonly string[];
}

/**
 * What the user reads when a run has ended, for stderr: a line of its own and indented ones, without a newline at the
 * end. At most 100 columns wide, but for an address or a path that is longer.
 */
export function renderSummary(view: RunView, options: SummaryOptions): string {
  const style = createStyle(options);
  const lines = [
    ...metricLines(view),
    ...machineLines(view),
    ...deathLines(view, style),
    ...troubleLines(view, style),
    ...(options.unseen ?? []).map((text) => ({ label: "rule", text, paint: style.yellow })),
    ...placeLines(view, options, style),
  ];
  const column = Math.max(...lines.map(({ label }) => Math.min(textWidth(label), WIDEST_LABEL)));
  return [headline(view, style), ...lines.map((line) => INDENT + renderLine(line, column, style))].join("\n");
}

function renderLine({ label, text, whole, paint = String }: Line, column: number, style: ChalkInstance): string {
  const space = WIDTH - INDENT.length - column - 2;
  const shown = whole === true ? text : clip(text, space);
  // What has no name stands where names stand.
  if (label === "") return paint(shown);
  return `${style.dim(padded(clip(label, column), column))}  ${paint(shown)}`;
}

function headline(view: RunView, style: ChalkInstance): string {
  const { header, end, status } = view;
  const word = describeStatus(status, end);
  const after = ` after ${formatDuration((end?.ended ?? view.lastSeen) - header.started)}`;
  const space = WIDTH - ownLine(word).length - after.length - header.id.length - " ·  ()".length;
  const name = clip(printable(header.name), Math.max(space, 8));
  return ownLine(`${paintStatus(style, status, word)}${after} · ${style.bold(name)} (${header.id})`);
}

function metricLines({ metrics, header }: RunView): Line[] {
  const all = Object.entries(metrics);
  const lines = all
    .slice(0, MOST_METRICS)
    .map(([key, metric]) => ({ label: printable(key), text: course(key, metric) }));
  if (all.length <= MOST_METRICS) return lines;
  return [...lines, { label: "", text: `and ${all.length - MOST_METRICS} more: tracelet show ${header.id}` }];
}

function course(key: string, metric: MetricSummary): string {
  const best = bestOf(key, metric);
  const last = formatNumber(metric.last);
  return [
    metric.count === 1 ? last : `${formatNumber(metric.first)} → ${last}`,
    ...(best === undefined || metric.count === 1 ? [] : [`(best ${formatNumber(best.value)} at step ${best.step})`]),
    ...(metric.nan === 0 ? [] : [`(${metric.nan} of ${metric.count} nan)`]),
  ].join(" ");
}

function machineLines({ system }: RunView): Line[] {
  return [
    ["CPU", system["cpu_percent"]] as const,
    ["memory", system["memory_percent"]] as const,
    ...gpuUtilization(system),
  ].flatMap(([label, series]) => {
    if (series === undefined) return [];
    return [{ label, text: `average ${formatPercent(series.mean)}, peak ${formatPercent(series.max)}` }];
  });
}

function gpuUtilization(system: RunView["system"]): [string, RunView["system"][string]][] {
  return Object.entries(system).flatMap(([key, series]) => {
    const index = /^gpu_(\d+)_utilization$/.exec(key)?.[1];
    return index === undefined ? [] : [[`GPU ${index}`, series]];
  });
}

function troubleLines({ alerts, alertCount, gaps, damage }: RunView, style: ChalkInstance): Line[] {
  const lines: Line[] = [];
  const worst = worstOf(alerts);
  if (alertCount.all > 0) {
    const paint = alertCount.critical > 0 ? style.red : style.yellow;
    const text = worst === undefined ? `${alertCount.all}` : `${alertCount.all}, worst ${describeAlert(worst)}`;
    lines.push({ label: "alerts", text, paint });
  }
  const [gap] = gaps;
  if (gap !== undefined) {
    const bytes = gaps.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
    const size = bytes === 0 ? "" : `, ${formatBytes(bytes)}`;
    lines.push({
      label: "gaps",
      text: `${gaps.length}${size} (${printable(`${gap.what}: ${gap.reason}`)})`,
      paint: style.yellow,
    });
  }
  if (damage.length > 0) {
    const text = `${formatCount(damage.length, "place")} of the journal cannot be read`;
    lines.push({ label: "damage", text, paint: style.yellow });
  }
  return lines;
}

function worstOf(alerts: readonly AlertEpisode[]): AlertEpisode | undefined {
  return (
    alerts.find(({ severity }) => severity === "critical") ??
    alerts.find(({ severity }) => severity === "warning") ??
    alerts[0]
  );
}

function describeAlert(episode: AlertEpisode): string {
  return `${episode.severity}: ${alertSentence(episode)}`;
}

/** Why it died, with the words of its last output. */
function deathLines({ death }: RunView, style: ChalkInstance): Line[] {
  if (death === undefined) return [];
  const texts = death.findings.flatMap(({ text }) => wrapped(printable(text).split(" "), " ", WIDTH_OF_WHY));
  const findings = texts.map((text, index) => ({ label: index === 0 ? "why" : " ", text, paint: style.red }));
  return [
    ...findings,
    ...death.output.map((line) => ({ label: " ", text: `│ ${printableLine(line)}`, paint: style.dim })),
  ];
}

function placeLines(view: RunView, options: SummaryOptions, style: ChalkInstance): Line[] {
  const { header, directory } = view;
  // <store>/runs/<id>
  const retry = retryCommand(header.id, dirname(dirname(directory)), header.cwd);
  const uploads = uploadLines(view).flatMap(({ backend, isComplete, place, command, reason }): Line[] => {
    const next: Line[] = command === undefined ? [] : [{ label: " ", text: `type: ${command}`, whole: true }];
    if (isComplete) return [{ label: backend, text: place ?? "uploaded", whole: true }, ...next];
    if (options.uploadsTold === true) return [{ label: backend, text: "not uploaded", paint: style.yellow }];
    const because = reason === undefined ? "" : ` (${reason})`;
    return [{ label: backend, text: `not uploaded; type: ${retry}${because}`, paint: style.yellow }];
  });
  return [...uploads, { label: "kept in", text: placeOf(view), whole: true }];
}

/** Short where the user's own folder has it. */
function placeOf({ directory, header }: RunView): string {
  const below = `${header.cwd}/`;
  return printable(directory.startsWith(below) ? directory.slice(below.length) : directory);
}
