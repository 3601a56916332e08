import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RunClock } from "../../src/watch/run-clock.ts";

const START = Date.UTC(2026, 10, 22);

/** A machine whose clocks go as a test says. */
function machine() {
  const time = { wall: START, awake: 5000, up: 70_000 };
  const clocks = { wall: () => time.wall, awake: () => time.awake, up: () => time.up };
  const pass = (ms: number) => {
    time.wall += ms;
    time.awake += ms;
    time.up += ms;
  };
  return { time, clocks, pass };
}

test.each([3_600_000, -3_600_000, 86_400_000 * 365, -86_400_000 * 365, 150, -150])(
  "a wall clock that is set by %i ms changes nothing for the run",
  (by) => {
    const { time, clocks, pass } = machine();
    const clock = new RunClock(0, clocks);
    pass(1000);
    expect(clock.now()).toBe(START + 1000);
    pass(500);
    time.wall += by;
    pass(500);
    expect(clock.now()).toBe(START + 2000);
    pass(60_000);
    expect(clock.now()).toBe(START + 62_000);
    expect(clock.skew).toBe(by);
    const another = new RunClock(clock.skew, clocks);
    pass(1000);
    expect(another.now()).toBe(clock.now());
  },
);

test("the time in which the machine slept counts, also where the clock was set meanwhile", () => {
  const { time, clocks, pass } = machine();
  const clock = new RunClock(0, clocks);
  for (const set of [0, 3_600_000]) {
    const before = clock.now();
    time.wall += 8000 + set;
    time.up += 8000;
    pass(2000);
    expect(clock.now()).toBe(before + 10_000);
  }
});

test("small corrections are followed, and time never goes back", () => {
  const { time, clocks, pass } = machine();
  const clock = new RunClock(0, clocks);
  for (let look = 0; look < 1000; look += 1) {
    time.wall += 5;
    pass(1000);
    expect(clock.now()).toBe(time.wall);
  }
  const before = clock.now();
  time.wall -= 50;
  expect(clock.now()).toBe(before);
  pass(1000);
  expect(clock.now()).toBe(time.wall);
  expect(clock.skew).toBe(0);
});

test("whatever is done to the wall clock, the run's time goes on as time does", () => {
  const steps = fc.array(fc.record({ passes: fc.nat(10_000), set: fc.integer({ min: -1e9, max: 1e9 }) }), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(steps, (history) => {
      const { time, clocks, pass } = machine();
      const clock = new RunClock(0, clocks);
      let elapsed = 0;
      let last = clock.now();
      for (const { passes, set } of history) {
        // What is smaller counts as a correction.
        time.wall += Math.abs(set) > 200 ? set : 0;
        pass(passes);
        elapsed += passes;
        expect(clock.now()).toBeGreaterThanOrEqual(last);
        last = clock.now();
        expect(last).toBe(START + elapsed);
      }
    }),
  );
});
