import { expect, test } from "vitest";
import { readChannelLine, readTime } from "../../src/extract/channel-line.ts";

test.each([
  ['{"loss": 0.3, "step": 10}', { metrics: { loss: 0.3 }, step: 10 }],
  ['  {"val": {"loss": 1e-3, "top 1": 2}} \r', { metrics: { "val/loss": 0.001, "val/top_1": 2 } }],
  [
    '{"a": NaN, "b": -Infinity, "c": "NaN", "d": "Infinity"}',
    { metrics: { a: NaN, b: -Infinity, c: NaN, d: Infinity } },
  ],
  ['{"a": 1, "b": "0.3", "c": null, "d": true, "e": [1]}', { metrics: { a: 1 } }],
  ['{"time": 0.3, "epoch": 2, "lr": 1}', { metrics: { time: 0.3, epoch: 2, lr: 1 } }],
  ['{"a": 1, "timestamp": 1795378530.5}', { metrics: { a: 1 }, timestamp: 1795378530500 }],
  ['{"a": 1, "timestamp": 1795378530012}', { metrics: { a: 1 }, timestamp: 1795378530012 }],
  ['{"a": 1, "timestamp": "2026-11-22T20:15:30Z"}', { metrics: { a: 1 }, timestamp: 1795378530000 }],
  ['{"__proto__": 1, "step": 2.5}', { metrics: JSON.parse('{"__proto__": 1}'), step: 2.5 }],
])("%j is read", (text, line) => {
  expect(readChannelLine(text)).toEqual(line);
});

test.each([
  ["nothing", "is no JSON object"],
  ['{"a": 1', "is no JSON object"],
  ['{"a": 1} x', "is no JSON object"],
  ['[{"a": 1}]', "is no JSON object"],
  ["\u0000\u0001\ufffd", "is no JSON object"],
  [`${'{"a":'.repeat(10_000)}1`, "is no JSON object"],
  ["{}", "has no number beside step and timestamp"],
  ['{"step": 3}', "has no number beside step and timestamp"],
  ['{"a": "b"}', "has no number beside step and timestamp"],
  ['{"a": 1, "step": "x"}', "has a step that is no number"],
  ['{"a": 1, "step": NaN}', "has a step that is no number"],
  ['{"a": 1, "timestamp": 0.35}', "has a timestamp that is no time"],
  ['{"a": 1, "timestamp": "soon"}', "has a timestamp that is no time"],
])("%j is refused", (text, problem) => {
  expect(readChannelLine(text)).toEqual({ problem });
});

test("a line has at most a thousand metrics", () => {
  const entries = Array.from({ length: 1200 }, (_, index) => [`m${index}`, index]);
  const line = readChannelLine(JSON.stringify(Object.fromEntries(entries)));
  expect("metrics" in line && Object.keys(line.metrics)).toHaveLength(1000);
});

test.each([
  ["1795378530", 1795378530000],
  ["1795378530012", 1795378530012],
  ["2026-11-22", 1795305600000],
  ["12", undefined],
  ["nan", undefined],
  ["-1795378530", undefined],
  ["1e300", undefined],
  ["2026-99-99", undefined],
])("the time %j", (text, milliseconds) => {
  expect(readTime(text)).toBe(milliseconds);
});
