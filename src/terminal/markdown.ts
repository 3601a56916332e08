import type { AlertEpisode, MetricSummary, RunView } from "../model/view.ts";
import { alertSentence } from "./alert-line.ts";
import { bestOf } from "./best.ts";
import { formatDuration, formatNumber, formatPercent } from "../model/format.ts";
import { printable, shellCommand } from "./printable.ts";
import { describeStatus } from "./status.ts";
import { uploadLines } from "./uploads.ts";

/** More rows than this nobody reads on the page of a job. */
const MOST_ROWS = 50;

/** What else there is to say of a run. */
export interface MarkdownNotes {
  /** Of rules whose metric never came. */
  readonly unseen: readonly string[];
  /** What speaks against the run. */
  readonly failed: readonly string[];
}

/** A finished run as Markdown, for the page of a job. */
export function runAsMarkdown(view: RunView, { unseen, failed }: MarkdownNotes): string {
  const { header, end, status, lastSeen, death } = view;
  const duration = formatDuration((end?.ended ?? lastSeen) - header.started);
  const parts = [
    `### tracelet: ${escaped(header.name)}, ${describeStatus(status, end)} after ${duration}`,
    code(shellCommand(header.command)),
    list(failed.map((line) => `❌ ${escaped(line)}`)),
    list((view.findings ?? []).map(({ sentence, advice }) => `${escaped(sentence)} → ${escaped(advice)}`)),
    death === undefined ? "" : list(death.findings.map(({ text }) => escaped(text))),
    death === undefined || death.output.length === 0 ? "" : fenced(death.output),
    table(["metric", "first", "last", "best"], Object.entries(view.metrics).map(metricRow)),
    table(["machine", "average", "peak"], machineRows(view)),
    table(
      ["alert", "severity", "lasted"],
      view.alerts.map((alert) => alertRow(alert, end?.ended)),
    ),
    list(unseen.map(escaped)),
    list(
      uploadLines(view).flatMap(({ backend, place }) => (place === undefined ? [] : [`${backend}: ${escaped(place)}`])),
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n\n`;
}

function metricRow([key, metric]: [string, MetricSummary]): string[] {
  const best = bestOf(key, metric);
  const bestText = best === undefined ? "" : `${formatNumber(best.value)} at step ${best.step}`;
  return [key, formatNumber(metric.first), formatNumber(metric.last), bestText];
}

function machineRows({ system }: RunView): string[][] {
  const shares = Object.entries(system).filter(([key]) =>
    /^(container_)?(cpu|memory)_percent$|^gpu_\d+_utilization$/.test(key),
  );
  return shares.map(([key, { mean, max }]) => [key, formatPercent(mean), formatPercent(max)]);
}

function alertRow(alert: AlertEpisode, ended: number | undefined): string[] {
  const end = alert.ended ?? ended;
  return [alertSentence(alert), alert.severity, end === undefined ? "" : formatDuration(end - alert.timestamp)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const more = rows.length > MOST_ROWS ? [`\n${rows.length - MOST_ROWS} more are in the run directory.`] : [];
  return [line(head), line(head.map(() => "---")), ...rows.slice(0, MOST_ROWS).map(line), ...more].join("\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A fence longer than any in the text. */
function fenced(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.map((line) => /^`+/.exec(line.trim())?.[0].length ?? 0));
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines.map((line) => line.replaceAll("\r", "")), fence].join("\n");
}

function code(text: string): string {
  const shown = printable(text);
  return shown.includes("`") ? escaped(shown) : `\`${shown}\``;
}

/** Text of others, so that it is text in Markdown too. */
function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
}
