import { describe, expect, test } from "vitest";
import { median, type Pair, slowdownOf, uncertaintyOf } from "../../src/overhead/statistics.ts";

/** The noise of a machine, in shares of a run's time. */
const NOISE = 0.01;

interface World {
  /** 0.02 for two percent. */
  readonly effect: number;
  readonly pairs: number;
  /** Share by which the machine gets slower over the whole measurement. */
  readonly drift?: number;
  /** Share of the runs that something else makes half as slow again. */
  readonly disturbed?: number;
}

describe("of synthetic timings,", () => {
  test("an injected 2 % is found", () => {
    const found = many({ effect: 0.02, pairs: 12 }).map(slowdownOf);
    expect(shareOf(found, ({ ci95: [low] = [0, 0] }) => low > 0)).toBeGreaterThan(0.95);
    expect(median(found.map(({ percent }) => percent))).toBeCloseTo(2, 0);
  });

  test("noise is not", () => {
    const found = many({ effect: 0, pairs: 12 }).map(slowdownOf);
    expect(shareOf(found, ({ ci95: [low] = [0, 0] }) => low > 0)).toBeLessThan(0.05);
  });

  test.each([
    { effect: 0, pairs: 2 },
    { effect: 0, pairs: 3 },
    { effect: 0.02, pairs: 5 },
    { effect: 0.02, pairs: 8 },
    { effect: 0.1, pairs: 20 },
    { effect: 0.02, pairs: 12, drift: 0.3 },
    { effect: 0.02, pairs: 12, disturbed: 0.08 },
  ])("the interval has the truth in it 95 times of a hundred: %j", (world) => {
    const found = many(world).map(slowdownOf);
    const share = shareOf(
      found,
      ({ ci95: [low, high] = [0, 0] }) => low <= 100 * world.effect && 100 * world.effect <= high,
    );
    expect(share).toBeGreaterThan(0.92);
  });

  test("a run that somebody else made slow hardly moves the result", () => {
    const quiet = Array.from({ length: 10 }, () => ({ baseline: 1, watched: 1.01 }));
    const disturbed = [...quiet, { baseline: 1, watched: 3 }];
    expect(slowdownOf(disturbed).percent).toBeCloseTo(1, 5);
  });
});

test("a single pair has a slowdown and no interval, and none at all is a mistake", () => {
  expect(slowdownOf([{ baseline: 2, watched: 3 }])).toEqual({ percent: expect.closeTo(50, 9) });
  expect(() => slowdownOf([])).toThrow(RangeError);
});

test("half of the interval's width is how uncertain it is", () => {
  expect(uncertaintyOf({ percent: 1, ci95: [0.5, 1.5] })).toBe(0.5);
  expect(uncertaintyOf({ percent: 1 })).toBeUndefined();
});

test.each([
  [[], undefined],
  [[3], 3],
  [[3, 1], 2],
  [[5, 1, 3], 3],
])("the median of %j is %j", (values, middle) => {
  expect(median(values)).toBe(middle);
});

/** The same thousand measurements each time. */
function many(world: World): Pair[][] {
  const random = generator(7);
  return Array.from({ length: 1000 }, () => measurement(world, random));
}

function measurement({ effect, pairs, drift = 0, disturbed = 0 }: World, random: () => number): Pair[] {
  const run = (place: number) => {
    const hit = random() < disturbed ? 1.5 : 1;
    return (1 + (drift * place) / (2 * pairs)) * hit * Math.exp(NOISE * gaussian(random));
  };
  // As in timeRounds, every second pair the other way round.
  return Array.from({ length: pairs }, (_, pair) => {
    const [first, second] = [run(2 * pair), run(2 * pair + 1)];
    const [baseline, watched] = pair % 2 === 0 ? [first, second] : [second, first];
    return { baseline, watched: watched * (1 + effect) };
  });
}

function shareOf<Item>(items: readonly Item[], fits: (item: Item) => boolean): number {
  return items.filter(fits).length / items.length;
}

/** Box and Muller 1958. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
