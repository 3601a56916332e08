import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokenize, tokenizeByPattern } from "../../src/extract/tokens/tokens.ts";

const piece = fc.oneof(
  fc.constantFrom(
    ..."loss acc step nan -inf INFO inf v1.2 v 1 12 0.5 .5 5. 1,234 1e5 3e-4 1e 91% 18ms 3.67MB/s it/s 3d_2 e308".split(
      " ",
    ),
    ..."[ ] ( ) { } = : | , ; / // % @ - + _ ' ’ \" . .. ~ ~/ http:// git+ssh:// :/ é µ ° ━ 損 損失 за あ 가 % # < >".split(
      " ",
    ),
    ..." |  |   |\t| \t|\n|\u00a0| / | /|[10/782]|[ 3]|[1-2/3 (4%)]|3 / 10 (30%)|2026-01-02|10:11:12|1-2".split("|"),
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);

test("the quick way cuts a line into the same tokens as the pattern", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const line = pieces.join("");
      expect(tokenize(line)).toEqual(tokenizeByPattern(line));
    }),
    { numRuns: 5000 },
  );
});
