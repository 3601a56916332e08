import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Course } from "../../src/journal/course.ts";

function courseOf(values: readonly number[]): (number | undefined)[] {
  const course = new Course();
  for (const value of values) course.add(value);
  return course.means;
}

describe("the course of a metric", () => {
  test("is its points while they are few", () => {
    expect(courseOf([3, 1, Number.NaN, 2])).toEqual([3, 1, undefined, 2]);
    expect(courseOf([])).toEqual([]);
  });

  test("is 32 to 64 means of equal numbers of points, however long the run", () => {
    const means = courseOf(Array.from({ length: 100_000 }, (_, index) => index));
    expect(means.length).toBeGreaterThan(32);
    expect(means.length).toBeLessThanOrEqual(64);
    expect(means[0]).toBe(1023.5);
    expect(means[1]).toBe(3071.5);
  });

  test("stays within the values, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 300 }),
        (values) => {
          for (const mean of courseOf(values)) {
            expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-3);
            expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-3);
          }
        },
      ),
    );
  });

  test("has a gap where most points were no numbers", () => {
    const values = Array.from({ length: 640 }, (_, index) => (index >= 320 && index < 480 ? Number.NaN : 1));
    const means = courseOf(values);
    expect(means.filter((mean) => mean === undefined)).toHaveLength(10);
    expect(means.findIndex((mean) => mean === undefined)).toBe(20);
  });
});
