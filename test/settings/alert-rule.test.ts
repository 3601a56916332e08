import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/error.ts";
import { parseAlertRule } from "../../src/settings/alert-rule.ts";

describe("a rule is a metric, a comparison and a number:", () => {
  test.each([
    ["memory_percent > 75", "memory_percent", ">", 75],
    ["memory_percent>=75%", "memory_percent", ">=", 75],
    ["  gpu_0_utilization < 10 % ", "gpu_0_utilization", "<", 10],
    ["val/loss <= 1e-3", "val/loss", "<=", 0.001],
    ["loss<-.5", "loss", "<", -0.5],
    ["Verlust/größe > 2", "Verlust/größe", ">", 2],
    ["top-1.acc > +2.", "top-1.acc", ">", 2],
  ] as const)("%s", (text, metric, comparison, threshold) => {
    expect(parseAlertRule(text)).toEqual({ metric, comparison, threshold });
  });
});

describe("anything else is a mistake that says what to type:", () => {
  const whole = "which is not a metric, a comparison and a number (in quotes, or the shell takes > for itself)";
  test.each([
    ["", `${whole}; type 'memory_percent > 75'`],
    ["memory_percent", `${whole}; type 'memory_percent > 75'`],
    ["memory_percent > 75 > 80", `${whole}; type 'memory_percent > 75'`],
    ["> 75", `${whole}; type 'memory_percent > 75'`],
    ["75 > memory_percent", "where '75' is no name of a metric; type 'memory_percent > 75'"],
    ["'loss > 3", "where ''loss' is no name of a metric; type 'memory_percent > 75'"],
    ["loss == 3", "where '==' is none of > >= < <=; type 'loss > 75'"],
    ["loss => 3", "where '=>' is none of > >= < <=; type 'loss > 75'"],
    ["loss > 0x10", "where '0x10' is no number; type 'loss > 75'"],
    ["loss > 1e999", "where '1e999' is no number; type 'loss > 75'"],
    ["loss > nan", "where 'nan' is no number; type 'loss > 75'"],
    ["memory_used > 8GB", "where '8GB' is no number; type 'memory_used > 75'"],
    ["accuracy < 90%", "but accuracy is not measured in percent, so leave the % out; type 'accuracy < 90'"],
  ])("%s", (text, problem) => {
    expect(() => parseAlertRule(text)).toThrow(new UserError(`the alert rule is '${text}', ${problem}`));
  });
});

test("every rule that is written out is read back", () => {
  const metric = fc.stringMatching(/^[a-z_][a-z0-9_./-]{0,20}$/);
  const comparison = fc.constantFrom(">", ">=", "<", "<=");
  const threshold = fc.double({ noNaN: true, noDefaultInfinity: true });
  const space = fc.constantFrom("", " ", "  ");
  fc.assert(
    fc.property(metric, comparison, threshold, space, (metric, comparison, threshold, space) => {
      const text = `${metric}${space}${comparison}${space}${threshold}`;
      expect(parseAlertRule(text)).toEqual({ metric, comparison, threshold: Number(String(threshold)) });
    }),
  );
});

test("no text makes anything but a rule or a mistake of the user's", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const outcome = outcomeOf(() => parseAlertRule(text));
      expect(outcome instanceof UserError || Number.isFinite(outcome)).toBe(true);
    }),
  );
});

function outcomeOf(parse: () => { threshold: number }): unknown {
  try {
    return parse().threshold;
  } catch (error) {
    return error;
  }
}
