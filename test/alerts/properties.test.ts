import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import { at, engineOf, ruleOf, STARTED } from "./story.ts";

/** What a series does: a value a moment, or a gap, while both clocks run as they like; the steady one never goes back. */
const course = fc.array(
  fc.record({
    value: fc.oneof(
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(NaN, Infinity, -Infinity),
      fc.constant(undefined),
    ),
    passed: fc.integer({ min: 0, max: 5000 }),
    leap: fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -1e7, max: 1e7 }) },
    ),
  }),
  { maxLength: 60 },
);
const rule = fc
  .record({
    sign: fc.constantFrom(">", ">=", "<", "<="),
    threshold: fc.integer({ min: -15, max: 15 }),
    back: fc.integer({ min: 0, max: 10 }),
    hold: fc.constantFrom("", " for 3s", " for 7s", " for 3 points"),
  })
  .map(({ sign, threshold, back, hold }) => {
    const clear = sign.startsWith(">") ? threshold - back : threshold + back;
    return ruleOf(`x ${sign} ${threshold}${hold} clear ${clear}`);
  });
type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;

interface Told {
  readonly alert: Alert;
  readonly index: number;
}

function tell(one: ReturnType<typeof ruleOf>, seen: Course): Told[] {
  const engine = engineOf([one]);
  let steady = 0;
  let people = STARTED;
  return seen.flatMap(({ value, passed, leap }, index) => {
    steady += passed;
    people += passed + leap;
    const alerts = engine.sample(value === undefined ? {} : { x: value }, { timestamp: people, at: steady });
    return alerts.map((alert) => ({ alert, index }));
  });
}

const isBeyond = (sign: string, value: number, bound: number) =>
  sign.startsWith(">")
    ? value > bound || (sign === ">=" && value === bound)
    : value < bound || (sign === "<=" && value === bound);

function levelOf({ condition }: ReturnType<typeof ruleOf>) {
  if (condition.kind !== "level") throw new Error("no threshold");
  return { sign: condition.comparison, threshold: condition.threshold, clear: condition.clear ?? condition.threshold };
}

test("an episode is pending, a beginning, at most one worsening, and an end", () => {
  const letter = ({ alert: { state, severity } }: Told): string =>
    state === "firing"
      ? severity === "critical"
        ? "c"
        : "w"
      : state === "pending"
        ? "p"
        : state === "inactive"
          ? "i"
          : "r";
  fc.assert(
    fc.property(rule, course, (one, seen) => {
      const story = tell(one, seen).map(letter).join("");
      const begin = one.hold === undefined ? "" : "(pi)*p";
      const open = one.hold === undefined ? "" : "(pi)*p?";
      expect(story).toMatch(new RegExp(`^(${begin}(w|c|wc)r)*(${begin}(w|c|wc)|${open})$`));
    }),
  );
});

test("a rule fires on a value that crosses its threshold, and resolves on one that is back at the clear value", () => {
  fc.assert(
    fc.property(rule, course, (one, seen) => {
      const { sign, threshold, clear } = levelOf(one);
      for (const { alert } of tell(one, seen)) {
        const value = alert.value ?? Number.NaN;
        expect(value).not.toBeNaN();
        const bound = alert.state === "resolved" ? clear : threshold;
        expect(isBeyond(sign, value, bound)).toBe(alert.state === "firing" || alert.state === "pending");
      }
    }),
  );
});

test("a rule fires only when the values before it have crossed for as long as it says, without a gap, whatever the clock of people does", () => {
  fc.assert(
    fc.property(rule, course, (one, seen) => {
      const { sign, threshold } = levelOf(one);
      let steady = 0;
      const times = seen.map(({ passed }) => (steady += passed));
      const crosses = (index: number) => {
        const value = seen[index]?.value;
        return value !== undefined && !Number.isNaN(value) && isBeyond(sign, value, threshold);
      };
      let isOpen = false;
      const early: boolean[] = [];
      for (const { alert, index } of tell(one, seen)) {
        if (alert.state === "firing" && !isOpen) {
          let held = 0;
          let points = 0;
          for (let at = index; at >= 0; at -= 1) {
            const value = seen[at]?.value;
            if (value === undefined || Number.isNaN(value)) continue;
            if (!crosses(at)) break;
            points += 1;
            if (at > 0 && crosses(at - 1)) held += (times[at] ?? 0) - (times[at - 1] ?? 0);
          }
          const { hold } = one;
          const asked = { milliseconds: 0, points: 0, ...hold };
          early.push(held < asked.milliseconds || points < asked.points);
        }
        if (alert.state === "firing") isOpen = true;
        if (alert.state === "resolved") isOpen = false;
      }
      expect(early).not.toContain(true);
    }),
  );
});

test("a rule fires when the values have crossed for as long as it says", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 5000 }), (count, apart) => {
      const engine = engineOf([ruleOf("x > 1 for 7s")]);
      const fired = Array.from({ length: count }, (_, index) => engine.sample({ x: 2 }, at((index * apart) / 1000)));
      const first = fired.findIndex((alerts) => alerts.some(({ state }) => state === "firing"));
      const due = Math.ceil(7000 / apart);
      expect(first).toBe(due < count ? due : -1);
    }),
  );
});

test("what an engine says is the same, whether or not another took over in between", () => {
  const plain = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(plain, fc.nat({ max: 29 }), (values, cut) => {
      const rules = [ruleOf("x > 5"), ruleOf("x < -5 clear 0"), ruleOf("x > 3 for 3s")];
      const whole = engineOf(rules);
      const expected = values.flatMap((x, index) => whole.sample({ x }, at(index)));
      const first = engineOf(rules);
      const told = values.slice(0, cut).flatMap((x, index) => first.sample({ x }, at(index)));
      const last = new Map(told.map((alert) => [alert.rule, alert]));
      const second = engineOf(rules, { start: at(cut - 1), earlier: [...last.values()] });
      const after = values.slice(cut).flatMap((x, index) => second.sample({ x }, at(cut + index)));
      expect([...told, ...after].map(({ rule, state, value }) => [rule, state, value])).toEqual(
        expected.map(({ rule, state, value }) => [rule, state, value]),
      );
    }),
  );
});
