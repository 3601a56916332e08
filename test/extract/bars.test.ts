import { expect, test } from "vitest";
import { points } from "./points.ts";

test("a bar may have its postfix without a bracket", () => {
  expect(points("optimizer.global_best: 100%|██████████|30/30, best_cost=2.5e-5")).toBe("best_cost=0.000025@30");
});

test("the postfix of a bar has metrics, whatever their names are", () => {
  const bar = "100%|██████████| 10/10 [00:00<00:00, 87.87it/s, correct=57.5%, n=3]";
  expect(points(bar)).toBe("correct=57.5@10");
  expect(points("unpacked 3/7 parts, scale=1.5")).toBe("");
});

test("the bracket behind a bar may have brackets in it", () => {
  const bar = "100%|██████████| 1000/1000 [00:02<00:00, 480.12it/s, init loss: 1234.5, avg. loss [951-1000]: 123.5]";
  expect(points(bar)).toBe("init_loss=1234.5@1000 avg._loss=123.5@1000");
});

test("a bar without an end counts from the beginning in each epoch", () => {
  const epochs = [1, 2].map(
    (epoch) => `epoch: ${epoch}/9: : 910it [00:06, 139.33it/s, loss=0.${epoch}]\neval psnr: 1${epoch}`,
  );
  expect(points(epochs.join("\n"))).toBe("loss=0.1@1 eval_psnr=11@1 loss=0.2@2 eval_psnr=12@2");
});

test("what is printed behind a bar is newer than what is in it", () => {
  expect(
    points("Epoch 3: 100%|##9| 99/100 [00:09<00:00, 9.2it/s, loss=0.5, val_loss=0.6]val_loss 0.4 val/a1 0.75"),
  ).toBe("loss=0.5@3 val_loss=0.4@3 val/a1=0.75@3");
});

test("a bar of scaled counts is a download, unless something is measured beside them", () => {
  expect(points("train:  25%|==5  | 12.5k/50.0k [00:00<00:00, 40.9kimg/s, loss=0.75, acc=77.1%]")).toBe(
    "loss=0.75@12500 acc=77.1@12500",
  );
  expect(points("weights.bin:  24%|##4  | 105M/440M [00:01<00:04, 81.2MB/s]")).toBe("");
});

test("a complaint may begin behind a bar and behind numbers, and its source is below it", () => {
  const lines = [
    "Epoch 2:  25%|██▌       | 5/20 [00:01<00:03,  4.50it/s, loss=0.5]/lib/nets/head.py:41: UserWarning: loss=9 is odd",
    "  warn(loss=9)",
    "step 3 || Loss: 0.25 || /lib/nets/crop.py:7: DeprecationWarning: shapes differ",
    "step 4 loss 0.75Traceback (most recent call last):",
    '  File "/lib/nets/head.py", line 4, in fit',
    "    loss = 7",
  ];
  expect(points(lines.join("\n"))).toBe("loss=0.5@2 Loss=0.25@3 loss=0.75@4");
  expect(points("[2] /lib/nets/head.py:41: UserWarning: loss is 5")).toBe("");
});
