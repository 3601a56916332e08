import { expect, test } from "vitest";

import type { Checkup } from "../../src/model/checkup.ts";
import { checkupToJson, renderCheckup } from "../../src/terminal/checkup.ts";
import { textWidth } from "../../src/terminal/width.ts";

const GOOD: Checkup = {
  probes: [
    { probe: "cpu", state: "works", keys: ["cpu_percent"], unavailable: [], cpu_microseconds: 42 },
    { probe: "memory", state: "works", keys: ["memory_percent"], unavailable: [] },
    {
      probe: "gpu",
      state: "unavailable",
      keys: [],
      unavailable: [{ state: "unavailable", metrics: ["gpu_count"], reason: "no driver", hint: "install one" }],
    },
  ],
  backends: [{ backend: "mlflow", state: "unset", wanted: false, reason: "no address" }],
};
const BAD: Checkup = { probes: [], backends: [{ backend: "mlflow", state: "failed", wanted: true, reason: "down" }] };

test("a line for each probe and backend says what it gives, what it costs, or why not and what to do", () => {
  expect(renderCheckup(GOOD, {}).split("\n")).toEqual([
    "Probes",
    "  cpu     works        0.042 ms  cpu_percent",
    "  memory  works                  memory_percent",
    "  gpu     unavailable            no driver (install one)",
    "",
    "Backends",
    "  mlflow  unset                  no address",
    "",
    "nothing is wrong here",
  ]);
});

test("problems are counted at the end", () => {
  expect(renderCheckup(BAD, {})).toMatch(
    /\n3 problems: cpu_percent cannot be read; memory_percent cannot be read; mlflow does not work$/,
  );
});

test("lines are broken between words in a terminal", () => {
  const long = {
    ...GOOD,
    backends: [{ backend: "x", state: "failed" as const, wanted: false, reason: "why ".repeat(60) }],
  };
  for (const line of renderCheckup(long, { isTTY: true, columns: 60 }, { env: { NO_COLOR: "1" } }).split("\n")) {
    expect(textWidth(line)).toBeLessThanOrEqual(60);
  }
});

test("as JSON it has the problems first", () => {
  expect(JSON.parse(checkupToJson(GOOD))).toEqual({ ok: true, problems: [], ...GOOD });
  expect(JSON.parse(checkupToJson(BAD))).toMatchObject({
    ok: false,
    problems: expect.arrayContaining(["mlflow does not work"]),
  });
});
