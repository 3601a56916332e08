import { expect, test } from "vitest";
import { type Arm, orderOf, timeRounds } from "../../src/overhead/rounds.ts";

/** A machine on which a run takes as long as is said, and whose clock is moved by nothing else. */
function machine(seconds: (arm: Arm, run: number) => number) {
  let clock = 0;
  const ran: Arm[] = [];
  return {
    ran,
    now: () => clock,
    time: (arm: Arm) => {
      const took = seconds(arm, ran.length);
      ran.push(arm);
      clock += took;
      return Promise.resolve(took);
    },
  };
}

const QUIET = { goodEnough: 0.2, onRound: () => {} };

test("rounds are repeated until the time is up, never beyond it", async () => {
  const noisy = machine((_, run) => (run % 3 === 0 ? 1.2 : 1));
  const { baseline, pairs } = await timeRounds({ ...noisy, ...QUIET, intervals: [1, 10], deadline: 60 });
  expect(noisy.now()).toBeLessThanOrEqual(60);
  expect(noisy.now()).toBeGreaterThan(55);
  expect(pairs.get(1)).toHaveLength(baseline.length);
  expect(pairs.get(10)).toHaveLength(baseline.length);
});

test("rounds that agree are soon enough of them, and six at least", async () => {
  const quiet = machine((arm) => (arm === "baseline" ? 1 : 1.02));
  const { pairs } = await timeRounds({ ...quiet, ...QUIET, intervals: [1], deadline: 600 });
  expect(pairs.get(1)).toHaveLength(6);
});

test("each interval is timed once, however long that takes", async () => {
  const slow = machine(() => 3600);
  const { pairs } = await timeRounds({ ...slow, ...QUIET, intervals: [0.1, 1, 10], deadline: 60 });
  expect([...pairs.values()].map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(slow.ran).toEqual(["baseline", 0.1, 1, 10]);
});

test("what fails ends it", async () => {
  const time = () => Promise.reject(new Error("no"));
  await expect(timeRounds({ time, now: () => 0, ...QUIET, intervals: [1], deadline: 60 })).rejects.toThrow("no");
});

test("every arm comes at every place of the order equally often", () => {
  const places = new Map<string, number[]>();
  for (let round = 0; round < 8; round += 1) {
    for (const [place, arm] of orderOf(round, ["a", "b", "c", "d"]).entries()) {
      places.set(arm, [...(places.get(arm) ?? []), place]);
    }
  }
  expect([...places.values()].map((list) => list.toSorted((one, other) => one - other).join(""))).toEqual(
    Array(4).fill("00112233"),
  );
});
