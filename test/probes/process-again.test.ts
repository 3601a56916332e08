import { describe, expect, test } from "vitest";

import { readAgain } from "../../src/probes/process-again.ts";
import { parseProcessStat, type ProcessStat } from "../../src/probes/process-stat.ts";
import { statLine } from "./tree.ts";

describe("reading a tree again", () => {
  test("gives the very same map when nothing has changed", () => {
    const before = tree({ pid: 5 }, { pid: 6, parent: 5 });
    expect(readAgain(before, (pid) => before.get(pid))).toEqual({ processes: before, isSameTree: true });
    expect(readAgain(before, (pid) => before.get(pid)).processes).toBe(before);
  });

  test("is of the same tree when a process did something", () => {
    const after = tree({ pid: 5, user: 3 }, { pid: 6, parent: 5 });
    expect(readAgain(tree({ pid: 5 }, { pid: 6, parent: 5 }), (pid) => after.get(pid))).toEqual({
      processes: after,
      isSameTree: true,
    });
  });

  test("reads the parent once more when a child has gone after it was read", () => {
    const before = tree({ pid: 5 }, { pid: 6, parent: 5, user: 90 });
    const parents = [stat({ pid: 5 }), stat({ pid: 5, reaped: 100 })];
    const again = readAgain(before, (pid) => (pid === 5 ? parents.shift() : undefined));
    expect(again).toEqual({ processes: tree({ pid: 5, reaped: 100 }), isSameTree: false });
  });

  test.each([
    { pid: 6, parent: 1 },
    { pid: 6, parent: 5, session: 6 },
    { pid: 6, parent: 5, start: 200 },
  ])("is of another tree when one of it is now %j", (changed) => {
    const after = tree({ pid: 5 }, changed);
    expect(readAgain(tree({ pid: 5 }, { pid: 6, parent: 5 }), (pid) => after.get(pid)).isSameTree).toBe(false);
  });

  test("comes to an end in a tree of which somebody is gone at every look", () => {
    const before = tree(...Array.from({ length: 20 }, (_, index) => ({ pid: index + 1 })));
    let reads = 0;
    readAgain(before, (pid) => {
      reads += 1;
      return reads % 5 === 0 ? undefined : before.get(pid);
    });
    expect(reads).toBeLessThanOrEqual(60);
  });
});

type Line = Parameters<typeof statLine>[0];

function stat(line: Line): ProcessStat {
  const parsed = parseProcessStat(Buffer.from(statLine(line)));
  if (parsed === undefined) throw new Error("cannot be");
  return parsed;
}

function tree(...lines: Line[]): ReadonlyMap<number, ProcessStat> {
  return new Map(lines.map((line) => [line.pid, stat(line)]));
}
