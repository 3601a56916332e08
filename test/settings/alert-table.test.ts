import { describe, expect, test } from "vitest";
import { settingsOf } from "./scene.ts";

const rules = async (toml: string) => (await settingsOf({ files: { "tracelet.toml": toml } })).alert;
const table = async (...lines: string[]) => (await rules(["[[alert]]", ...lines].join("\n")))[0];

describe("an [[alert]] table is a rule as it could be typed:", () => {
  test.each([
    [
      ['metric = "memory_percent"', "above = 85", 'for = "30s"', "clear = 80", 'repeat = "30m"'],
      "memory_percent > 85 for 30s clear 80 repeat 30m",
    ],
    [['metric = "loss"', "below = 0.5", 'severity = "critical"'], "loss < 0.5 => critical"],
    [['metric = "lr"', "outside = [0.1, 0.9]"], "lr outside 0.1 to 0.9"],
    [['metric = "loss"', 'is = "nan or inf"'], "loss is nan or inf"],
    [['metric = "val_loss"', 'not_improved = "10 points"'], "val_loss not improved (min) for 10 points"],
    [['metric = "speed"', 'not_improved = "1h"', 'goal = "max"'], "speed not improved (max) for 1h"],
    [['metric = "loss"', "changed = 10", 'within = "5m"'], "loss changed by 10x within 5m"],
    [['metric = "metric"', 'absent = "15m"'], "no metric for 15m"],
    [
      ['metric = "disk_used"', "above = 1e9", "rate = true", 'for = "5 samples"'],
      "rate(disk_used) > 1000000000 for 5 points",
    ],
    [['metric = "hang"', 'for = "20m"'], "hang for 20m"],
    [['metric = "cpu_percent"', "off = true"], "cpu_percent off"],
  ])("%s", async (lines, text) => expect((await table(...lines))?.text).toBe(text));
});

test("its actions are words, or keys of their own", async () => {
  const rule = await table(
    'metric = "loss"',
    'is = "nan"',
    'actions = ["notify", "signal USR1", "command"]',
    'command = ["./save", "x"]',
    'timeout = "5s"',
  );
  expect(rule?.actions).toMatchObject([
    { kind: "notify" },
    { kind: "signal", signal: "SIGUSR1" },
    { kind: "command", command: ["./save", "x"], timeout: 5000 },
  ]);
});

test("tables and texts may stand beside each other, and pyproject.toml has them too", async () => {
  const toml = 'alert = ["loss > 3", { metric = "loss", is = "nan" }]';
  expect((await rules(toml)).map(({ text }) => text)).toEqual(["loss > 3", "loss is nan"]);
  const files = { "pyproject.toml": '[[tool.tracelet.alert]]\nmetric = "loss"\nabove = 3\n' };
  expect((await settingsOf({ files })).alert.map(({ text }) => text)).toEqual(["loss > 3"]);
});

test("a rule that is given twice is one rule that does all that was asked of it", async () => {
  const [rule, other] = (await settingsOf({ flags: { alert: ["loss > 3 => notify", "loss > 3 => stop, notify"] } }))
    .alert;
  expect([rule?.actions, other]).toEqual([[{ kind: "notify" }, { kind: "stop" }], undefined]);
});

describe("a mistake in a table names the key and says what to type:", () => {
  const first = "of [[alert]] number 1 in tracelet.toml is";
  test.each([
    [["above = 85"], `metric ${first} missing, which is no name of a metric; type metric = "memory_percent"`],
    [['metric = "loss"', 'above = "85"'], `above ${first} "85", which is no number; type above = 85`],
    [
      ['metric = "loss"', "above = 85", "for = 30"],
      `for ${first} 30, which has no unit, such as s, m, h or d; type for = "30s"`,
    ],
    [
      ['metric = "loss"', "above = 85", 'for = "30"'],
      `for ${first} "30", which has no unit, such as s, m, h or d; type for = "30s"`,
    ],
    [
      ['metric = "loss"', "outside = [9, 1]"],
      "[[alert]] number 1 in tracelet.toml is a rule, where 9 and 1 are in the wrong order; type 'loss outside 1 to 9' as a table",
    ],
    [
      ['metric = "loss"', "above = 1", "abov = 2"],
      "[[alert]] number 1 in tracelet.toml has the unknown key 'abov'; type above",
    ],
    [
      ['metric = "loss"', "above = 1", 'severity = "bad"'],
      `severity ${first} "bad", which is none of info, warning, critical; type severity = "critical"`,
    ],
    [
      ['metric = "loss"', "above = 1", 'actions = ["stpo"]'],
      `actions ${first} ["stpo"], where 'stpo' is none of info, warning, critical, notify, webhook, stop, signal, command (stop?); type actions = ["notify", "webhook"]`,
    ],
    [
      ['metric = "loss"', "above = 1", "below = 2"],
      `[[alert]] number 1 in tracelet.toml has both above and below; make two tables of them, as in: [[alert]] with metric = "memory_percent" and above = 85`,
    ],
  ])("%s", async (lines, message) => expect(table(...lines)).rejects.toThrow(message));
});

describe("[webhook]", () => {
  const withHook = (lines: string, env: Record<string, string> = {}) =>
    settingsOf({ files: { "tracelet.toml": `[webhook]\n${lines}` }, env, flags: { alert: ["loss > 3 => webhook"] } });

  test("names an address, or the variable that has it", async () => {
    expect((await withHook('url = "http://127.0.0.1:1/x"')).webhook).toEqual({
      url: "http://127.0.0.1:1/x",
      format: "json",
    });
    const env = { HOOK: "https://h.example/secret" };
    expect((await withHook('url_env = "HOOK"\nformat = "slack"', env)).webhook).toEqual({
      url: env.HOOK,
      format: "slack",
    });
  });

  test("may be variables alone", async () => {
    const env = { TRACELET_WEBHOOK_URL: "https://h.example/s", TRACELET_WEBHOOK_FORMAT: "slack" };
    const { webhook } = await settingsOf({ env, flags: { alert: ["loss > 3 => webhook"] } });
    expect(webhook).toEqual({ url: "https://h.example/s", format: "slack" });
  });

  test.each([
    [
      'url = "hooks.example.com/T0"',
      'url of [webhook] in tracelet.toml does not begin with https:// or http://; type url = "https://hooks.example.com/T000/B000"',
    ],
    [
      'url_env = "HOOK"',
      "the variable HOOK, which [webhook] in tracelet.toml names, is not set; type export HOOK=https://…",
    ],
    ['urll = "x"', "[webhook] in tracelet.toml has the unknown key 'urll'; type url"],
    [
      'url = "http://x/"\nformat = "xml"',
      'format of [webhook] in tracelet.toml is "xml", which is neither "json" nor "slack"; type format = "slack"',
    ],
    [
      "",
      "the alert rule 'loss > 3' has a webhook, and no address is given; type export TRACELET_WEBHOOK_URL=https://…, or write [webhook] with a url into tracelet.toml",
    ],
  ])("%s is a mistake", async (lines, message) => expect(withHook(lines)).rejects.toThrow(message));
});

describe("a requirement that cannot be read points at its column:", () => {
  test.each([
    ["val_acc", "where column 8 is the end of the rule, and a comparison is missing; type --require 'val_acc >= 0.97'"],
    ["val_acc = 1", "where '=' at column 9 is none of >= > <= < == !=; type --require 'val_acc >= 0.97'"],
    [
      "maxx(a) > 1",
      "where 'maxx' at column 1 is none of last, first, min, max, mean, count; type --require 'max(memory_percent) < 90'",
    ],
    ["acc > high", "where 'high' at column 7 is no number; type --require 'acc > 0.97'"],
  ])("%s", async (text, problem) => {
    await expect(settingsOf({ flags: { require: [text] } })).rejects.toThrow(`--require is '${text}', ${problem}`);
  });
});
