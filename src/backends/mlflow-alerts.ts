import type { RunTotals } from "../model/backend.ts";
import type { Finding } from "../model/finding.ts";
import type { AlertEpisode } from "../model/view.ts";

/** Episodes that a tag lists, the newest; the journal has all. */
const MOST_EPISODES = 20;

/** What the tags of a run say of its alerts, its death and the verdict; none where there is nothing to say. */
export function alertTags({ episodes = [], death, findings = [] }: RunTotals): Record<string, string> {
  const alerts = episodes.slice(-MOST_EPISODES).map(sentence).join("\n");
  return {
    ...(alerts === "" ? {} : { "tracelet.alerts": alerts }),
    ...(findings.length === 0 ? {} : { "tracelet.verdict": findings.map(told).join("\n") }),
    ...(death === undefined ? {} : { "tracelet.death": death.findings.map(({ text }) => text).join("\n") }),
  };
}

function told({ sentence, advice }: Finding): string {
  return `${sentence}. What to do: ${advice}.`;
}

function sentence({ severity, rule, metric, value, step, state }: AlertEpisode): string {
  const what = rule.startsWith(metric) ? "" : `, ${metric}`;
  const read = value === undefined ? "" : ` (${value}${step === undefined ? "" : ` at step ${step}`})`;
  return `${severity}: ${rule}${what}${read}${state === "resolved" ? ", resolved" : ""}`;
}
