import type { Alert, Severity } from "../model/alert.ts";
import type { AlertEpisode } from "../model/view.ts";
import { formatDuration, formatNumber } from "../model/format.ts";
import { printable } from "./printable.ts";
import { createStyle, type StyleOptions } from "./style.ts";
import { ownLine } from "./warnings.ts";

const COLORS = { info: "cyan", warning: "yellow", critical: "red" } as const satisfies Record<Severity, string>;

/** Less than this is at once. */
const NO_TIME_MS = 1000;

/**
 * A change of state for the user, on one line: an episode has begun, has grown more severe, goes on, or is over. With
 * `bell` it rings, on a terminal.
 */
export function alertLine(alert: Alert, options: StyleOptions & { readonly bell?: boolean }): string {
  const style = createStyle(options);
  const isOver = alert.state === "resolved";
  const word = isOver ? "resolved" : alert.severity;
  const color = isOver ? style.green : style[COLORS[alert.severity]];
  const bell = options.bell === true && options.isTTY ? "\u0007" : "";
  return `${ownLine(`alert ${color(word)}: ${isOver ? pastSentence(alert) : alertSentence(alert)}`)}${bell}`;
}

/** What an alert says: `memory_percent 87.3 > 85 for 30 s`, `loss is nan at step 21`. */
export function alertSentence(alert: Alert | AlertEpisode): string {
  const { step } = alert;
  const at = step === undefined ? "" : ` at step ${formatNumber(step)}`;
  const again = "repeated" in alert ? "still " : "";
  return `${again}${finding(alert)}${heldFor(alert)}${at}`;
}

/** A metric, its value and what is the matter with it. */
function finding({ metric, value, phrase }: Alert | AlertEpisode): string {
  if (phrase === "hang") return "no output, no CPU time and no GPU work";
  const lost = /^gpu_(\d+)_lost$/.exec(metric)?.[1];
  if (lost !== undefined && value === 1) return `GPU ${lost} is lost: its driver does not reach it any more`;
  if (phrase.startsWith("absent")) return `no ${printable(metric)}${phrase.slice("absent".length)}`;
  if (phrase.startsWith("is ") && value !== undefined) return `${printable(metric)} is ${formatNumber(value)}`;
  const shown = value === undefined ? "" : ` ${formatNumber(value)}`;
  return `${printable(metric)}${shown} ${numbersIn(phrase)}`;
}

/** For how long, where the rule has asked for that. */
function heldFor(alert: Alert | AlertEpisode): string {
  const lasted = "lasted" in alert ? alert.lasted : undefined;
  if (lasted === undefined || lasted < NO_TIME_MS || /^(absent|not improved|changed)/.test(alert.phrase)) return "";
  return ` for ${formatDuration(lasted)}`;
}

function pastSentence(alert: Alert): string {
  const { metric, value, phrase, lasted = 0, step } = alert;
  const now = value === undefined ? "" : ` ${formatNumber(value)}`;
  const what = phrase === "hang" ? "the command stirs again" : `${printable(metric)}${now}`;
  const before = phrase === "hang" ? "" : `, was ${numbersIn(phrase)}`;
  const at = step === undefined ? "" : ` at step ${formatNumber(step)}`;
  return `${what}${at}${before}${lasted < NO_TIME_MS ? "" : ` for ${formatDuration(lasted)}`}`;
}

/** A threshold as it was typed may have more digits than anybody reads. */
function numbersIn(phrase: string): string {
  return phrase.replace(/-?\d+\.\d{4,}(e[+-]?\d+)?/g, (number) => formatNumber(Number(number)));
}
