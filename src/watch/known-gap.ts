import type { Gap, RunView } from "../model/view.ts";

/** Whether an earlier watcher has written this gap. */
export function isKnown(before: Pick<RunView, "gaps">, gap: Omit<Gap, "timestamp">): boolean {
  return before.gaps.some(
    ({ what, reason, bytes }) => what === gap.what && reason === gap.reason && bytes === gap.bytes,
  );
}
