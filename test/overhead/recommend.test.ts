import { describe, expect, test } from "vitest";
import type { IntervalCost } from "../../src/model/overhead.ts";
import { recommend } from "../../src/overhead/recommend.ts";
import { isSurelyOver, isTold } from "../../src/overhead/verdict.ts";

const cost = (interval: number, percent: number, half?: number): IntervalCost => ({
  interval,
  seconds: 1,
  pairs: half === undefined ? 1 : 8,
  slowdown_percent: percent,
  ...(half === undefined ? {} : { ci95: [percent - half, percent + half] }),
});

describe("the recommendation", () => {
  test("is the shortest interval that is surely within the budget", () => {
    expect(recommend([cost(0.1, 4.9, 0.5), cost(1, 1, 0.5), cost(10, 0, 0.5)], 5)).toEqual({
      recommended_interval: 1,
      classic_interval: 5,
    });
  });

  test("is none where no interval is, or nothing is sure", () => {
    expect(recommend([cost(0.1, 7, 1), cost(1, 6, 1)], 5)).toEqual({ classic_interval: 30 });
    expect(recommend([cost(1, 0)], 5)).toEqual({ classic_interval: 5 });
  });
});

describe("--max", () => {
  test("asks whether the slowdown is surely above it", () => {
    expect(isSurelyOver({ intervals: [cost(0.1, 2, 0.5), cost(1, 0, 0.5)] }, 1)).toBe(true);
    expect(isSurelyOver({ intervals: [cost(0.1, 1.2, 0.5)] }, 1)).toBe(false);
  });

  test("cannot be judged by a single pair", () => {
    expect(isTold({ intervals: [cost(1, 0, 0.5), cost(10, 9)] })).toBe(false);
    expect(isSurelyOver({ intervals: [cost(10, 9)] }, 1)).toBe(false);
  });
});
