import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatLocalTime,
  formatNumber,
  formatPercent,
  formatQuantity,
} from "../../src/model/format.ts";

describe("formatting", () => {
  test.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1023 * 1024, "1023 KiB"],
    [1.5 * 1024 ** 3, "1.5 GiB"],
    [2000 * 1024 ** 5, "2000 PiB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0, "0 s"],
    [-5, "0 s"],
    [420, "0.42 s"],
    [12_345, "12.3 s"],
    [59_960, "1 min"],
    [123_000, "2 min 3 s"],
    [3_599_600, "1 h"],
    [3_720_000, "1 h 2 min"],
    [86_399_999, "1 d"],
    [273_600_000, "3 d 4 h"],
  ])("%d ms are %s", (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

  test.each([
    [1, "1 core"],
    [1.1031611924419813, "1.1 cores"],
    [0.5, "0.5 cores"],
  ])("%d cores are %s", (cores, text) => expect(formatQuantity(cores, "cores")).toBe(text));

  test("a duration never shows sixty of a unit that has a larger one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000_000 }), (milliseconds) => {
        expect(formatDuration(milliseconds)).not.toMatch(/\b60 (s|min)|\b24 h/);
      }),
    );
  });

  test.each([
    [NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [0.123456, "0.1235"],
    [3e-7, "3e-7"],
    [1234567, "1234567"],
    [-0.5, "-0.5"],
  ])("the number %d is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  test("percentages have a digit behind the point only where it matters", () => {
    expect([0, 3.44, 87.3, 100, 250].map(formatPercent)).toEqual(["0 %", "3.4 %", "87 %", "100 %", "250 %"]);
  });

  test("quantities have the sign of their unit", () => {
    expect(formatQuantity(54, "celsius")).toBe("54 °C");
    expect(formatQuantity(300.5, "watts")).toBe("300.5 W");
    expect(formatQuantity(31.5, "hours")).toBe("1 d 8 h");
    expect(formatQuantity(12, "count")).toBe("12");
  });

  test("a time is local, and a damaged one is unknown", () => {
    expect(formatLocalTime(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe("2026-01-02 03:04:05");
    expect(formatLocalTime(NaN)).toBe("unknown");
  });
});
