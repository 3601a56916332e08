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
  return growthBetween(before, after, TICKS)[0] ?? 0;
}

const TICKS: readonly TreeCount<ProcessStat>[] = [
  { own: (process) => process.ownTicks, reaped: (process) => process.reapedTicks },
];

/**
 * What each count of a process tree grew by between two readings of it. Pure; never negative. A process that has the same
 * object in both is taken not to have changed.
 *
 * A process that ends hands its whole count to the parent that waits for it. So the growth of a parent's account of ended
 * children is: what children used that came and went unseen, plus what known children used to their end, and of the
 * latter the part that was counted while they lived is taken off again. Where a child was not waited for, or by init,
 * nothing was handed over; then too much may be taken off, but nothing is counted twice.
 */
export function growthBetween<Process extends ProcessIdentity>(
  before: Members<Process>,
  after: Members<Process>,
  counts: readonly TreeCount<Process>[],
): number[] {
  const growth = counts.map(() => 0);
  if (before === after) return growth;
  const ended = endedByHeir(before, after);
  for (const process of after.values()) {
    const known = before.get(process.pid);
    if (known === process) continue;
    const earlier = isSameProcess(known, process) ? known : undefined;
    const handedOver = ended?.get(process.pid);
    for (const [index, count] of counts.entries()) {
      const own = count.own(process) - (earlier === undefined ? 0 : count.own(earlier));
      let reaped = count.reaped(process) - (earlier === undefined ? 0 : count.reaped(earlier));
      for (const one of handedOver ?? []) reaped -= count.own(one) + count.reaped(one);
      growth[index] = (growth[index] ?? 0) + Math.max(0, own) + Math.max(0, reaped);
    }
  }
  return growth;
}

/** By pid of the living process that will have waited: those that have ended; nothing where none has. */
function endedByHeir<Process extends ProcessIdentity>(
  before: Members<Process>,
  after: Members<Process>,
): Map<number, Process[]> | undefined {
  let ended: Map<number, Process[]> | undefined;
  for (const process of before.values()) {
    const now = after.get(process.pid);
    if (now === process || isSameProcess(process, now)) continue;
    const heir = livingAncestor(process, before, after);
    if (heir === undefined) continue;
    ended ??= new Map();
    const others = ended.get(heir);
    if (others === undefined) ended.set(heir, [process]);
    else others.push(process);
  }
  return ended;
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
