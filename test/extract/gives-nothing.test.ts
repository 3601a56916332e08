import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createEmptyTest } from "../../src/extract/quick/gives-nothing.ts";
import { createMessageReader } from "../../src/extract/messages.ts";
import { searchableText } from "../../src/extract/lines/terminal-text.ts";

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ..."word and the shard file took moved of seconds now done samples worker x n t".split(" "),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ..."loss acc epoch step valLoss 13epoch top5 f1 norm lr len per/s it/s sec score trees # iter stage item base round e k train val Metric".split(
        " ",
      ),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(..."1 12 0.5 3e-4 1,234 91% 18ms 3/10 nan inf 1-2 -1 v1.2 +3 7it/s".split(" ")),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ..."INFO|[INFO]|WARNING|2026-01-02|10:11:12,345|[2026-01-02 10:11:12]|[rank0]:|INFO:a:| - a - INFO - |[3/10]|[ 5]|[2,  2400]".split(
        "|",
      ),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ..." = : | , ; / % @ - + _ ' \" . .. # < > ( ) [ ] ---- ==== -> => :: * ~ { } é".split(" "),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "File ",
      "np.float64(0.5)",
      "OrderedDict([('loss', 0.5)])",
      "tensor(1)",
      "Up. 3",
      "\t",
      "  ",
      "   ",
      "so far",
      "Traceback",
    ),
  },
);
const line = fc
  .array(fc.tuple(piece, fc.constantFrom(" ", " ", "", "  ", ": ", "=")), { minLength: 1, maxLength: 9 })
  .map((pieces) => pieces.flat().join(""));

test("a line of which the quick look says that it gives nothing gives nothing by the dialects", () => {
  const givesNothing = createEmptyTest();
  let quick = 0;
  fc.assert(
    fc.property(line, (text) => {
      const bytes = Buffer.from(text);
      if (givesNothing(bytes, 0, bytes.length) === -1) return;
      quick += 1;
      const messages = createMessageReader();
      expect([messages.read(searchableText(bytes)).entries, messages.memory()]).toEqual([[], 0]);
    }),
    { numRuns: 5000 },
  );
  expect(quick).toBeGreaterThan(200);
});

test.each([
  "2026-01-02 10:11:12,345 INFO data: moved shard 12 of 4096 in 3.4s",
  "[rank5]: the merged 66636 samples from /data/part-008728.parquet",
  "[2026-01-02 10:11:12,345] DEBUG index 3fa9c1d2-77ab moved 18 by 0a9b8c7d6e5f",
  "moved 12 files | data.shards | 3 left",
  "  rotated the writing, no reading needed 3",
])("gives nothing at a glance: %s", (text) => {
  const bytes = Buffer.from(text);
  expect(createEmptyTest()(bytes, 0, bytes.length)).toBe(bytes.length);
});

test.each([
  "loss 3",
  "Changing lr from 1 to 0.8",
  "valLoss 3",
  "a=3",
  "a : 3",
  "Epoch 3",
  "3: 0.5",
  "1-2score 1",
  "3/10norm 1",
  "samples sec 1",
  "[3] a 5",
  "3 | b 4.5",
  "| a | b |",
  "a || b 4.5",
  "Metric | train | val",
  "-----",
  "7 it/s",
  '  File "a", line 3',
  "now, # ",
])("is looked at: %s", (text) => {
  const bytes = Buffer.from(text);
  expect(createEmptyTest()(bytes, 0, bytes.length)).toBe(-1);
});
