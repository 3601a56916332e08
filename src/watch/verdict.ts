import type { Requirement } from "../model/requirement.ts";
import type { Settings } from "../model/settings.ts";
import type { AlertEpisode, RunView } from "../model/view.ts";
import { nearestWord } from "../settings/spelling.ts";
import { alertsFailed, requirementFailed } from "../terminal/alert-notes.ts";

/** Tracelet's own rules that say nothing against a run: a machine that is busy is what one pays for. */
const HARMLESS = ["cpu_percent", "memory_percent", "container_cpu_percent", "container_memory_percent"];

const COMPARE = {
  ">": (found: number, value: number) => found > value,
  ">=": (found: number, value: number) => found >= value,
  "<": (found: number, value: number) => found < value,
  "<=": (found: number, value: number) => found <= value,
  "==": (found: number, value: number) => found === value,
  "!=": (found: number, value: number) => found !== value,
} satisfies Record<Requirement["comparison"], (found: number, value: number) => boolean>;

/** What speaks against a finished run, a line each; nothing where it fulfils all that was asked of it. */
export function verdictOf(view: RunView, settings: Pick<Settings, "failOn" | "require">): string[] {
  const { failOn, require } = settings;
  const against = failOn === undefined ? [] : view.alerts.filter((episode) => counts(episode, failOn));
  const unmet = require.flatMap((requirement) => {
    const found = lookUp(requirement, view);
    if (typeof found === "number" && holds(requirement, found)) return [];
    return [requirementFailed(requirement.text, found)];
  });
  return [...(failOn !== undefined && against.length > 0 ? [alertsFailed(failOn, against)] : []), ...unmet];
}

function counts({ severity, builtIn, metric }: AlertEpisode, from: "warning" | "critical"): boolean {
  const isSevere = severity === "critical" || (from === "warning" && severity === "warning");
  return isSevere && !(builtIn === true && HARMLESS.includes(metric));
}

/** The value that is asked for, or why there is none. */
function lookUp({ metric, aggregate }: Requirement, { metrics, system }: RunView): number | string {
  const training = metrics[metric];
  const series = system[metric];
  const known: Partial<Record<Requirement["aggregate"], number | undefined>> | undefined = training ?? series;
  if (known === undefined) {
    const near = nearestWord(metric, [...Object.keys(metrics), ...Object.keys(system)]);
    return `there is no metric ${metric}${near === undefined ? "" : ` (${near}?)`}`;
  }
  const value = known[aggregate];
  if (value !== undefined) return value;
  return Object.hasOwn(known, "mean") || aggregate !== "mean"
    ? `${metric} has no ${aggregate}`
    : "a mean is kept for metrics of the machine only";
}

/** Nothing holds for NaN but that it is not equal. */
function holds({ comparison, value }: Requirement, found: number): boolean {
  return COMPARE[comparison](found, value);
}
