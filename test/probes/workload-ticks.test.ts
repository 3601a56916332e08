import { array, assert, constantFrom, nat, property, record } from "fast-check";
import { describe, expect, test } from "vitest";

import type { ProcessStat } from "../../src/probes/process-stat.ts";
import { ticksBetween } from "../../src/probes/workload-ticks.ts";

describe("ticks of a process tree", () => {
  test("a process counts from its start, with the children it waited for", () => {
    expect(ticksBetween(members(), members({ pid: 5, own: 7, reaped: 3 }))).toBe(10);
  });

  test("what a known child used is not counted again when its parent waits for it", () => {
    const before = members({ pid: 5, own: 10 }, { pid: 6, parent: 5, own: 100 });
    expect(ticksBetween(before, members({ pid: 5, own: 12, reaped: 105 }))).toBe(7);
  });

  test("a child that came and went between two readings counts", () => {
    expect(ticksBetween(members({ pid: 5 }), members({ pid: 5, reaped: 40 }))).toBe(40);
  });

  test("a child that nobody waited for takes nothing away", () => {
    const before = members({ pid: 5, own: 10 }, { pid: 6, parent: 5, own: 100 });
    expect(ticksBetween(before, members({ pid: 5, own: 13 }))).toBe(3);
  });

  test("a whole branch that ended counts once, at its living ancestor", () => {
    const before = members({ pid: 5 }, { pid: 6, parent: 5, own: 10 }, { pid: 7, parent: 6, own: 20 });
    expect(ticksBetween(before, members({ pid: 5, reaped: 33 }))).toBe(3);
  });

  test("a new process with an old pid starts at nothing", () => {
    const before = members({ pid: 5 }, { pid: 6, parent: 5, own: 100, start: 1 });
    const after = members({ pid: 5, reaped: 100 }, { pid: 6, parent: 5, own: 4, start: 2 });
    expect(ticksBetween(before, after)).toBe(4);
  });

  test("however a tree lives and dies, all readings together are what it used", () => {
    const step = record({
      action: constantFrom("spawn", "burn", "end", "read"),
      which: nat(),
      ticks: nat(50),
    });
    assert(
      property(array(step, { maxLength: 60 }), (steps) => {
        const tree = createTree();
        let last: ReadonlyMap<number, ProcessStat> = members();
        let counted = 0;
        for (const { action, which, ticks } of [...steps, { action: "read", which: 0, ticks: 0 } as const]) {
          if (action === "spawn") tree.spawn(which);
          if (action === "burn") tree.burn(which, ticks);
          if (action === "end") tree.end(which);
          if (action !== "read") continue;
          const now = tree.read();
          counted += ticksBetween(last, now);
          last = now;
        }
        expect(counted).toBe(tree.used());
      }),
    );
  });
});

/** A tree in which every process is waited for by its parent as soon as it ends, and only those without children end. */
function createTree() {
  type Living = { -readonly [Key in keyof ProcessStat]: ProcessStat[Key] };
  const living: Living[] = [{ ...stat({ pid: 1 }) }];
  let pids = 1;
  let used = 0;
  const pick = (which: number) => living[which % living.length];
  return {
    spawn: (which: number) => living.push({ ...stat({ pid: ++pids, parent: pick(which)?.pid ?? 0 }) }),
    burn(which: number, ticks: number) {
      const process = pick(which);
      if (process === undefined) return;
      process.ownTicks += ticks;
      used += ticks;
    },
    end(which: number) {
      const process = pick(which);
      const parent = living.find(({ pid }) => pid === process?.parent);
      if (process === undefined || parent === undefined) return;
      if (living.some((other) => other.parent === process.pid)) return;
      parent.reapedTicks += process.ownTicks + process.reapedTicks;
      living.splice(living.indexOf(process), 1);
    },
    read: () => new Map(living.map((process) => [process.pid, { ...process }])),
    used: () => used,
  };
}

interface Member {
  readonly pid: number;
  readonly parent?: number;
  readonly own?: number;
  readonly reaped?: number;
  readonly start?: number;
}

function members(...list: Member[]): Map<number, ProcessStat> {
  return new Map(list.map((member) => [member.pid, stat(member)]));
}

function stat({ pid, parent = 0, own = 0, reaped = 0, start = 1 }: Member): ProcessStat {
  const what = { name: "python", state: "S", session: 1, rssPages: 1, threads: 1 };
  const faults = { ownMajorFaults: 0, reapedMajorFaults: 0 };
  return { ...what, ...faults, pid, parent, ownTicks: own, reapedTicks: reaped, startTicks: start };
}
