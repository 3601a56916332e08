import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["Img/sec per GPU: 124.5 +-1.25", "Img/sec_per_GPU=124.5@0"],
  ["Iter #3: 123.5 img/sec per GPU", "img/sec_per_GPU=123.5@3"],
  ["1\timages/sec: 123.5 +/- 0.0 (jitter = 0.0)\t8.125", "images/sec=123.5@1"],
  ["[Epoch 0 Batch 100/1000] throughput=12.5K wps, ppl=61.5", "throughput=12500@100 ppl=61.5@100"],
  ["step=3 sec per GPU: 12.5", ""],
  [
    "2026-01-31 10:11:12.345678: step 30, loss = 4.5 (998.5 examples/sec; 0.125 sec/batch)",
    "loss=4.5@30 examples/sec=998.5@30",
  ],
  ["loss 0.5, train acc 0.75\n1234.5 examples/sec on cuda:0", "loss=0.5@0 train_acc=0.75@0 examples/sec=1234.5@0"],
  ["12.5 MB/s on eth0\n3 files/sec are too few\n2.5 sec/batch", ""],
])("a rate is read from %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

describe("a rate", () => {
  test.each([
    ["step 1/74: train loss 4.25 (80.6 ms, 50798 tok/s)", "train_loss=4.25@1 tok/s=50798@1"],
    [
      "Epoch[0] Batch [50]\tSpeed: 12.5 samples/sec 234.5 tokens/sec 1.25 updates/sec\tperplexity=123.5",
      "Speed=12.5@50 tokens/sec=234.5@50 updates/sec=1.25@50 perplexity=123.5@50",
    ],
    ["Iteration 40 (2.5 iter/s, 16.5s/40 iters), loss = 0.25", "iter/s=2.5@40 loss=0.25@40"],
    ["Train Epoch: 0 [5/20 (3%)] Batch (t): 0.456, 1123.4/s, 1123.4/s/gpu LR: 0.25 Loss: 6.5", "LR=0.25@5 Loss=6.5@5"],
  ])("may be one of several: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

test.each([
  ["loss: 0.5 speed: 4555 wps", "loss=0.5@0 speed=4555@0"],
  ["step 3 loss 0.5 fps 30", "loss=0.5@3 fps=30@3"],
  ["step 3 | loss 0.5 | 4555 wps", "loss=0.5@3 wps=4555@3"],
])("the word of a rate is a name or a unit: %s", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("a learning rate in a cell beside a metric is no setting", () => {
  expect(points("| Progress [##  ][ 6.47%] | LR 0.25 | Loss   7.5 (  9.5) |")).toBe("LR=0.25@0 Loss=7.5@0");
});
