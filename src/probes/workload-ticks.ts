import type { ProcessIdentity, ProcessStat } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";

type Members<Process> = ReadonlyMap<number, Process>;

/** Two counts that the kernel keeps for each process and that only grow. */
export interface TreeCount<Process> {
  /** Of itself. */
  own(process: Process): number;
  /** Of its children that ended and were waited for, and of theirs. */
  reaped(process: Process): number;
}

/** Clock ticks that a process tree used between two readings of it. Pure; never negative. */
export function ticksBetween(before: Members<ProcessStat>, after: Members<ProcessStat>): number {
  return growthBetween(before, after, { own: (process) => process.ownTicks, reaped: (process) => process.reapedTicks });
}

/**
 * What a count of a process tree grew by between two readings of it. Pure; never negative.
 *
 * A process that ends hands its whole count to the parent that waits for it. So the growth of a parent's account of ended
 * children is: what children used that came and went unseen, plus what known children used to their end, and of the
 * latter the part that was counted while they lived is taken off again. Where a child was not waited for, or by init,
 * nothing was handed over; then too much may be taken off, but nothing is counted twice.
 */
export function growthBetween<Process extends ProcessIdentity>(
  before: Members<Process>,
  after: Members<Process>,
  count: TreeCount<Process>,
): number {
  const counted = countedBeforeTheirEnd(before, after, count);
  let growth = 0;
  for (const process of after.values()) {
    const known = before.get(process.pid);
    const earlier = known !== undefined && isSameProcess(known, process) ? known : undefined;
    growth += Math.max(0, count.own(process) - (earlier === undefined ? 0 : count.own(earlier)));
    const reaped = count.reaped(process) - (earlier === undefined ? 0 : count.reaped(earlier));
    growth += Math.max(0, reaped - (counted.get(process.pid) ?? 0));
  }
  return growth;
}

/** By pid of the living process that will have waited: what of ended ones was counted already. */
function countedBeforeTheirEnd<Process extends ProcessIdentity>(
  before: Members<Process>,
  after: Members<Process>,
  count: TreeCount<Process>,
): Map<number, number> {
  const counted = new Map<number, number>();
  for (const process of before.values()) {
    if (isSameProcess(process, after.get(process.pid))) continue;
    const heir = livingAncestor(process, before, after);
    if (heir === undefined) continue;
    counted.set(heir, (counted.get(heir) ?? 0) + count.own(process) + count.reaped(process));
  }
  return counted;
}

function livingAncestor<Process extends ProcessIdentity>(
  process: Process,
  before: Members<Process>,
  after: Members<Process>,
): number | undefined {
  const seen = new Set<number>();
  let parent = before.get(process.parent);
  while (parent !== undefined && !seen.has(parent.pid)) {
    if (isSameProcess(parent, after.get(parent.pid))) return parent.pid;
    seen.add(parent.pid);
    parent = before.get(parent.parent);
  }
  return undefined;
}
