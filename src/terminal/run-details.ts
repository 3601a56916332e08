import type { ChalkInstance } from "chalk";
import type { AlertEpisode, RunView } from "../model/view.ts";
import { alertSentence } from "./alert-line.ts";
import { inAscii, isAsciiOnly } from "./charset.ts";
import { factList } from "./fact-list.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLocalTime,
  formatNumber,
  formatQuantity,
} from "../model/format.ts";
import { gpuTotalsText } from "./gpu-totals.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable, printableLine, shellCommand } from "./printable.ts";
import { metricTable, systemTable } from "./run-tables.ts";
import { describeStatus, paintStatus } from "./status.ts";
import { unavailableLines } from "./unavailable.ts";
import { unitOf } from "../model/units.ts";
import { uploadLines } from "./uploads.ts";
import { verdictRows } from "./verdict.ts";

/** One run for people: `tracelet show`. Times are local. */
export function renderRunDetails(view: RunView, out: Output, around: Surroundings = {}): string {
  const style = styleFor(out, around);
  const status = paintStatus(style, view.status, describeStatus(view.status, view.end, view.childPid));
  const ascii = isAsciiOnly(around.env ?? {});
  const text = [
    `${style.bold(printable(view.header.name))}  ${status}`,
    ...factList(runFacts(view), style),
    ...section("Verdict", verdictLines(view, out, style), style),
    ...section("Params", factList(textFacts(view.params), style), style),
    ...section("Tags", factList(textFacts(view.tags), style), style),
    ...metricTable(view, out, style, ascii),
    ...systemTable(view, out, style),
    ...section(
      alertTitle(view),
      view.alerts.map((alert) => alertLine(alert, style)),
      style,
    ),
    ...section("Actions", view.actions.filter(({ state }) => state !== "begun").map(actionLine), style),
    ...section("Why it died", deathLines(view), style),
    ...section("Close-ups", view.closeups.map(closeupLine), style),
    ...section("Uploads", uploadFacts(view, style), style),
    ...section("Machine", factList(machineFacts(view), style), style),
    ...unavailableLines(view.unavailable, style),
    ...section("Not kept", view.gaps.map(gapLine), style),
    ...section("Damaged", view.damage.map(damageLine), style),
  ].join("\n");
  return ascii ? inAscii(text) : text;
}

function section(title: string, lines: readonly string[], style: ChalkInstance): string[] {
  return lines.length === 0 ? [] : ["", style.bold(title), ...lines];
}

function verdictLines(view: RunView, out: Output, style: ChalkInstance): string[] {
  const { width } = widthOf(out);
  const rows = verdictRows(view, width === undefined ? undefined : width - 2);
  return rows.map(({ text, isAdvice }) => `  ${isAdvice || view.findings?.length === 0 ? text : style.yellow(text)}`);
}

function runFacts({
  header,
  end,
  lastSeen,
  directory,
  samples,
  gpu,
  interval,
}: RunView): [string, string | undefined][] {
  const { git, user } = header;
  const duration = formatDuration((end?.ended ?? lastSeen) - header.started);
  const commit = git?.commit.slice(0, 10);
  const seconds = interval === undefined ? [] : [`${formatNumber(interval)} s`];
  const pace = [...(header.interval === "auto" ? ["auto"] : []), ...seconds].join(", ");
  return [
    ["run", header.id],
    ["project", printable(header.project)],
    ["command", printable(shellCommand(header.command))],
    ["folder", printable(header.cwd)],
    ["host", printable(user === undefined ? header.host : `${user}@${header.host}`)],
    ["git", commit === undefined ? undefined : printable([git?.branch, commit].filter(Boolean).join(" at "))],
    ["started", formatLocalTime(header.started)],
    ["ended", end === undefined ? undefined : formatLocalTime(end.ended)],
    ["duration", end === undefined ? `${duration} up to its newest record` : duration],
    ["samples", `${samples} (interval ${pace})`],
    ["GPUs", gpuTotalsText(gpu)],
    ["kept in", printable(directory)],
  ];
}

function textFacts(texts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(texts).map(([name, text]) => [printable(name), printable(text)]);
}

function machineFacts({ machine }: RunView): [string, string][] {
  return Object.entries(machine).map(([name, fact]) => [
    printable(name),
    typeof fact === "number" ? formatQuantity(fact, unitOf(name)) : printable(fact),
  ]);
}

function alertTitle({ alerts, alertCount }: RunView): string {
  return alertCount.all > alerts.length ? `Alerts (the newest ${alerts.length} of ${alertCount.all})` : "Alerts";
}

function alertLine(alert: AlertEpisode, style: ChalkInstance): string {
  const { severity, timestamp, ended } = alert;
  const paint = severity === "critical" ? style.red : style.yellow;
  const lasted = ended === undefined ? "to the end" : `for ${formatDuration(ended - timestamp)}`;
  const when = formatLocalTime(timestamp);
  return `  ${when}  ${paint(severity.padEnd("critical".length))}  ${alertSentence(alert)}, ${lasted}`;
}

function actionLine({ timestamp, rule, metric, action, state, detail }: RunView["actions"][number]): string {
  const how = detail === undefined ? "" : `: ${printable(detail)}`;
  const what = `${action} for ${printable(rule)}${rule.includes(metric) ? "" : ` (${printable(metric)})`}`;
  return `  ${formatLocalTime(timestamp)}  ${state.padEnd("failed".length)}  ${what}${how}`;
}

function deathLines({ death }: RunView): string[] {
  const quoted = death?.output.map((line) => `  │ ${printableLine(line)}`) ?? [];
  return [...(death?.findings.map(({ text }) => `  ${printable(text)}`) ?? []), ...quoted];
}

function closeupLine({ timestamp, reason, samples }: RunView["closeups"][number]): string {
  return `  ${formatLocalTime(timestamp)}  ${printable(reason)}: ${formatCount(samples, "reading")} in the journal`;
}

function uploadFacts(view: RunView, style: ChalkInstance): string[] {
  const facts = uploadLines(view).map(({ backend, isComplete, place, command, reason }): [string, string] => {
    if (isComplete) return [backend, `${place ?? "uploaded"}${command === undefined ? "" : `; type: ${command}`}`];
    const because = reason === undefined ? "" : `: ${reason}`;
    const there = place === undefined ? "" : `, ${place}`;
    return [backend, `${style.yellow("not complete")}${because}${there}; type: tracelet sync ${view.header.id}`];
  });
  const refused = view.uploads.flatMap(({ refusals = [] }) =>
    refusals.map(({ what, reason }): [string, string] => ["refused", printable(`${what}: ${reason}`)]),
  );
  return factList([...facts, ...refused], style);
}

function gapLine({ timestamp, what, reason, bytes }: RunView["gaps"][number]): string {
  const size = bytes === undefined ? "" : `, ${formatBytes(bytes)}`;
  return `  ${formatLocalTime(timestamp)}  ${printable(what)}${size}: ${printable(reason)}`;
}

function damageLine({ offset, bytes, reason }: RunView["damage"][number]): string {
  return `  ${formatBytes(bytes)} of the journal at byte ${offset}: ${printable(reason)}`;
}
