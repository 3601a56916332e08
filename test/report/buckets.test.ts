import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bucket, Buckets } from "../../src/report/buckets.ts";

type Point = readonly [time: number, value: number];

const points = fc.array(fc.tuple(fc.nat(100_000), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), { minLength: 1 });

function filled(all: readonly Point[], most: number): Buckets {
  const buckets = new Buckets(() => most);
  for (const [index, [time, value]] of all.entries()) buckets.add(time, index, value);
  return buckets;
}

describe("buckets of a series", () => {
  test("are the points themselves while there are few of them", () => {
    const buckets = filled([[0, 3], [10, 1], [20, 2]], 3); // prettier-ignore
    expect([...buckets].map(({ time, step, mean, count }) => [time, step, mean, count])).toEqual([
      [0, 0, 3, 1],
      [10, 1, 1, 1],
      [20, 2, 2, 1],
    ]);
  });

  test("are never more than they may be, and keep every point, the least and the greatest", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), (all, most) => {
        const buckets = [...filled(all, most)];
        const values = all.map(([, value]) => value);
        expect(buckets.length).toBeLessThanOrEqual(most);
        expect(sumOf(buckets, ({ count }) => count)).toBe(all.length);
        expect(Math.min(...buckets.map(({ min }) => min))).toBe(Math.min(...values));
        expect(Math.max(...buckets.map(({ max }) => max))).toBe(Math.max(...values));
        for (const { min, mean, max } of buckets) expect(min <= mean && mean <= max).toBe(true);
      }),
    );
  });

  test("are in the order of time, whatever the order of the points", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), (all, most) => {
        const times = [...filled(all, most)].map(({ time }) => time);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
        expect(new Set(times).size).toBe(times.length);
      }),
    );
  });

  test("have the mean of their points", () => {
    const buckets = [...filled([[0, 1], [1, 2], [2, 3], [3, 10]], 1)]; // prettier-ignore
    expect(buckets).toEqual([{ time: 0, step: 0, count: 4, mean: 4, min: 1, max: 10 }]);
  });

  test("of many points are still narrow: a spike is where it was", () => {
    const buckets = new Buckets(() => 2000);
    for (let time = 0; time < 1_000_000; time += 1) buckets.add(time, time, time === 700_000 ? 99 : 1);
    const spikes = [...buckets].filter(({ max }) => max === 99);
    expect(spikes).toHaveLength(1);
    expect(Math.abs((spikes[0]?.time ?? 0) - 700_000)).toBeLessThan(1100);
  });
});

function sumOf(buckets: readonly Bucket[], of: (bucket: Bucket) => number): number {
  return buckets.reduce((sum, bucket) => sum + of(bucket), 0);
}
