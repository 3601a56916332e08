import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PaceChange, PaceKeeper } from "../../src/watch/pace-keeper.ts";

const HOUR = 3600;

/**
 * Samples for so many seconds as a run would, with what each one costs.
 * @param cost milliseconds of CPU time of a sample at so many seconds
 */
function sampleFor(seconds: number, cost: (at: number) => number, options = { interval: 5, budget: 1 }) {
  const keeper = new PaceKeeper(options);
  const changes: (PaceChange & { readonly at: number })[] = [];
  let { interval } = options;
  let used = 0;
  for (let at = 0; at <= seconds; at += interval) {
    used += cost(at);
    const change = keeper.sampled(at * 1000, used);
    if (change === undefined) continue;
    changes.push({ ...change, at });
    interval = change.interval;
  }
  return { changes, interval };
}

describe("the pace", () => {
  test("stays where sampling costs less than the budget", () => {
    expect(sampleFor(HOUR, () => 49)).toEqual({ changes: [], interval: 5 });
  });

  test("is doubled when sampling costs more, after two samples, and stays there", () => {
    expect(sampleFor(HOUR, () => 51).changes).toEqual([{ interval: 10, cost: 1.02, isSlower: true, at: 10 }]);
  });

  test.each([
    [101, 20],
    [201, 40],
    [401, 60],
    [100_000, 60],
  ])("is doubled as often as %i ms a sample ask for, up to a minute", (cost, interval) => {
    const { changes } = sampleFor(HOUR, () => cost);
    expect(changes.map((change) => change.interval)).toEqual([interval]);
  });

  test("that is slower than a minute already stays", () => {
    expect(sampleFor(HOUR, () => 1e6, { interval: 90, budget: 1 }).changes).toEqual([]);
  });

  test("comes back step by step when sampling is cheap again, never below where it began", () => {
    const { changes } = sampleFor(HOUR, (at) => (at <= 10 ? 160 : 1));
    expect(changes.map(({ interval, isSlower }) => [interval, isSlower])).toEqual([
      [20, true],
      [10, false],
      [5, false],
    ]);
  });

  test("comes back the more slowly the more often it had to grow again", () => {
    // Cheap for as long as it is slow.
    let interval = 5;
    const keeper = new PaceKeeper({ interval, budget: 1 });
    let [used, changes, at] = [0, 0, 0];
    for (; at < 24 * HOUR; at += interval) {
      used += interval > 5 ? 1 : 500;
      const change = keeper.sampled(at * 1000, used);
      interval = change?.interval ?? interval;
      changes += change === undefined ? 0 : 1;
    }
    expect(changes).toBeLessThan(100);
  });

  test("does not take a time in which the run was stopped for one without cost", () => {
    const keeper = new PaceKeeper({ interval: 5, budget: 1 });
    keeper.sampled(0, 0);
    keeper.restart();
    expect(keeper.sampled(1_000_000, 60)).toBeUndefined();
    expect(keeper.sampled(1_005_000, 120)).toBeUndefined();
    expect(keeper.sampled(1_010_000, 180)).toMatchObject({ interval: 10, cost: 1.2 });
  });

  test("does not swing where a sample always costs the same", () => {
    const any = fc.record({
      cost: fc.double({ min: 0, max: 1e4, noNaN: true }),
      idle: fc.double({ min: 0, max: 20, noNaN: true }),
      budget: fc.double({ min: 0.001, max: 100, noNaN: true }),
      interval: fc.constantFrom(5, 10, 15, 30),
    });
    fc.assert(
      fc.property(any, ({ cost, idle, budget, interval }) => {
        // What is used while nothing is sampled comes on top, in milliseconds a second.
        let last = 0;
        const { changes, interval: end } = sampleFor(
          HOUR,
          (at) => {
            const used = cost + idle * (at - last);
            last = at;
            return used;
          },
          { interval, budget },
        );
        expect(changes.every(({ isSlower }) => isSlower)).toBe(true);
        expect(end).toBeLessThanOrEqual(60);
      }),
    );
  });
});
