import type { RunView } from "../model/view.ts";
import { printable } from "./printable.ts";
import { wrapped } from "./width.ts";

/** Shorter runs show nothing that could be judged, so that nothing found there says nothing. */
const JUDGED_MS = 120_000;
const JUDGED_SAMPLES = 12;

/** A row of the verdict; what is found stands before what to do about it. */
export interface VerdictRow {
  readonly text: string;
  readonly isAdvice: boolean;
}

/** Whether there is something to say, or a run that is long enough for nothing to be good news. */
export function hasVerdict({ findings, header, end, lastSeen, samples }: RunView): boolean {
  if (findings === undefined || findings.length > 0) return findings !== undefined;
  return (end?.ended ?? lastSeen) - header.started >= JUDGED_MS && samples >= JUDGED_SAMPLES;
}

/** The verdict in rows of a width; none where the run was too short for one. */
export function verdictRows(view: RunView, width: number | undefined): VerdictRow[] {
  if (!hasVerdict(view)) return [];
  const { findings = [] } = view;
  if (findings.length === 0) return [{ text: "nothing to say", isAdvice: false }];
  return findings.flatMap(({ sentence, advice }) => [
    ...inRows(sentence, width).map((text) => ({ text, isAdvice: false })),
    ...inRows(`→ ${advice}`, width).map((text) => ({ text, isAdvice: true })),
  ]);
}

function inRows(text: string, width: number | undefined): string[] {
  // A number stays with its unit.
  return wrapped(printable(text).split(/ (?!%|[GMK]iB|W\b)/), " ", width);
}
