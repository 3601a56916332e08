import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createOutline, drawOutline } from "../../src/extract/quick/outline.ts";
import { isOfShape, stepsOf } from "../../src/extract/quick/same-shape.ts";

const piece = fc.constantFrom(
  ..."loss acc f1 top5 AP50 3h12m epoch é @ \\ = : , ; / - + . % # ( ) [ ] { } | \" '".split(" "),
  ..."2026-01-02 10:11:12,345 v1.2.3 1,234 0x1f".split(" "),
  " ",
  "  ",
  "\t",
);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("0", "7", "12", "100", "0.5", "12.25", "3/10", "12/100", "-1", "-0.5") },
  { weight: 1, arbitrary: fc.constantFrom("3e-4", "18ms", "2.5s", "1234567890123456", "0.1234567890", "91%", "00") },
);
/** Lines that differ in their numbers, and now and then in a piece. */
const lines = fc.array(fc.tuple(piece, fc.boolean()), { minLength: 1, maxLength: 8 }).chain((pieces) =>
  fc
    .array(fc.tuple(fc.array(number, { minLength: 8, maxLength: 8 }), fc.nat(40), piece), {
      minLength: 2,
      maxLength: 4,
    })
    .map((made) =>
      made.map(([numbers, at, other]) =>
        pieces
          .map(([text, isBefore], place) => (at === place ? other : text) + (isBefore ? (numbers[place] ?? "") : ""))
          .join(""),
      ),
    ),
);

test("a line that is compared with a shape has it just when its own shape is that one, with the same lengths of its numbers", () => {
  fc.assert(
    fc.property(lines, ([first = "", ...others]) => {
      const outline = createOutline();
      const line = Buffer.from(`>${first}<`);
      if (!drawOutline(outline, line, 1, line.length - 1)) return;
      const shape = outline.bytes.slice(0, outline.length);
      const steps = stepsOf(outline, line, 1, line.length - 1);
      for (const text of [first, ...others]) {
        // What stands around the line is not looked at.
        const other = Buffer.from(`5${text}5`);
        const drawn = createOutline();
        const isDrawn = drawOutline(drawn, other, 1, other.length - 1);
        const isSame = isDrawn && Buffer.compare(drawn.bytes.subarray(0, drawn.length), shape) === 0;
        const compared = createOutline();
        expect(steps !== undefined && isOfShape(steps, compared, other, 1, other.length - 1)).toBe(isSame);
        const runs = isSame ? drawn.runs : 0;
        expect(compared.shifts.slice(0, runs)).toEqual(drawn.shifts.slice(0, runs));
      }
    }),
    { numRuns: 500 },
  );
});

test("a line with a colour is not compared", () => {
  const outline = createOutline();
  const line = Buffer.from("\u001b[31mloss\u001b[0m=0.5");
  expect(drawOutline(outline, line, 0, line.length)).toBe(true);
  expect(stepsOf(outline, line, 0, line.length)).toBeUndefined();
});
