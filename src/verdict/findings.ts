import type { Finding } from "../model/finding.ts";
import type { Evidence } from "./evidence.ts";
import { RULES } from "./rules.ts";

/** More than this nobody acts on; the others are still true after the next run. */
export const MOST_FINDINGS = 3;

/** The verdict on a run: what its figures show, the most important first. Nothing is a good verdict too. Pure. */
export function findingsOf(evidence: Evidence): readonly Finding[] {
  return RULES.flatMap(({ id, judge }) => {
    const found = judge(evidence);
    return found === undefined ? [] : [{ id, ...found }];
  }).slice(0, MOST_FINDINGS);
}
