import { describe, expect, test } from "vitest";
import { percentBetween } from "../../src/overhead/between-samples.ts";
import { parseProgress, type Progress, speedBetween } from "../../src/overhead/progress.ts";
import { lostAround } from "../../src/overhead/sample-cost.ts";
import { slowdownsOfSamples } from "../../src/overhead/sample-slowdown.ts";
import { tracingTimes } from "../../src/overhead/trace-samples.ts";

const START = Date.UTC(2026, 10, 22);

interface World {
  /** Milliseconds of its time that a process loses at each sample. */
  readonly lost: number;
  /** Seconds between two samples. */
  readonly interval: number;
  readonly samples: number;
}

describe("of the synthetic progress of a job, on a machine that is now fast and now slow and often stops,", () => {
  test.each<World>([
    { lost: 0, interval: 1, samples: 30 },
    { lost: 2, interval: 1, samples: 30 },
    { lost: 2, interval: 0.1, samples: 200 },
    { lost: 20, interval: 1, samples: 30 },
  ])("the interval has the truth in it 95 times of a hundred: %j", (world) => {
    const truth = world.lost / (10 * world.interval);
    const found = Array.from({ length: 200 }, (_, seed) => slowdownIn(world, seed));
    const right = found.filter(({ ci95: [low, high] = [0, 0] }) => low <= truth && truth <= high);
    expect(right.length / found.length).toBeGreaterThan(0.9);
    const middle = found.reduce((sum, { percent }) => sum + percent, 0) / found.length;
    expect(Math.abs(middle - truth)).toBeLessThan(0.1 * Math.max(truth, 0.1));
  });

  test("2 ms a second are found where the machine's own speed changes by a third", () => {
    const found = Array.from({ length: 50 }, (_, seed) => slowdownIn({ lost: 2, interval: 1, samples: 60 }, seed));
    const half = found.map(({ ci95: [low, high] = [0, 0] }) => (high - low) / 2);
    expect(Math.max(...half)).toBeLessThan(0.2);
  });
});

describe("what a sample took", () => {
  const seen = (interval: number, ...lost: number[]) => ({ interval, lost });

  test("is spread over the time to the next, and the CPU time in between over the cores", () => {
    const found = slowdownsOfSamples([{ ...seen(1, ...Array.from({ length: 10 }, () => 4)), between: 0.2 }], 2);
    expect(found.get(1)).toEqual({
      percent: expect.closeTo(0.5, 9),
      ci95: [expect.closeTo(0.5, 9), expect.closeTo(0.5, 9)],
      samples: 10,
      lost: 4,
    });
  });

  test("of few samples has the noise of all, and of none is not known", () => {
    const many = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0 : 2));
    const found = slowdownsOfSamples([seen(1, ...many), seen(10, 5), seen(60)], 1);
    // t of 39 degrees times the deviation of 1, of a single sample, over 10 s
    const [low, high] = found.get(10)?.ci95 ?? [];
    expect([low, high]).toEqual([expect.closeTo(0.05 - 0.0205, 3), expect.closeTo(0.05 + 0.0205, 3)]);
    expect(found.has(60)).toBe(false);
  });

  test("is not known where nothing is known of the noise", () => {
    expect(slowdownsOfSamples([seen(10, 1, 2)], 1).size).toBe(0);
  });

  test("is looked for where the whole of its neighbourhood was worked in", () => {
    const even: Progress = Float64Array.from({ length: 1001 }, (_, index) => START + index);
    expect(lostAround([even], [START + 20, START + 500, START + 990], 1)).toEqual([expect.closeTo(0, 9)]);
  });
});

test("the kernel's line tells when each piece was done", () => {
  const progress = parseProgress("progress 1000.5 500 1500 250");
  expect([...progress]).toEqual([1000.5, 1001, 1002.5, 1002.75]);
  expect(speedBetween(progress, 1001, 1002.5)).toBeCloseTo(1 / 1.5);
  expect(speedBetween(progress, 1000, 1002)).toBeUndefined();
});

test("the CPU time between samples is that beside their windows, over the whole time", () => {
  // A sample every second takes 10 ms; the rest of the time 2 ms a second are taken.
  const readings = Array.from({ length: 401 }, (_, index) => {
    const at = START + 10 * index;
    return { at, cpu: 0.002 * (at - START) + 10 * Math.floor((at - START + 500) / 1000) };
  });
  const samples = [0, 1, 2, 3].map((second) => START + 500 + 1000 * second);
  expect(percentBetween(readings, samples, 1)).toBeCloseTo(0.2 * 0.95, 6);
  // None within the readings, which is all between samples then.
  expect(percentBetween(readings.slice(0, 40), [], 10)).toBeCloseTo(0.2 * 0.995, 6);
  expect(percentBetween([], samples, 1)).toBeUndefined();
});

test("an interval has as long as it needs for a sample, where that leaves something for the others", () => {
  expect([...tracingTimes([0.1, 1, 10], 30)]).toEqual([
    [10, 11.5],
    [1, 9.25],
    [0.1, 9.25],
  ]);
  expect([...tracingTimes([0.1, 1, 60], 30)]).toEqual([
    [1, 15],
    [0.1, 15],
  ]);
  expect([...tracingTimes([1], 0.5)]).toEqual([]);
});

function slowdownIn({ lost, interval, samples }: World, seed: number) {
  const times = Array.from({ length: samples }, (_, index) => START + 1000 * interval * (index + 1));
  const end = START + 1000 * interval * (samples + 1);
  const progress = [0, 1].map((core) => workUntil(end, times, lost, randomFrom(2 * seed + core)));
  const found = slowdownsOfSamples([{ interval, lost: lostAround(progress, times, interval) }], 2).get(interval);
  if (found === undefined) throw new Error("no slowdown");
  return found;
}

/** Pieces of a millisecond each, on a core whose speed goes up and down by a third and that stops now and then. */
function workUntil(end: number, samples: readonly number[], lost: number, random: () => number): Progress {
  const ends = [START];
  const phase = 2 * Math.PI * random();
  let next = 0;
  for (let now = START; now < end;) {
    now += 1 + 0.33 * Math.sin(phase + (now - START) / 450) + 0.1 * random();
    if (random() < 0.002) now += 8 * random();
    const sample = samples[next];
    if (sample !== undefined && now >= sample) {
      now += lost;
      next += 1;
    }
    ends.push(now);
  }
  return Float64Array.from(ends);
}

function randomFrom(seed: number): () => number {
  let state = 2_654_435_769 * (seed + 1);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
