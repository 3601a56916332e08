import { dirname } from "node:path";
import type { ChalkInstance } from "chalk";
import type { AlertEpisode, RunView } from "../model/view.ts";
import { alertSentence } from "./alert-line.ts";
import { inAscii, isAsciiOnly } from "./charset.ts";
import { formatBytes, formatCount, formatDuration } from "../model/format.ts";
import { printable, printableLine } from "./printable.ts";
import { describeStatus, paintStatus } from "./status.ts";
import { createStyle, type StyleOptions } from "./style.ts";
import { labelWidth, type Line, renderLine, SUMMARY_WIDTH, textRoom } from "./summary-line.ts";
import { machineLines } from "./summary-machine.ts";
import { MetricRows } from "./summary-metrics.ts";
import { uploadLines } from "./uploads.ts";
import { retryCommand } from "./upload-warnings.ts";
import { hasVerdict, verdictRows } from "./verdict.ts";
import { ownLine } from "./warnings.ts";
import { clip, textWidth, wrapped } from "./width.ts";

/** The most that is quoted of a line of the output, in columns. */
const LONGEST_QUOTE = 160;

export interface SummaryOptions extends StyleOptions {
  /** The user was told already what could not be uploaded, and what to type. */
  readonly uploadsTold?: boolean;
  /** What there is to say of rules whose metric never came. */
  readonly unseen?: readonly string[];
}

/**
 * What the user reads when a run has ended, for stderr: a line of its own and indented ones, without a newline at the
 * end. At most 80 columns wide, but for an address, a path, a command or a line of the output that is longer.
 */
export function renderSummary(view: RunView, options: SummaryOptions): string {
  const style = createStyle(options);
  const ascii = isAsciiOnly(options.env);
  const metrics = new MetricRows(view);
  const lines = [
    ...machineLines(view),
    ...troubleLines(view, style),
    ...(options.unseen ?? []).map((text) => ({ label: "rule", text, paint: style.yellow })),
  ];
  const places = placeLines(view, options, style);
  const others = [...lines, ...places].map(({ label }) => label);
  const column = labelWidth([...metrics.labels, ...others, ...(hasVerdict(view) ? ["verdict"] : [])]);
  const room = textRoom(column);
  const all = [
    ...metrics.lines(room, ascii),
    ...lines,
    ...deathLines(view, room, style),
    ...verdictLines(view, room, style),
    ...places,
  ];
  const text = [headline(view, style), ...all.map((line) => renderLine(line, column, style))].join("\n");
  return ascii ? inAscii(text) : text;
}

function headline(view: RunView, style: ChalkInstance): string {
  const { header, end, status } = view;
  const word = describeStatus(status, end);
  const after = ` after ${formatDuration((end?.ended ?? view.lastSeen) - header.started)}`;
  const name = printable(header.name);
  const left = SUMMARY_WIDTH - ownLine(word).length - after.length - " · ".length;
  // The id is in the last line too.
  const id = textWidth(name) + header.id.length + " ()".length <= left ? ` (${header.id})` : "";
  return ownLine(`${paintStatus(style, status, word)}${after} · ${style.bold(clip(name, left))}${id}`);
}

function verdictLines(view: RunView, room: number, style: ChalkInstance): Line[] {
  return verdictRows(view, room).map(({ text, isAdvice }, index) => ({
    label: index === 0 ? "verdict" : " ",
    text,
    paint: isAdvice || view.findings?.length === 0 ? String : style.yellow,
  }));
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
function deathLines({ death }: RunView, room: number, style: ChalkInstance): Line[] {
  if (death === undefined) return [];
  const texts = death.findings.flatMap(({ text }) => wrapped(printable(text).split(" "), " ", room));
  const findings = texts.map((text, index) => ({ label: index === 0 ? "why" : " ", text, paint: style.red }));
  return [
    ...findings,
    // The end of a line of an error is often what it is about.
    ...death.output.map((line) => {
      return { label: " ", text: `│ ${clip(printableLine(line), LONGEST_QUOTE)}`, whole: true, paint: style.dim };
    }),
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
    const missing = { label: backend, text: `not uploaded; type: ${retry}`, whole: true, paint: style.yellow };
    return reason === undefined ? [missing] : [missing, { label: " ", text: reason, paint: style.yellow }];
  });
  return [...uploads, { label: "kept in", text: placeOf(view), whole: true }];
}

/** Short where the user's own folder has it. */
function placeOf({ directory, header }: RunView): string {
  const below = `${header.cwd}/`;
  return printable(directory.startsWith(below) ? directory.slice(below.length) : directory);
}
