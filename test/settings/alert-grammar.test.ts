import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/error.ts";
import { parseAlertRule } from "../../src/settings/alert-grammar.ts";
import { BUILT_IN_ALERTS } from "../../src/settings/built-in-alerts.ts";

const parse = (text: string) => parseAlertRule(text, "/work");

describe("a threshold is a metric, a comparison and a number:", () => {
  test.each([
    ["memory_percent > 75", "memory_percent", ">", 75],
    ["memory_percent>=75%", "memory_percent", ">=", 75],
    ["  gpu_0_utilization < 10 % ", "gpu_0_utilization", "<", 10],
    ["val/loss <= 1e-3", "val/loss", "<=", 0.001],
    ["loss<-.5", "loss", "<", -0.5],
    ["Verlust/größe > 2", "Verlust/größe", ">", 2],
    ["top-1.acc > +2.", "top-1.acc", ">", 2],
    ["gpu_*_temperature above 80", "gpu_*_temperature", ">", 80],
    ["no > 3", "no", ">", 3],
    ["hang > 3", "hang", ">", 3],
  ] as const)("%s", (text, metric, comparison, threshold) => {
    expect(parse(text)).toMatchObject({ metric, condition: { kind: "level", comparison, threshold } });
  });
});

describe("the other conditions:", () => {
  test.each([
    ["loss is nan", { kind: "not finite", nan: true, inf: false }],
    ["*loss* is nan or inf", { kind: "not finite", nan: true, inf: true }],
    ["lr outside 1e-5 to 0.1", { kind: "outside", low: 1e-5, high: 0.1 }],
    ["lr outside [-1, 0.1]", { kind: "outside", low: -1, high: 0.1 }],
    ["val_loss not improved for 10 points", { kind: "not improved", goal: "min", span: { points: 10 } }],
    ["val_acc not improved for 2h", { kind: "not improved", goal: "max", span: { milliseconds: 7_200_000 } }],
    ["x not improved (max) for 3 samples", { kind: "not improved", goal: "max", span: { points: 3 } }],
    ["loss changed by 10x within 5m", { kind: "changed", factor: 10, within: 300_000 }],
    ["no metric for 15m", { kind: "absent", after: 900_000 }],
    ["val_loss absent for 1h", { kind: "absent", after: 3_600_000 }],
    ["rate(disk_used) > 1e9", { kind: "level", comparison: ">", threshold: 1e9, rate: true }],
    ["hang for 20m", { kind: "hang" }],
  ])("%s", (text, condition) => expect(parse(text).condition).toEqual(condition));
});

test("how long, where it ends, how often and what to do stand behind the condition", () => {
  const rule = parse(
    "memory_percent > 85 for 1m 30s clear 80 repeat 30 min => critical, notify, webhook and signal USR1",
  );
  expect(rule).toMatchObject({
    condition: { clear: 80 },
    hold: { milliseconds: 90_000 },
    repeat: 1_800_000,
    severity: "critical",
    actions: [{ kind: "notify" }, { kind: "webhook" }, { kind: "signal", signal: "SIGUSR1" }],
    text: "memory_percent > 85 for 90s clear 80 repeat 30m => critical",
  });
  expect(parse("loss is nan => command './save.sh now'").actions).toEqual([
    { kind: "command", command: ["sh", "-c", "./save.sh now"], cwd: "/work", timeout: 30_000 },
  ]);
  expect(parse("loss > 1 for 5 points => stop")).toMatchObject({ hold: { points: 5 }, actions: [{ kind: "stop" }] });
  expect(parse("cpu_percent off")).toMatchObject({ metric: "cpu_percent", off: true });
});

describe("anything else is a mistake that points at its column and says what to type:", () => {
  test.each([
    ["", "where column 1 is the end of the rule, and a metric is missing; type 'memory_percent > 75'"],
    ["memory_percent > 75 > 80", "where '>' at column 21 is one word too many; type 'memory_percent > 75'"],
    ["> 75", "where '>' at column 1 is no name of a metric; type 'memory_percent > 75'"],
    ["75 > memory_percent", "where '75' at column 1 is no name of a metric; type 'memory_percent > 75'"],
    ["'loss > 3", "where ''' at column 1 is no name of a metric; type 'memory_percent > 75'"],
    ["loss == 3", "where '==' at column 6 is none of > >= < <=; type 'loss > 75'"],
    ["loss => 3", "where '=>' at column 6 is none of > >= < <=; type 'loss > 75'"],
    ["loss > 0x10", "where '0x10' at column 8 is no number; type 'loss > 75'"],
    ["loss > 1e999", "where '1e999' at column 8 is no number; type 'loss > 75'"],
    ["loss >", "where column 7 is the end of the rule, and a number is missing; type 'loss > 75'"],
    ["accuracy < 90%", "but accuracy is not measured in percent, so leave the % out; type 'accuracy < 90'"],
    ["loss > 3 for 30", "where '30' at column 14 has no unit, such as s, m, h or d; type 'loss > 75 for 30s'"],
    ["loss > 3 for ever", "where 'ever' at column 14 is no duration; type 'loss > 75 for 30s'"],
    ["loss > 3 for 0s", "where '0s' at column 14 is no duration; type 'loss > 75 for 30s'"],
    ["loss is bad", "where 'bad' at column 9 is neither nan nor inf; type 'loss is nan'"],
    ["loss outside 3 to 1", "where 3 and 1 are in the wrong order (column 14); type 'loss outside 1 to 3'"],
    [
      "memory_percent > 80 clear 85",
      "where the threshold 80 and the clear value 85 are in the wrong order (column 27); type 'memory_percent > 85 clear 80'",
    ],
    [
      "loss is nan => stpo",
      "where 'stpo' at column 16 is none of info, warning, critical, notify, webhook, stop, signal, command (stop?); type 'loss is nan => critical, stop'",
    ],
    [
      "loss is nan => signal NO",
      "where 'signal' at column 16 has 'NO' behind it, which is no signal; type 'loss is nan => critical, stop'",
    ],
    [
      "speed not improved for 3 points",
      "but whether speed wants to be small or large does not show in its name; type 'speed not improved (min) for 10 points'",
    ],
    ["no metric for 15", "where '15' at column 15 has no unit, such as s, m, h or d; type 'no metric for 15m'"],
    ["hang", "where it is not said for how long; type 'hang for 15m'"],
    [
      "loss changed by 1x within 5m",
      "where '1x' at column 17 is no factor above 1; type 'loss changed by 10x within 5m'",
    ],
  ])("%s", (text, problem) => {
    expect(() => parse(text)).toThrow(new UserError(`the alert rule is '${text}', ${problem}`));
  });
});

test("every rule reads its own text as the same rule", () => {
  const span = fc.oneof(
    fc.integer({ min: 1, max: 1e9 }).map((ms) => `${ms}ms`),
    fc.integer({ min: 1, max: 500 }).map((points) => `${points} points`),
  );
  const metric = fc.stringMatching(/^[a-z_][a-z0-9_./-]{0,20}$/).filter((name) => name !== "rate");
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
  const condition = fc.oneof(
    fc.tuple(fc.constantFrom(">", ">=", "<", "<="), number).map(([sign, value]) => `${sign} ${value}`),
    fc.constantFrom("is nan", "is inf", "is nan or inf"),
    fc.tuple(fc.constantFrom("min", "max"), span).map(([goal, over]) => `not improved (${goal}) for ${over}`),
    fc.integer({ min: 2, max: 99 }).map((factor) => `changed by ${factor}x within 5m`),
    fc.constant("absent for 90s"),
  );
  fc.assert(
    fc.property(metric, condition, (metric, condition) => {
      const rule = parse(`${metric} ${condition}`);
      expect(parse(rule.text)).toEqual(rule);
    }),
  );
});

test("tracelet's own rules are written as people write them", () => {
  expect(BUILT_IN_ALERTS.map((text) => parse(text).text)).toEqual(BUILT_IN_ALERTS);
});

test("no text makes anything but a rule or a mistake of the user's", () => {
  const words = fc.constantFrom(
    ..."loss > < for 30s is nan => stop ( ) , ' outside to 1 no metric hang off rate".split(" "),
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 9 }).map((list) => list.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const outcome = outcomeOf(() => parse(text));
      expect(outcome instanceof UserError || typeof outcome === "string").toBe(true);
    }),
  );
});

function outcomeOf(read: () => { text: string }): unknown {
  try {
    return read().text;
  } catch (error) {
    return error;
  }
}
