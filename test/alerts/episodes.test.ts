import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createAlertEngine } from "../../src/alerts/engine.ts";
import { alertEpisodes } from "../../src/alerts/episodes.ts";
import type { Alert, AlertRule } from "../../src/model/alert.ts";

const rule: AlertRule = { metric: "cpu_percent", comparison: ">", threshold: 80 };

function alertsOf(values: readonly number[]): Alert[] {
  const engine = createAlertEngine([rule]);
  return values.flatMap((value, index) => engine.observe({ cpu_percent: value }, index));
}

test("an episode has its first time, its highest severity with the value, and its last state", () => {
  expect(alertEpisodes(alertsOf([81, 90, 70, 85]))).toEqual([
    { ...rule, value: 90, severity: "critical", state: "resolved", timestamp: 0 },
    { ...rule, value: 85, severity: "warning", state: "firing", timestamp: 3 },
  ]);
});

test("an end whose beginning was lost is an episode of its own", () => {
  const [, end] = alertsOf([81, 70]);
  expect(alertEpisodes(end === undefined ? [] : [end])).toEqual([end]);
});

test("there are as many episodes as beginnings, and only the last can be open", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 60, max: 100 })), (values) => {
      const begins = values.filter((value, index) => value > 80 && (values[index - 1] ?? 0) <= 80);
      const episodes = alertEpisodes(alertsOf(values));
      expect(episodes).toHaveLength(begins.length);
      expect(episodes.slice(0, -1).every((episode) => episode.state === "resolved")).toBe(true);
    }),
  );
});
