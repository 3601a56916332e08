import * as fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf } from "../../src/extract/names/keys.ts";
import { withoutQuotes } from "../../src/extract/pairs/quoted-names.ts";

/** The same by a pattern, which takes its time for each match. */
const byPattern = (text: string): string =>
  text.replace(/(["'])([^"'=:,{}]{1,100})\1(?= ?:|=)/g, (_, __, name: string) => keyOf(name));

test.each([
  ['"val loss": 0.5, "acc" : 1', "val_loss: 0.5, acc : 1"],
  ["'loss': '0.5'", "loss: '0.5'"],
  ["it's 'loss': 1", "it's loss: 1"],
  ["metric 'loss'=0.5", "metric loss=0.5"],
  ['"": 1', '"": 1'],
  ['"loss  : 1', '"loss  : 1'],
])("the names of %o lose their quotes", (text, bare) => {
  expect(withoutQuotes(text)).toBe(bare);
});

test("it is what the pattern says", () => {
  const piece = fc.constantFrom('"', "'", "a", "loss", " ", ":", " :", ",", "{", "}", "=", "x".repeat(99), "é");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      expect(withoutQuotes(pieces.join(""))).toBe(byPattern(pieces.join("")));
    }),
    { numRuns: 3000 },
  );
});
