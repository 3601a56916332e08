import { describe, expect, test } from "vitest";
import { createStyle } from "../../src/terminal/style.ts";

const colours = (isTTY: boolean, env: NodeJS.ProcessEnv) => createStyle({ isTTY, env }).level;

describe("createStyle", () => {
  test("colours a terminal and nothing else", () => {
    expect(colours(true, {})).toBe(1);
    expect(colours(false, {})).toBe(0);
    expect(createStyle({ isTTY: true, env: {} }).red("x")).toBe("\u001b[31mx\u001b[39m");
  });

  test("respects NO_COLOR, but not an empty one, and a terminal that is dumb", () => {
    expect(colours(true, { NO_COLOR: "1" })).toBe(0);
    expect(colours(true, { NO_COLOR: "" })).toBe(1);
    expect(colours(true, { TERM: "dumb" })).toBe(0);
  });

  test.each([
    ["", 1],
    ["1", 1],
    ["true", 1],
    ["2", 2],
    ["3", 3],
    ["0", 0],
    ["false", 0],
  ])("respects FORCE_COLOR=%s, before NO_COLOR, as Node does", (value, level) => {
    expect(colours(false, { FORCE_COLOR: value, NO_COLOR: "1" })).toBe(level);
  });
});
