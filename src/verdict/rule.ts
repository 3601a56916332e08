import type { Finding } from "../model/finding.ts";
import type { Evidence } from "./evidence.ts";

type Found = Omit<Finding, "id">;

/** One thing that a run may show. */
export interface Rule {
  readonly id: string;
  /** Why these thresholds. */
  readonly source: string;
  /** What it has found; nothing where the evidence is missing, too short or open to another reading. */
  readonly judge: (evidence: Evidence) => Found | undefined;
}

interface RuleSpec<Thresholds> extends Omit<Rule, "judge"> {
  readonly at: Thresholds;
  readonly judge: (evidence: Evidence, at: Thresholds) => Found | undefined;
}

/** A rule with its thresholds beside it. */
export function rule<const Thresholds>({ id, source, at, judge }: RuleSpec<Thresholds>): Rule {
  return { id, source, judge: (evidence) => judge(evidence, at) };
}
