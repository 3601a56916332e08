import { describe, expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";

/** `key=value@step` of every point that this output gives. */
function points(output: string): string {
  const extractor = createExtractor();
  const lines = [...extractor.push("stdout", Buffer.from(`${output}\n`), 0, 0), ...extractor.end()];
  return lines
    .flatMap(({ metrics, step }) => Object.entries(metrics).map(([key, value]) => `${key}=${value}@${step}`))
    .join(" ");
}

describe("numbers that are about one part of the data", () => {
  test.each([
    [
      "Epoch 1 | Train: loss=0.5 acc=0.8 | Val: loss=0.6 acc=0.7",
      "Train/loss=0.5@1 Train/acc=0.8@1 Val/loss=0.6@1 Val/acc=0.7@1",
    ],
    [
      "Epoch 2/10 - train: loss 0.4, acc 0.8 - val: loss 0.5, acc 0.7",
      "train/loss=0.4@2 train/acc=0.8@2 val/loss=0.5@2 val/acc=0.7@2",
    ],
    [
      "Epoch 4, Train [loss: 0.2, acc: 0.8], Test [loss: 0.3, acc: 0.7]",
      "Train/loss=0.2@4 Train/acc=0.8@4 Test/loss=0.3@4 Test/acc=0.7@4",
    ],
    [
      "Epoch: 1  Train: (loss = 0.3f0, acc = 90.1)  Test: (loss = 0.2f0, acc = 91.3)",
      "Train/loss=0.3@1 Train/acc=90.1@1 Test/loss=0.2@1 Test/acc=91.3@1",
    ],
    [
      "epoch 3 train - loss: 0.2, acc: 0.8 | valid - loss: 0.3, acc: 0.7",
      "train/loss=0.2@3 train/acc=0.8@3 valid/loss=0.3@3 valid/acc=0.7@3",
    ],
    ["Epoch 5 (val) loss: 0.2 acc: 0.8", "loss=0.2@5 acc=0.8@5"],
  ])("have its name in front where both have the same: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});
