import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import { alertLine } from "../../src/terminal/alert-line.ts";
import { annotation } from "../../src/terminal/annotation.ts";

const ALERT: Alert = {
  rule: "memory_percent > 85 for 30s",
  metric: "memory_percent",
  state: "firing",
  severity: "warning",
  value: 87.345678,
  phrase: "> 85",
  comparison: ">",
  threshold: 85,
  timestamp: 0,
  lasted: 30_400,
};
const PIPE = { isTTY: false, env: {} };
const line = (changes: Partial<Alert>) => alertLine({ ...ALERT, ...changes }, PIPE);

describe("an alert's line has the value, the threshold and for how long:", () => {
  test.each<[Partial<Alert>, string]>([
    [{}, "alert warning: memory_percent 87.35 > 85 for 30.4 s"],
    [{ lasted: 400 }, "alert warning: memory_percent 87.35 > 85"],
    [{ repeated: true, lasted: 1_800_000 }, "alert warning: still memory_percent 87.35 > 85 for 30 min"],
    [{ state: "resolved", value: 70, lasted: 90_000 }, "alert resolved: memory_percent 70, was > 85 for 1 min 30 s"],
    [
      { metric: "loss", value: NaN, phrase: "is nan or inf", step: 21, severity: "critical", lasted: 0 },
      "alert critical: loss is nan at step 21",
    ],
    [{ metric: "loss", value: -Infinity, phrase: "is nan or inf", lasted: 0 }, "alert warning: loss is -inf"],
    [
      { metric: "val_loss", value: 0.4, phrase: "not improved for 10 points", step: 30 },
      "alert warning: val_loss 0.4 not improved for 10 points at step 30",
    ],
    [
      { metric: "lr", value: 3, phrase: "outside 0.1 to 0.30000000000004", lasted: 0 },
      "alert warning: lr 3 outside 0.1 to 0.3",
    ],
    [
      { metric: "hang", phrase: "hang", lasted: 900_000 },
      "alert warning: no output, no CPU time and no GPU work for 15 min",
    ],
    [{ metric: "a\u001b[31mb", lasted: 0 }, "alert warning: a [31mb 87.35 > 85"],
  ])("%o", (changes, text) => expect(line(changes)).toBe(`tracelet: ${text}`));

  test("no value at all where nothing comes", () => {
    const { value: _, ...absent } = { ...ALERT, metric: "metric", phrase: "absent for 15m" };
    expect(alertLine(absent, PIPE)).toBe("tracelet: alert warning: no metric for 15m");
  });
});

test("it is coloured and rings the bell on a terminal only", () => {
  expect(alertLine(ALERT, { isTTY: true, env: {}, bell: true })).toBe(
    "tracelet: alert \u001b[33mwarning\u001b[39m: memory_percent 87.35 > 85 for 30.4 s\u0007",
  );
  expect(alertLine(ALERT, { isTTY: true, env: { NO_COLOR: "1" } })).toBe(line({}));
  expect(alertLine(ALERT, { ...PIPE, bell: true })).toBe(line({}));
});

test("an annotation is one line, whatever is in it", () => {
  expect(annotation("info", "100 %\r\nof it")).toBe("::notice title=tracelet alert::100 %25%0D%0Aof it");
});
