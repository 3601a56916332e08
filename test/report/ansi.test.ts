import { describe, expect, test } from "vitest";
import { plainLine, styledLines } from "../../src/report/ansi.ts";

const looks = (text: string) => styledLines(text).map((line) => line.map(({ text, classes }) => [text, ...classes]));

describe("output with escape codes", () => {
  test("keeps its colours, over line ends too", () => {
    expect(looks("\u001b[1;31merror\u001b[0m: no\n\u001b[33mon\nand on\u001b[39m off")).toEqual([
      [["error", "red", "bold"], [": no"]],
      [["on", "yellow"]],
      [["and on", "yellow"], [" off"]],
    ]);
  });

  test.each([
    ["colours of 256 and of 24 bits", "\u001b[38;5;196mx\u001b[48;2;1;2;31my", "xy"],
    ["cursor movements", "\u001b[2K\u001b[1Gdone\u001b[?25h", "done"],
    ["titles and links", "\u001b]0;title\u0007\u001b]8;;https://example.org\u001b\\text\u001b]8;;\u001b\\", "text"],
  ])("has none of its %s", (_, text, plain) => {
    expect(plainLine(text)).toBe(plain);
    expect(
      styledLines(text)
        .flat()
        .map((piece) => piece.text)
        .join(""),
    ).toBe(plain);
  });

  test("has of a bar that was drawn over itself the last state", () => {
    expect(plainLine("10%|#   |\r50%|##  |\r100%|####|\r")).toBe("100%|####|");
  });

  test("keeps an escape character that begins nothing, which is then shown", () => {
    expect(plainLine("\u001b and on")).toBe("\u001b and on");
  });
});
