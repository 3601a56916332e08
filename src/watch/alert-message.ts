import type { Alert, WebhookSettings } from "../model/alert.ts";
import { toJournalNumber } from "../model/record.ts";
import type { RunHeader } from "../model/run.ts";
import { alertSentence } from "../terminal/alert-line.ts";

type Run = Pick<RunHeader, "id" | "name" | "project" | "host">;

/** An alert for a program: what a webhook is sent, and a command finds on stdin. */
export function alertAsJson(alert: Alert, run: Run): string {
  const { rule, metric, state, severity, value, threshold, comparison, step, timestamp, lasted, repeated } = alert;
  return JSON.stringify({
    text: sentence(alert, run),
    rule,
    metric,
    state,
    severity,
    value: value === undefined ? null : toJournalNumber(value),
    threshold: threshold ?? null,
    comparison: comparison ?? null,
    step: step ?? null,
    timestamp: new Date(timestamp).toISOString(),
    lasted_seconds: (lasted ?? 0) / 1000,
    repeated: repeated === true,
    run: { id: run.id, name: run.name, project: run.project, host: run.host },
  });
}

/** The body of a webhook. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function webhookBody(alert: Alert, run: Run, format: WebhookSettings["format"]): string {
  if (format === "json") return alertAsJson(alert, run);
  return JSON.stringify({ text: escapedForSlack(sentence(alert, run)) });
}

/** What a command finds in its environment. */
export function alertEnvironment(alert: Alert, run: Run): Record<string, string> {
  const { rule, metric, state, severity, value, threshold, step, timestamp } = alert;
  return {
    TRACELET_RUN_ID: run.id,
    TRACELET_RUN_NAME: run.name,
    TRACELET_PROJECT: run.project,
    TRACELET_ALERT_TEXT: alertSentence(alert),
    TRACELET_ALERT_RULE: rule,
    TRACELET_ALERT_METRIC: metric,
    TRACELET_ALERT_STATE: state,
    TRACELET_ALERT_SEVERITY: severity,
    TRACELET_ALERT_TIMESTAMP: new Date(timestamp).toISOString(),
    ...(value === undefined ? {} : { TRACELET_ALERT_VALUE: String(toJournalNumber(value)) }),
    ...(threshold === undefined ? {} : { TRACELET_ALERT_THRESHOLD: String(threshold) }),
    ...(step === undefined ? {} : { TRACELET_ALERT_STEP: String(step) }),
  };
}

function sentence(alert: Alert, run: Run): string {
  const word = alert.state === "resolved" ? "resolved" : alert.severity;
  return `${word}: ${alertSentence(alert)} (${run.project}/${run.name} on ${run.host}, run ${run.id})`;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapedForSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
