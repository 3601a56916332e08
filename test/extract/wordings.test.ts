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

describe("names", () => {
  test.each([
    ["step 1 | model_tflops_per_gpu: 40.1 | nll per token: 3.2", "model_tflops_per_gpu=40.1@1 nll_per_token=3.2@1"],
    ["(step=0000100) Train Loss: 0.25, Train Steps/Sec: 3.5", "Train_Loss=0.25@100 Train_Steps/Sec=3.5@100"],
    ["epoch: 18/120, acc_iter=4879, cur_iter=0/271, loss=4.5, lr=0.001", "loss=4.5@4879 lr=0.001@4879"],
    ["Run: 01, Epoch: 02, Loss: 1.25, Train: 44.56%", "Loss=1.25@2 Train=44.56@2"],
    ["epoch: 1 | nupdates: 1000 | loss: 12.5", "loss=12.5@1000"],
    [
      'tick 1  kimg 4.0  time 2m 1s  sec/tick 9.5  maintenance 3.3  cpumem 3.87  loss 0.5\n{"results": {"fid50k": 86.5}}',
      "loss=0.5@1 results/fid50k=86.5@1",
    ],
    ["valid loss: 0.5 (last best: 0.45)", "valid_loss=0.5@0"],
    [
      "step 3: train_step_timing in s: 0.5 | batch_cost: 0.2 | in_qsize: 5 | Data 0.08 (0.09) | ms/batch 12.34 | loss 7.5",
      "loss=7.5@3",
    ],
    ["Estimated FLOPs per token: 3.49e9", ""],
  ])("are metrics, positions or neither by their words: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});
