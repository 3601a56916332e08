import type { ProcessStat } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";

type Members = ReadonlyMap<number, ProcessStat>;

/**
 * Clock ticks that a process tree used between two readings of it. Pure; never negative.
 *
 * A process that ends hands its whole time to the parent that waits for it. So the growth of a parent's account of ended
 * children is: what children used that came and went unseen, plus what known children used to their end, and of the
 * latter the part that was counted while they lived is taken off again. Where a child was not waited for, or by init,
 * nothing was handed over; then too much may be taken off, but no tick is counted twice.
 */
export function ticksBetween(before: Members, after: Members): number {
  const counted = countedBeforeTheirEnd(before, after);
  let ticks = 0;
  for (const process of after.values()) {
    const known = before.get(process.pid);
    const earlier = isSameProcess(known, process) ? known : undefined;
    ticks += Math.max(0, process.ownTicks - (earlier?.ownTicks ?? 0));
    const reaped = process.reapedTicks - (earlier?.reapedTicks ?? 0);
    ticks += Math.max(0, reaped - (counted.get(process.pid) ?? 0));
  }
  return ticks;
}

/** By pid of the living process that will have waited: the ticks of ended ones that were counted already. */
function countedBeforeTheirEnd(before: Members, after: Members): Map<number, number> {
  const counted = new Map<number, number>();
  for (const process of before.values()) {
    if (isSameProcess(process, after.get(process.pid))) continue;
    const heir = livingAncestor(process, before, after);
    if (heir === undefined) continue;
    counted.set(heir, (counted.get(heir) ?? 0) + process.ownTicks + process.reapedTicks);
  }
  return counted;
}

function livingAncestor(process: ProcessStat, before: Members, after: Members): number | undefined {
  const seen = new Set<number>();
  let parent = before.get(process.parent);
  while (parent !== undefined && !seen.has(parent.pid)) {
    if (isSameProcess(parent, after.get(parent.pid))) return parent.pid;
    seen.add(parent.pid);
    parent = before.get(parent.parent);
  }
  return undefined;
}
