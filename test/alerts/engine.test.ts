import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAlertEngine } from "../../src/alerts/engine.ts";
import type { Alert, AlertRule } from "../../src/model/alert.ts";

/** What an engine says to these values of one metric, in short: `warning 91` or `resolved 80`. */
function storyOf(rule: AlertRule, values: readonly (number | undefined)[]): string[] {
  const engine = createAlertEngine([rule]);
  return values.map((value, index) =>
    engine
      .observe(value === undefined ? {} : { [rule.metric]: value }, index)
      .map((alert) => `${alert.state === "firing" ? alert.severity : `resolved ${alert.severity}`} ${alert.value}`)
      .join(),
  );
}

const above = (metric: string, threshold: number): AlertRule => ({ metric, comparison: ">", threshold });
const below = (metric: string, threshold: number): AlertRule => ({ metric, comparison: "<", threshold });

describe("an episode", () => {
  test("is told when it begins and when it ends, not with every sample", () => {
    expect(storyOf(above("memory_percent", 85), [80, 86, 87, 88, 85, 84, 90])).toEqual([
      "",
      "warning 86",
      "",
      "",
      "resolved warning 85",
      "",
      "warning 90",
    ]);
  });

  test("that becomes critical is told once more, and does not fall back", () => {
    expect(storyOf(above("cpu_percent", 80), [81, 88, 81, 90, 70])).toEqual([
      "warning 81",
      "critical 88",
      "",
      "",
      "resolved critical 70",
    ]);
  });

  test("goes on while its metric is absent or not a number", () => {
    expect(storyOf(above("loss", 5), [5.4, undefined, Number.NaN, 5.2, 3])).toEqual([
      "warning 5.4",
      "",
      "",
      "",
      "resolved warning 3",
    ]);
    expect(storyOf(above("loss", 5), [Number.NaN, undefined])).toEqual(["", ""]);
  });

  test("has all that was known when it changed", () => {
    const engine = createAlertEngine([above("memory_percent", 85)]);
    expect(engine.observe({ memory_percent: 87.3, cpu_percent: 99 }, 1234)).toEqual([
      {
        metric: "memory_percent",
        value: 87.3,
        comparison: ">",
        threshold: 85,
        severity: "warning",
        state: "firing",
        timestamp: 1234,
      },
    ]);
  });
});

describe("an alert is critical", () => {
  test.each([
    ["from 1.1 times the threshold", above("memory_percent", 85), 93.4, 93.5],
    ["from 1.1 times the threshold of 90, exactly", above("cpu_percent", 90), 98.9, 99],
    ["from 100 for a percentage whose 1.1 is more", above("disk_percent", 95), 99.9, 100],
    ["from 1.1 times the threshold for what is no percentage", above("gpu_0_temperature", 95), 104.4, 104.5],
    ["from 1.1 times a threshold above 100 percent", above("workload_cpu_percent", 400), 439, 440],
    ["from 0.9 times a lower threshold", below("gpu_0_utilization", 50), 45.1, 45],
    ["a tenth above a negative threshold", above("reward", -10), -9.1, -9],
    ["a tenth below a negative lower threshold", below("reward", -10), -10.9, -11],
  ] as const)("%s", (_, rule, warning, critical) => {
    expect(storyOf(rule, [warning])).toEqual([`warning ${warning}`]);
    expect(storyOf(rule, [critical])).toEqual([`critical ${critical}`]);
  });

  test("at infinity", () => {
    expect(storyOf(above("loss", 5), [Number.POSITIVE_INFINITY])).toEqual(["critical Infinity"]);
    expect(storyOf(below("reward", 5), [Number.NEGATIVE_INFINITY])).toEqual(["critical -Infinity"]);
  });
});

test("the threshold itself counts with an equals sign, and only then", () => {
  expect(storyOf({ metric: "x", comparison: ">=", threshold: 5 }, [5])).toEqual(["warning 5"]);
  expect(storyOf({ metric: "x", comparison: "<=", threshold: 5 }, [5])).toEqual(["warning 5"]);
  expect(storyOf(above("x", 5), [5])).toEqual([""]);
  expect(storyOf(below("x", 5), [5])).toEqual([""]);
});

test("a rule for GPUs without a number has an episode for each device", () => {
  const engine = createAlertEngine([above("gpu_utilization", 90)]);
  const fired = engine.observe(
    { gpu_0_utilization: 91, gpu_1_utilization: 10, gpu_10_utilization: 95, gpu_count: 99 },
    0,
  );
  expect(fired.map((alert) => alert.metric)).toEqual(["gpu_0_utilization", "gpu_10_utilization"]);
  const changed = engine.observe({ gpu_0_utilization: 50, gpu_1_utilization: 92, gpu_10_utilization: 95 }, 1);
  expect(changed.map((alert) => `${alert.metric} ${alert.state}`)).toEqual([
    "gpu_0_utilization resolved",
    "gpu_1_utilization firing",
  ]);
});

test("a rule for one GPU, or for how many there are, is about that only", () => {
  const engine = createAlertEngine([above("gpu_1_utilization", 90), below("gpu_count", 2)]);
  const alerts = engine.observe({ gpu_0_utilization: 99, gpu_1_utilization: 99, gpu_count: 1 }, 0);
  expect(alerts.map((alert) => alert.metric)).toEqual(["gpu_1_utilization", "gpu_count"]);
});

test("two rules for one metric are told apart", () => {
  const engine = createAlertEngine([above("cpu_percent", 50), above("cpu_percent", 90)]);
  expect(engine.observe({ cpu_percent: 52 }, 0).map((alert) => alert.threshold)).toEqual([50]);
  expect(engine.observe({ cpu_percent: 91 }, 1).map((alert) => `${alert.threshold} ${alert.severity}`)).toEqual([
    "50 critical",
    "90 warning",
  ]);
});

test("a rule that is given twice is one rule", () => {
  const engine = createAlertEngine([above("loss", 5), above("loss", 5)]);
  expect(engine.observe({ loss: 6 }, 0)).toHaveLength(1);
});

test("an engine that takes over goes on where the one before it stood", () => {
  const rules = [above("gpu_utilization", 90), above("loss", 5), above("loss", 7)];
  const before = createAlertEngine(rules);
  const told = [
    ...before.observe({ gpu_0_utilization: 95, gpu_1_utilization: 95, loss: 8 }, 0),
    ...before.observe({ gpu_0_utilization: 95, gpu_1_utilization: 10, loss: 6 }, 1),
  ];
  const after = createAlertEngine(rules, told);
  const next = { gpu_0_utilization: 95, gpu_1_utilization: 95, loss: 7.1 };
  expect(after.observe(next, 2)).toEqual(before.observe(next, 2));
  expect(after.observe({ gpu_0_utilization: 1, loss: 1 }, 3)).toEqual(
    before.observe({ gpu_0_utilization: 1, loss: 1 }, 3),
  );
});

describe("whatever the values are,", () => {
  const rules = fc.record<AlertRule>({
    metric: fc.constantFrom("cpu_percent", "loss"),
    comparison: fc.constantFrom(">", ">=", "<", "<="),
    threshold: fc.integer({ min: -150, max: 150 }),
  });
  const values = fc.array(fc.oneof(fc.integer({ min: -200, max: 200 }), fc.double(), fc.constant(undefined)));

  function alertsOf(rule: AlertRule, seen: readonly (number | undefined)[]): Alert[] {
    const engine = createAlertEngine([rule]);
    return seen.flatMap((value, time) => engine.observe(value === undefined ? {} : { [rule.metric]: value }, time));
  }

  const holds = (rule: AlertRule, value: number): boolean =>
    (rule.comparison.startsWith(">") && value > rule.threshold) ||
    (rule.comparison.startsWith("<") && value < rule.threshold) ||
    (rule.comparison.endsWith("=") && value === rule.threshold);

  test("each alert fits its value, and NaN makes none", () => {
    fc.assert(
      fc.property(rules, values, (rule, seen) => {
        for (const alert of alertsOf(rule, seen)) {
          expect(alert.value).not.toBeNaN();
          expect(holds(rule, alert.value)).toBe(alert.state === "firing");
        }
      }),
    );
  });

  test("an episode is a beginning, at most one worsening, and an end", () => {
    const letter = (alert: Alert): string =>
      alert.state === "resolved" ? "r" : alert.severity === "critical" ? "c" : "w";
    fc.assert(
      fc.property(rules, values, (rule, seen) => {
        const story = alertsOf(rule, seen).map(letter).join("");
        expect(story).toMatch(/^((w|c|wc)r)*(w|c|wc)?$/);
      }),
    );
  });

  test("an episode is open exactly while the last number crossed the threshold", () => {
    fc.assert(
      fc.property(rules, values, (rule, seen) => {
        const last = seen.findLast((value) => value !== undefined && !Number.isNaN(value));
        expect(alertsOf(rule, seen).at(-1)?.state === "firing").toBe(last !== undefined && holds(rule, last));
      }),
    );
  });
});
