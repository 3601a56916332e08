import type { Settings } from "../../model/settings.ts";
import { nameFilter } from "./globs.ts";
import type { RuleReader } from "./metric-rules.ts";

/** What of the output counts, by the user's word. */
export interface Selection {
  /** `false`: nothing is looked for. */
  readonly isOn: boolean;
  readonly rules?: RuleReader;
  /** Whether a metric of this name counts; absent where all do. */
  readonly counts?: (name: string) => boolean;
}

/** All metrics that can be found. */
export const EVERYTHING: Selection = { isOn: true };

/**
 * Reads what the settings say about metrics.
 * @throws UserError for a rule whose pattern is no good
 */
export async function selectionOf({
  trackMetrics,
  metric,
  include,
  exclude,
}: Pick<Settings, "trackMetrics" | "metric" | "include" | "exclude">): Promise<Selection> {
  const counts = nameFilter(include, exclude);
  // Few have rules, and what reads them is some code.
  const rules = metric.length === 0 ? undefined : (await import("./metric-rules.ts")).compileRules(metric);
  return { isOn: trackMetrics, ...(rules === undefined ? {} : { rules }), ...(counts === undefined ? {} : { counts }) };
}
