import type { Alert } from "../model/alert.ts";

/**
 * One entry per episode, in the order in which they began. It has the time of the first crossing, the highest severity,
 * the value that had that severity, and the state in which the episode is now or was left.
 */
export function alertEpisodes(alerts: Iterable<Alert>): Alert[] {
  const episodes: Alert[] = [];
  const open = new Map<string, number>();
  for (const alert of alerts) {
    const key = JSON.stringify([alert.metric, alert.comparison, alert.threshold]);
    const index = open.get(key) ?? episodes.length;
    const begun = episodes[index];
    if (begun === undefined) episodes.push(alert);
    else if (alert.state === "resolved") episodes[index] = { ...begun, state: "resolved" };
    else episodes[index] = { ...alert, timestamp: begun.timestamp };
    if (alert.state === "firing") open.set(key, index);
    else open.delete(key);
  }
  return episodes;
}
