import type { ReportInput } from "./input.ts";
import type { Mark } from "./page-data.ts";

const MOST_ALERTS = 200;

/** What the charts mark: alerts, as long as they lasted, and landmarks of the output. */
export function marksOf({ view, alerts, landmarks }: ReportInput): Mark[] {
  const { started } = view.header;
  const since = (timestamp: number): number => Math.max(0, timestamp - started);
  const ofAlerts = alerts.slice(-MOST_ALERTS).map(({ episode, sentence }): Mark => {
    const { severity, timestamp, ended, metric } = episode;
    const kind = severity === "warning" ? "alert" : severity;
    const text = `${severity}: ${sentence}`;
    return { kind, from: since(timestamp), to: since(ended ?? view.end?.ended ?? view.lastSeen), text, key: metric };
  });
  return [...ofAlerts, ...landmarks.map(({ kind, timestamp, text }) => ({ kind, from: since(timestamp), text }))];
}
