import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import { withBuiltIns } from "../../src/settings/built-in-alerts.ts";
import { at, engineOf, ruleOf, STARTED, storyOf, word } from "./story.ts";

describe("an episode", () => {
  test("is told when it begins and when it ends, not with every sample", () => {
    expect(storyOf("memory_percent > 85", [80, 86, 87, 88, 79, 78, 90])).toEqual([
      "",
      "warning 86",
      "",
      "",
      "resolved 79",
      "",
      "warning 90",
    ]);
  });

  test("goes on while a value swings around its threshold", () => {
    expect(storyOf("memory_percent > 85", [86, 84, 86, 84, 86]).filter(Boolean)).toEqual(["warning 86"]);
    expect(storyOf("gpu_utilization < 50", [49, 51, 49, 51, 60]).filter(Boolean)).toEqual([
      "warning 49",
      "resolved 60",
    ]);
  });

  test("ends at the clear value where there is one", () => {
    expect(storyOf("memory_percent > 85 clear 60", [86, 70, 61, 60, 86])).toEqual([
      "warning 86",
      "",
      "",
      "resolved 60",
      "warning 86",
    ]);
  });

  test("that becomes critical is told once more, and does not fall back", () => {
    expect(storyOf("cpu_percent > 80", [81, 88, 81, 90, 70])).toEqual([
      "warning 81",
      "critical 88",
      "",
      "",
      "resolved 70",
    ]);
  });

  test("goes on while its metric is absent or not a number", () => {
    expect(storyOf("loss > 5", [5.4, undefined, Number.NaN, 5.2, 3])).toEqual([
      "warning 5.4",
      "",
      "",
      "",
      "resolved 3",
    ]);
  });

  test("is told again where the rule says how often", () => {
    expect(storyOf("loss > 5 repeat 2s", [6, 6, 6, 6, 6, 1])).toEqual([
      "critical 6",
      "",
      "critical 6",
      "",
      "critical 6",
      "resolved 1",
    ]);
  });

  test("has all that was known when it changed", () => {
    const engine = engineOf([ruleOf("loss > 5 for 2s")]);
    engine.line({ loss: 6 }, 7, at(10));
    expect(engine.line({ loss: 5.1 }, 9, at(13))).toEqual([
      {
        rule: "loss > 5 for 2s",
        metric: "loss",
        state: "firing",
        severity: "warning",
        value: 5.1,
        step: 9,
        phrase: "> 5",
        comparison: ">",
        threshold: 5,
        timestamp: STARTED + 13_000,
        lasted: 3000,
      },
    ]);
  });
});

describe("a rule that is to hold for some time", () => {
  test("is pending first, and then fires", () => {
    expect(storyOf("cpu_percent > 90 for 3s", [95, 95, 95, 95, 10])).toEqual([
      "pending 95",
      "",
      "",
      "warning 95",
      "resolved 10",
    ]);
  });

  test("begins anew when it did not hold in between", () => {
    expect(storyOf("cpu_percent > 90 for 2s", [95, 95, 80, 95, 95, 95])).toEqual([
      "pending 95",
      "",
      "inactive 80",
      "pending 95",
      "",
      "warning 95",
    ]);
  });

  test("counts points where it says points", () => {
    expect(storyOf("loss is nan for 3 points", [NaN, NaN, NaN, 1])).toEqual(
      ["pending NaN", "", "warning NaN", "resolved 1"].map((one) => one.replace("warning", "critical")),
    );
  });

  test("does not count the time in which a reading was missing", () => {
    expect(storyOf("cpu_percent > 90 for 2s", [95, undefined, undefined, undefined, 95, 95, 95])).toEqual([
      "pending 95",
      "",
      "",
      "",
      "",
      "",
      "warning 95",
    ]);
  });

  test("does not count the time in which the run was stopped", () => {
    const engine = engineOf([ruleOf("cpu_percent > 90 for 5s")]);
    engine.sample({ cpu_percent: 95 }, at(0));
    engine.skip(100_000);
    expect(engine.sample({ cpu_percent: 95 }, at(101))).toEqual([]);
    expect(engine.sample({ cpu_percent: 95 }, at(106)).map(word)).toEqual(["warning 95"]);
  });

  test("does not care for leaps of the clock", () => {
    const engine = engineOf([ruleOf("cpu_percent > 90 for 5s")]);
    const leap = (seconds: number, by: number) => ({ ...at(seconds), timestamp: STARTED + (seconds + by) * 1000 });
    expect(engine.sample({ cpu_percent: 95 }, leap(0, 0)).map(word)).toEqual(["pending 95"]);
    expect(engine.sample({ cpu_percent: 95 }, leap(1, 3600))).toEqual([]);
    expect(engine.sample({ cpu_percent: 95 }, leap(2, -3600))).toEqual([]);
    expect(engine.sample({ cpu_percent: 95 }, leap(5, -3600)).map(word)).toEqual(["warning 95"]);
  });
});

describe("an alert is critical", () => {
  test.each([
    ["from 1.1 times the threshold", "memory_percent > 85", 93.4, 93.5],
    ["from 1.1 times the threshold of 90, exactly", "cpu_percent > 90", 98.9, 99],
    ["from 100 for a percentage whose 1.1 is more", "disk_percent > 95", 99.9, 100],
    ["from 1.1 times the threshold for what is no percentage", "gpu_0_temperature > 95", 104.4, 104.5],
    ["from 1.1 times a threshold above 100 percent", "workload_cpu_percent > 400", 439, 440],
    ["from a lower threshold by 1.1 down", "gpu_0_utilization < 55", 50.1, 50],
    ["above a range", "x outside 1 to 10", 10.9, 11],
    ["below a range", "x outside 1.1 to 10", 1.01, 1],
  ])("%s", (_, rule, warning, critical) => {
    expect(storyOf(rule, [warning])).toEqual([`warning ${warning}`]);
    expect(storyOf(rule, [critical])).toEqual([`critical ${critical}`]);
  });

  test("at infinity, and never without a positive threshold", () => {
    expect(storyOf("loss > 5", [Infinity])).toEqual(["critical Infinity"]);
    expect(storyOf("x > -10", [Infinity])).toEqual(["warning Infinity"]);
    expect(storyOf("x > 0", [1e9])).toEqual(["warning 1000000000"]);
  });

  test("for a loss that is nan or inf, and a warning for another metric", () => {
    expect(storyOf("val_loss is nan or inf", [Infinity])).toEqual(["critical Infinity"]);
    expect(storyOf("grad_norm is nan", [NaN])).toEqual(["warning NaN"]);
  });

  test("or what the rule says", () => {
    expect(storyOf("loss > 5 => info", [500])).toEqual(["info 500"]);
  });
});

describe("the conditions:", () => {
  test("the threshold itself counts with an equals sign, and only then", () => {
    expect(storyOf("x >= 5", [5])).toEqual(["warning 5"]);
    expect(storyOf("x <= 5", [5])).toEqual(["warning 5"]);
    expect(storyOf("x > 5", [5])).toEqual([""]);
    expect(storyOf("x < 5", [5])).toEqual([""]);
  });

  test("outside", () => {
    expect(storyOf("x outside 1 to 10", [5, 10.5, 9.9, 5, 0.99]).filter(Boolean)).toEqual([
      "warning 10.5",
      "resolved 5",
      "warning 0.99",
    ]);
  });

  test("not improved for points: NaN is no improvement, and a better value ends it", () => {
    expect(storyOf("loss not improved for 3 points", [5, 4, 4, NaN, 4.5, 4.2, 3, 3])).toEqual([
      "",
      "",
      "",
      "",
      "warning 4.5",
      "",
      "resolved 3",
      "",
    ]);
    expect(storyOf("acc not improved for 2 points", [0.5, 0.6, 0.6, 0.5])).toEqual(["", "", "", "warning 0.5"]);
  });

  test("not improved for a time, also when nothing comes", () => {
    const engine = engineOf([ruleOf("loss not improved for 10s")]);
    expect(engine.tick(at(100))).toEqual([]);
    engine.line({ loss: 5 }, 0, at(100));
    expect(engine.tick(at(109))).toEqual([]);
    expect(engine.tick(at(110)).map(word)).toEqual(["warning 5"]);
    expect(engine.line({ loss: 4 }, 1, at(111)).map(word)).toEqual(["resolved 4"]);
  });

  test("changed by a factor within a window", () => {
    const rule = "loss changed by 10x within 5s";
    expect(storyOf(rule, [1, 2, 4, 11, 11, 11, 11, 11, 11, 11])).toEqual([
      "",
      "",
      "",
      "warning 11",
      "",
      "",
      "resolved 11",
      "",
      "",
      "",
    ]);
    expect(storyOf(rule, [1, 1, 1, 1, 1, 1, 1, 1, -1])).toEqual([...Array.from({ length: 8 }, () => ""), "warning -1"]);
  });

  test("no metric: from the start, and again after the last", () => {
    const engine = engineOf([ruleOf("no metric for 60s"), ruleOf("no val_loss for 120s")]);
    engine.sample({ cpu_percent: 3 }, at(50));
    expect(engine.tick(at(59))).toEqual([]);
    expect(engine.tick(at(60)).map(({ metric, state }) => [metric, state])).toEqual([["metric", "firing"]]);
    expect(engine.line({ loss: 1 }, 0, at(61)).map(({ metric, state }) => [metric, state])).toEqual([
      ["metric", "resolved"],
    ]);
    expect(engine.tick(at(120)).map(({ metric }) => metric)).toEqual(["val_loss"]);
    expect(engine.tick(at(121)).map(({ metric }) => metric)).toEqual(["metric"]);
  });

  test("a rate, per second", () => {
    expect(storyOf("rate(disk_used) > 100", [0, 50, 100, 1000, 1001])).toEqual([
      "",
      "",
      "",
      "critical 900",
      "resolved 1",
    ]);
  });

  test("a hang", () => {
    const engine = engineOf([ruleOf("hang for 3s")]);
    const states = [true, true, false, true, true, true, true].map((quiet, index) =>
      engine
        .sample({}, at(index), quiet)
        .map(({ state }) => state)
        .join(),
    );
    expect(states).toEqual(["pending", "", "inactive", "pending", "", "", "firing"]);
  });
});

describe("which series a rule is about:", () => {
  const metricsOf = (rule: string, keys: readonly string[]) =>
    engineOf([ruleOf(rule)])
      .sample(Object.fromEntries(keys.map((key) => [key, 99])), at(0))
      .map(({ metric }) => metric);

  test("any GPU without a number", () => {
    expect(metricsOf("gpu_utilization > 90", ["gpu_0_utilization", "gpu_10_utilization", "gpu_count"])).toEqual([
      "gpu_0_utilization",
      "gpu_10_utilization",
    ]);
    expect(metricsOf("gpu_1_utilization > 90", ["gpu_0_utilization", "gpu_1_utilization"])).toEqual([
      "gpu_1_utilization",
    ]);
  });

  test("all that a glob matches, and nothing that it does not", () => {
    const keys = ["gpu_0_temperature", "gpu_1_temperature", "cpu_temperature", "Val.Loss", "valXLoss"];
    expect(metricsOf("gpu_*_temperature > 90", keys)).toEqual(["gpu_0_temperature", "gpu_1_temperature"]);
    expect(metricsOf("*.[Ll]oss > 90", keys)).toEqual(["Val.Loss"]);
    expect(metricsOf("gpu_?_temperature > 90", keys)).toEqual(["gpu_0_temperature", "gpu_1_temperature"]);
  });

  test("two rules for one metric are told apart", () => {
    const engine = engineOf([ruleOf("cpu_percent > 50"), ruleOf("cpu_percent > 90")]);
    expect(engine.sample({ cpu_percent: 52 }, at(0)).map(({ threshold }) => threshold)).toEqual([50]);
    expect(engine.sample({ cpu_percent: 91 }, at(1)).map((alert) => `${alert.threshold} ${alert.severity}`)).toEqual([
      "50 critical",
      "90 warning",
    ]);
  });

  test("rules whose metric never came are known", () => {
    const engine = engineOf([ruleOf("los > 1"), ruleOf("loss > 1"), ruleOf("no metric for 1h"), ruleOf("hang for 1h")]);
    engine.line({ loss: 0.5 }, 0, at(0));
    expect(engine.unseen().map(({ text }) => text)).toEqual(["los > 1"]);
  });
});

describe("tracelet's own rules", () => {
  const alertsOf = (own: readonly string[], series: Record<string, number>) => {
    const engine = engineOf(withBuiltIns(own.map((text) => ruleOf(text))));
    return engine.sample(series, at(0)).map(({ rule, metric }) => `${metric}: ${rule}`);
  };

  test("watch memory, disk and losses", () => {
    expect(alertsOf([], { memory_percent: 90, disk_percent: 96, train_loss: NaN, acc: NaN })).toEqual([
      "memory_percent: memory_percent > 85",
      "disk_percent: disk_percent > 95",
      "train_loss: *[Ll]oss* is nan or inf",
    ]);
  });

  test("give way to a rule of the same kind for the same series", () => {
    expect(alertsOf(["memory_percent > 99", "loss is nan"], { memory_percent: 90, loss: NaN, val_loss: NaN })).toEqual([
      "loss: loss is nan",
      "val_loss: *[Ll]oss* is nan or inf",
    ]);
    expect(alertsOf(["loss > 100"], { loss: NaN })).toEqual(["loss: *[Ll]oss* is nan or inf"]);
  });

  test("can be switched off, one or all", () => {
    expect(alertsOf(["memory_percent off"], { memory_percent: 90, disk_percent: 99 })).toEqual([
      "disk_percent: disk_percent > 95",
    ]);
    expect(alertsOf(["* off"], { memory_percent: 90, disk_percent: 99, loss: NaN })).toEqual([]);
  });

  test("are about the container where one limits", () => {
    expect(alertsOf([], { memory_percent: 90, container_memory_percent: 20 })).toEqual([]);
    expect(alertsOf([], { memory_percent: 20, container_memory_percent: 90 })).toEqual([
      "container_memory_percent: memory_percent > 85",
    ]);
    expect(alertsOf(["memory_percent > 99"], { memory_percent: 20, container_memory_percent: 90 })).toEqual([]);
  });

  test("tell an idle GPU only where it is the command's", () => {
    const engine = engineOf(withBuiltIns([]), { isOfJob: (key) => key.startsWith("gpu_1_") });
    engine.sample({ gpu_0_utilization: 0, gpu_1_utilization: 0 }, at(0));
    expect(engine.sample({ gpu_0_utilization: 0, gpu_1_utilization: 0 }, at(900)).map(({ metric }) => metric)).toEqual([
      "gpu_1_utilization",
    ]);
  });
});

describe("rules for the command's GPUs", () => {
  const watch = () => engineOf(withBuiltIns([]), { isOfJob: (key) => !key.startsWith("gpu_9_") });
  const told = (alerts: readonly Alert[]) =>
    alerts.map(({ metric, state, severity }) => `${metric} ${state} ${severity}`);

  test("tell a GPU that heat or its hardware slows down for two minutes, and once while it swings", () => {
    const engine = watch();
    const see = (seconds: number, share: number) =>
      told(
        engine.sample({ gpu_0_throttled_thermal_percent: share, gpu_9_throttled_thermal_percent: 100 }, at(seconds)),
      );
    expect(see(0, 30)).toEqual(["gpu_0_throttled_thermal_percent pending warning"]);
    expect(see(60, 11)).toEqual([]);
    expect(see(120, 40)).toEqual(["gpu_0_throttled_thermal_percent firing warning"]);
    expect([see(130, 5), see(140, 40), see(150, 3)]).toEqual([[], [], []]);
    expect(see(160, 1)).toEqual(["gpu_0_throttled_thermal_percent resolved warning"]);
    const hardware = watch();
    hardware.sample({ gpu_1_throttled_hardware_percent: 100, gpu_1_throttled_power_percent: 100 }, at(0));
    expect(
      told(hardware.sample({ gpu_1_throttled_hardware_percent: 100, gpu_1_throttled_power_percent: 100 }, at(120))),
    ).toEqual(["gpu_1_throttled_hardware_percent firing warning"]);
  });

  test("tell a GPU that fell off the bus at once, MIG devices too", () => {
    const engine = watch();
    expect(told(engine.sample({ gpu_0_lost: 0, gpu_1_lost: 0, gpu_9_lost: 1 }, at(0)))).toEqual([]);
    expect(told(engine.sample({ gpu_0_lost: 0, gpu_1_lost: 1, gpu_1_mig_2_lost: 1 }, at(1)))).toEqual([
      "gpu_1_lost firing critical",
      "gpu_1_mig_2_lost firing critical",
    ]);
  });

  test("tell heat only of GPUs of the command", () => {
    const engine = watch();
    engine.sample({ gpu_0_temperature: 90, gpu_9_temperature: 90 }, at(0));
    expect(told(engine.sample({ gpu_0_temperature: 90, gpu_9_temperature: 90 }, at(60)))).toEqual([
      "gpu_0_temperature firing warning",
    ]);
  });
});

describe("an engine that takes over", () => {
  const rules = ["gpu_utilization > 90", "loss > 5", "loss > 7", "cpu_percent > 90 for 60s"].map((text) =>
    ruleOf(text),
  );

  test("goes on where the one before it stood", () => {
    const before = engineOf(rules);
    const told = [
      ...before.sample({ gpu_0_utilization: 95, gpu_1_utilization: 95, loss: 8 }, at(0)),
      ...before.sample({ gpu_0_utilization: 95, gpu_1_utilization: 10, loss: 6 }, at(1)),
    ];
    const open = told.filter(
      (one) =>
        !told.some(
          (other) =>
            other !== one && other.metric === one.metric && other.rule === one.rule && other.state === "resolved",
        ),
    );
    const after = engineOf(rules, { start: at(2), earlier: open });
    const next = { gpu_0_utilization: 95, gpu_1_utilization: 95, loss: 6.9 };
    expect(after.sample(next, at(2)).map(word)).toEqual(before.sample(next, at(2)).map(word));
    const end = { gpu_0_utilization: 1, gpu_1_utilization: 1, loss: 1 };
    expect(after.sample(end, at(3)).map(word)).toEqual(before.sample(end, at(3)).map(word));
  });

  test("lets what was pending go on", () => {
    const pending = engineOf(rules).sample({ cpu_percent: 95 }, at(0));
    const after = engineOf(rules, { start: { timestamp: STARTED + 50_000, at: 7 }, earlier: pending });
    expect(after.sample({ cpu_percent: 95 }, { timestamp: STARTED + 55_000, at: 5007 })).toEqual([]);
    expect(after.sample({ cpu_percent: 95 }, { timestamp: STARTED + 61_000, at: 11_007 }).map(word)).toEqual([
      "warning 95",
    ]);
  });

  test("does not take an absence for over, nor the best so far for none", () => {
    const own = [ruleOf("no metric for 60s"), ruleOf("loss not improved for 2 points")];
    const before = engineOf(own);
    const told = [...before.tick(at(60)), ...[5, 5, 5].flatMap((loss, step) => before.line({ loss }, step, at(61)))];
    const stalled = told.filter(({ metric, state }) => metric === "loss" && state === "firing");
    const after = engineOf(own, { start: at(62), earlier: [...told.slice(0, 1), ...stalled], best: () => 5 });
    expect(after.tick(at(63))).toEqual([]);
    expect(after.line({ loss: 6 }, 4, at(64)).map(({ metric, state }) => [metric, state])).toEqual([
      ["metric", "resolved"],
    ]);
    expect(after.line({ loss: 4 }, 5, at(65)).map(({ metric, state }) => [metric, state])).toEqual([
      ["loss", "resolved"],
    ]);
  });
});
