import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineReader } from "../../src/extract/lines/console-lines.ts";
import { decimalAt } from "../../src/extract/tokens/decimal.ts";
import { createExtractor } from "../../src/extract/index.ts";
import { firstRow, type HeldRows, type RowEnd, withRow } from "../../src/extract/tables/held-rows.ts";
import { createMessageReader } from "../../src/extract/messages.ts";
import { createNameBook } from "../../src/extract/names/name-book.ts";
import type { Extracted } from "../../src/model/extract.ts";
import { createStepTracker } from "../../src/extract/steps.ts";
import { searchableText } from "../../src/extract/lines/terminal-text.ts";

type Point = readonly [offset: number, key: string, value: number, step: number];

/** What the extractor finds, with its plans. */
function byPlans(log: Uint8Array): Point[] {
  const extractor = createExtractor();
  return [...extractor.push("stdout", log, 0, 0), ...extractor.end()].flatMap(({ offset, metrics, step }) =>
    Object.entries(metrics).map(([key, value]): Point => [offset, key, value, step]),
  );
}

/** The same with every line read by the dialects. */
function byDialects(log: Uint8Array): Point[] {
  const messages = createMessageReader();
  const tracker = createStepTracker(createNameBook());
  const points: Point[] = [];
  let block: HeldRows<RowEnd> | undefined;
  const settle = (entries: readonly Extracted[], offset: number): void => {
    for (const { key, value, step } of tracker.settle(entries)) points.push([offset, key, value, step]);
  };
  const endBlock = (): void => {
    settle(block?.entries ?? [], block?.end.offset ?? 0);
    block = undefined;
  };
  const reader = createLineReader((bytes, start, end, _, offset) => {
    const text = searchableText(bytes.subarray(start, end));
    // A line of nothing but colours belongs to the block it is in.
    const entries = text === "" ? [] : messages.read(text).entries;
    if (messages.isInBlock()) {
      const grown = withRow(block, entries, { offset });
      if (grown === undefined) endBlock();
      block = grown ?? firstRow(entries, { offset });
      return;
    }
    endBlock();
    settle(entries, offset);
  });
  reader.push(log, 0, 0);
  reader.end();
  endBlock();
  return points;
}

const inOrder = (points: Point[]): Point[] =>
  points
    // A step of -0 is one of 0 where points are grouped.
    .map(([offset, key, value, step]): Point => [offset, key, value, step + 0])
    .toSorted((one, other) => one[0] - other[0] || one[3] - other[3] || (one[1] < other[1] ? -1 : 1));

/** Lines of every kind; `7` stands for any digit. */
const LINES = [
  "epoch 7 step 777 loss=7.777 acc=7.77 lr=7e-7",
  "epoch 7 step 777 loss=nan acc=-7.77 lr=7.7e+77",
  "step=7e777 loss=7",
  "step 77777777777777777777 loss 7.77777777777777777777",
  "7777-77-77 77:77:77,777 INFO worker 77 processed shard 777777 of 7777 (file data/part-777777.parquet)",
  "7777-77-77 77:77:77,777 - trainer - INFO - epoch: 7 | step: 77 | loss:   7.7777 | tok/s: 77,777",
  "\u001b[77mloss\u001b[7m: \u001b[7m7.7\u001b[0m top\u001b[7m7 7.7",
  "Test: 7.7 [7/77 (7%)]",
  "Test: 7 [7/77 (77%)]\tLoss: 7.77 Acc@7 77.7 (77.77) AP77: 7.7 top7=7 l7=7",
  "[7,  7777] loss: 7.777",
  "[7-77] val loss 7.7 [7/77]",
  "Epoch 7/77",
  "Epoch [7/77], Step [77/777], Loss: 7.7777, r7: 7.7 f7 7.7 seed7: 7",
  "loss=7/7 acc: 77/777 (7.7%)",
  "eta: 7h77m  iter: 77  loss: 7.77K  max_mem: 7777M speed 7.7 it/s",
  "beta7=7.7 momentum=7.7",
  "lr: 7.7",
  "tau: 7.7 7.7 samples/s",
  '{"step": 7, "loss": 7.7, "a7": 7, "a7": "x", "eval": {"f7": 7}}',
  '{"t": 7, "worker": 7, "bytes": 777}',
  '{"key": "eval_start", "value": 7, "metadata": {"epoch": 7}}',
  '{"loss-7": "x", "loss-7": 7.7}',
  '{"key": "time", "value": 7, "epoch": 7}',
  "{'loss': '7.77', 'epoch': 7.7}",
  "Epoch 7:  77%|███   | 7/77 [77:77<77:77, 7.7it/s, loss=7.77]",
  "Epoch:  77%|█     | 7/77 [77:77<77:77, 7.7it/s, loss=7.7, top7=7.7] acc=7.7",
  "77%|██| 77/777 [77:77<77:77,  7.7s/it, 7/7, v=7, loss=nan, lr=7.7e-7]",
  " 77%|███   | 7.7M/77M [77:77<77:77, 7.7MB/s]",
  "━━━━━━ 7.7/7.7 MB 7.7 MB/s eta 7:77:77",
  '  File "/srv/train.py", line 77, in main',
  "    loss = step(lr=7.7)",
  "    loss: 7.7",
  "RuntimeError: 7.7",
  "INFO nothing to report",
  "loss inf INFO 7",
  "step 7 loss=7.7 done acc: 7 best top7: 7.7 of 77",
  "step 7 loss: 7 files failed acc=77 samples f7=7.7 saved checkpoint",
  "iter 77: loss 7.7 ok",
  "iter 77: loss 77 ok",
  "[train] loss=7.7 [val] loss=7.7 a-77: 7",
  "loss7.7=7 3f7=7 3F7: 7 1a7 7",
  "top\u200b7: 7.7 loss: 7",
  "Epoch 7/7beta7=7.0 loss=7.7 7/77ap77=7",
  "epoch  loss  top7",
  "77     7.7   0.77",
  "epoch  loss",
  "7  7.7",
  "-----  ----",
  "| epoch | f7 |",
  "| train/ | |",
  "| loss | 7.7 |",
  "| time | 7.7 |",
  "| reward | -7.7e+7 |",
  "  loss     7.7D-07",
  " class     precision  recall",
  " all       7.7        7.7",
  " top7      7.7        7.7",
  "7         7.7        7.7",
  "Metric | train | val",
  "acc | 7.7 | 77.7%",
  "|  77 | 7.7 |",
  "| eval7/ |  |",
  "| loss7 | 7.7 |",
  "| steps | 777 |",
  "Training |  Validation",
  "loss | 7.7 | N/A",
  "epoch,loss",
  "77,7.7",
  "-----------------",
  "+------+------+",
  "|  AP  | AP50  | f1-score |",
  "  precision  recall  f1-score  support",
  "  class 77   AP50-95   f1",
  "Class  Images  mAP50:  77%|██| 7/7 [77:77<77:77, 7.7it/s]",
  "| test7/f1 |  |",
  "Train: 7 [ 777/77777 (  7%)]  Loss: 7.7 (7.77)",
  "Train: 7.7 [7/77]  Loss: 7.7",
  "KL divergence after 777 iterations: 7.7",
  "AP @[ IoU=7.77 | area= all ] = 7.7",
  "7.77 = Validation score",
  "  'loss': 7.7,",
  "[7/77][77/777] Loss_D: 7.7 loss tensor(7.77, grad_fn=<N7>)",
  "7: 77.7, 77.7 avg loss",
  "[7777-77-77 77:77:77 x7](main.py 77): INFO loss 7.7 acc is 7.7",
  "At iterate 7 f= 7.7D+77 train loss: 7.7, acc: 7.7, val loss: 7.7, acc: 7.7",
  "[Warning] gain: 7.7",
  "step 7 | train loss 7.7 | val loss 7.7, acc=7.7%, 7.7 samples/s",
  "epoch 7: loss=7.7 lr=7.7e-07 wd=-7.7 n=-7 took 7.7ms",
  "[7/77] loss: 7.7, acc: 7.7 (7.7), eta 7:77:77",
  "7/7 7:77 loss=7.7 7/77, 77",
  "step 7 {'loss': 7.7, 'lr': '7.7', '7': 7}",
  '{"loss":7.7,"step":"7", "msg": "shard 7 done"}',
  "INFO:7: loss=7.7 at 7 args 7 x 7 config: 7 y=7",
  "7 7 7 [Warning] loss 7.7",
  "pid 7 WARNING step 7 loss=7.7 7|7.7",
  "Step 7 7 7 time 7.7",
  "step=7\tloss=7.7\tmetric7=7 7.7e7 7ms 7K 7.7it/s",
  "77:77:77 +7777 loss=7.7",
  "loss=(7.7, 7.7) 'acc': '7.7', \"f\": \"7\" [7 77:77:77 @a.py:7] b=7",
  "損失: 7.7 é7: 7 \u200b7 top\u200b7 7.7",
];

const line = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...LINES) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...LINES), fc.constantFrom(...LINES), fc.nat(60), fc.nat(60))
      .map(([one, other, from, to]) => one.slice(0, from) + other.slice(to)),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

/** A log in which a few shapes come again and again, with digits that are new each time, and often more or less of them. */
const log = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.array(fc.tuple(fc.nat(4), fc.nat()), { maxLength: 40 }))
  .map(([shapes, turns]) =>
    turns
      .map(([shape, seed]) => {
        let state = seed;
        const random = (below: number): number => {
          state = (Math.imul(state, 1103515245) + 12345) >>> 0;
          return Math.floor((state / 2 ** 32) * below);
        };
        const text = shapes[shape % shapes.length] ?? "";
        return text.replace(/7+/g, (digits) => {
          const length = random(2) === 0 ? digits.length : 1 + random(random(4) === 0 ? 50 : 5);
          return Array.from({ length }, () => random(10)).join("");
        });
      })
      .join("\n"),
  );

describe("lines of a known shape", () => {
  test("are read as the dialects read them", () => {
    fc.assert(
      fc.property(log, (text) => {
        const bytes = Buffer.from(text);
        expect(inOrder(byPlans(bytes))).toEqual(inOrder(byDialects(bytes)));
      }),
      { numRuns: 1500 },
    );
  });

  test("are so where a number in front is a step by its length", () => {
    const bytes = Buffer.from("868: loss 7.5 ok\n7: loss 6.5 ok\n596: loss 0.5 ok\n5: loss 0.25 ok\n");
    expect(inOrder(byPlans(bytes))).toEqual(inOrder(byDialects(bytes)));
  });

  test("have the numbers that JavaScript reads", () => {
    const digits = fc.stringMatching(/^\d{1,12}$/);
    const number = fc
      .tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits), fc.option(fc.integer({ min: -40, max: 40 })))
      .map(([sign, whole, fraction, exponent]) =>
        [sign, whole, fraction === null ? "" : `.${fraction}`, exponent === null ? "" : `e${exponent}`].join(""),
      );
    fc.assert(
      fc.property(number, (text) => {
        const bytes = Buffer.from(`x${text}y`);
        const value = decimalAt(bytes, 1, bytes.length - 1);
        const isHard = value === undefined && /\d{3}|e/.test(text);
        expect(isHard || Object.is(value, Number(text))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
