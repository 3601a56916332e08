import type { AlertRule } from "../model/alert.ts";
import type { AlertEpisode } from "../model/view.ts";
import { alertSentence } from "./alert-line.ts";
import { formatCount, formatNumber } from "../model/format.ts";
import { printable } from "./printable.ts";
import { ownLine } from "./warnings.ts";

/** Something that a rule asked for could not be done; the rule itself goes on. */
export function actionFailed(action: string, rule: string, detail: string): string {
  return ownLine(`the ${action} of the alert rule '${printable(rule)}' failed: ${printable(detail)}`);
}

/** A rule whose state changes too often to be told each time. */
export function alertsFlood(rule: string): string {
  return ownLine(
    `the alert rule '${printable(rule)}' changes its state very often; some of it is in the journal only, without actions ` +
      "(a 'for' or a 'clear' in the rule helps)",
  );
}

/** A check of a finished run: alerts that were not to be. */
export function alertsFailed(severity: string, episodes: readonly AlertEpisode[]): string {
  const [first] = episodes;
  const worst = first === undefined ? "" : `, the first: ${alertSentence(first)}`;
  return ownLine(`check failed: ${formatCount(episodes.length, "alert")} from ${severity} on (--fail-on)${worst}`);
}

/** A check of a finished run: a value that is not as required. @param found the value, or why there is none */
export function requirementFailed(text: string, found: number | string): string {
  const is = typeof found === "number" ? `it is ${formatNumber(found)}` : printable(found);
  return ownLine(`check failed: ${printable(text)} is required, and ${is}`);
}

/** A rule about something that cannot be read on this machine. */
export function unmeasuredRule({ text, metric }: AlertRule): string {
  return `'${printable(text)}': ${printable(metric)} is not measured here`;
}

/** A rule that has watched for something that never came. @param near a metric that came, and may have been meant */
export function unseenRule({ text, metric }: AlertRule, near: string | undefined): string {
  return `'${printable(text)}': no metric ${printable(metric)} has appeared${near === undefined ? "" : ` (${printable(near)}?)`}`;
}
