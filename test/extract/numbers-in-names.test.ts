import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["step 3 16_h1=0.5, 32_h1=0.25", "16_h1=0.5@3 32_h1=0.25@3"],
  ["epoch 3 1px: 0.5 3px: 0.75", "1px=0.5@3 3px=0.75@3"],
  ["Region 82 Avg IOU: 0.25, .5R: 0.5, .75R: 0.25, step: 3", "Avg_IOU=0.25@3 .5R=0.5@3 .75R=0.25@3"],
  ["coco/AP: 0.5 coco/AP .5: 0.75 coco/AP .75: 0.25", "coco/AP=0.5@0 coco/AP_.5=0.75@0 coco/AP_.75=0.25@0"],
  ["epoch 2, 3-px error: 12.5", "3-px_error=12.5@2"],
  ["mAP@0.5:0.95: 0.25 mAP@.5:.95 = 0.75", "mAP@0.5:0.95=0.25@0 mAP@.5:.95=0.75@0"],
  ["metrics/mAP_0.5 0.75\nmetrics/mAP_0.5:0.95   0.25", "metrics/mAP_0.5=0.75@0 metrics/mAP_0.5:0.95=0.25@0"],
  ["mAP_0.5:0.95=0.25, mAP_0.5=0.75", "mAP_0.5:0.95=0.25@0 mAP_0.5=0.75@0"],
  ["AP@IoU=0.5: 0.25", "AP@IoU=0.5=0.25@0"],
  // A number behind the name of a position, and one with a unit.
  ["Training loss at step 3: 0.5, acc: 0.25", "Training_loss=0.5@3 acc=0.25@3"],
  ["step 3 took 12s: 0.5", ""],
])("a number may be a part of a name in %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("settings on lines of their own are none of the metrics, whatever was said before", () => {
  const settings = ["weight decay: 0.01", "dropout: 0.25", "label_smoothing=0.1", "Gamma: 0.99"];
  expect(points(["step 3 loss 0.5", ...settings, "learning rate: 0.125"].join("\n"))).toBe(
    "loss=0.5@3 learning_rate=0.125@3",
  );
  expect(points("step 3 loss=0.5 weight_decay=0.25")).toBe("loss=0.5@3 weight_decay=0.25@3");
});

test.each([
  ["Train 3, loss: 0.5, acc: 0.25", "loss=0.5@3 acc=0.25@3"],
  ["Test 3, loss: 0.5, acc: 0.25", "Test/loss=0.5@3 Test/acc=0.25@3"],
  ["[Set5] PSNR: 33.5 (Best: 34.25 @epoch 11)", "PSNR=33.5@0"],
  ["step 3 class_error_unscaled: 12.5", "class_error_unscaled=12.5@3"],
])("%o says %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

describe("a score at a threshold", () => {
  test.each([
    ["Epoch 3 mAP @0.5: 0.6, mAP@0.5:0.95: 0.25", "mAP_@0.5=0.6@3 mAP@0.5:0.95=0.25@3"],
    ["Epoch 3 Recall @ 10: 0.5", "Recall_@10=0.5@3"],
    ["AP @ IoU=0.5: 0.75", "AP_@IoU=0.5=0.75@0"],
    ["Val F1 @0.4: 0.75", "Val_F1_@0.4=0.75@0"],
    ["best loss @ 12: 0.5", ""],
  ])("has it in its name: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("digits in a name", () => {
  test.each([
    ["Epoch 1: mAP@0.5:0.95: 0.25", "mAP@0.5:0.95=0.25@1"],
    ["step 2 AP@IoU=0.50:0.95 = 0.125", "AP@IoU=0.50:0.95=0.125@2"],
    ["step 3 mAP@0.5:0.75", "mAP@0.5=0.75@3"],
    ["step 4  loss: 1.5  1px: 0.25  5px: 0.75  3D_AP: 0.5", "loss=1.5@4 1px=0.25@4 5px=0.75@4 3D_AP=0.5@4"],
    ["IOU: 0.5, .5R: 0.75, .75R: 0.25", "IOU=0.5@0 .5R=0.75@0 .75R=0.25@0"],
    ["Iter 6 3-px error in val = 12.5", "3-px_error_in_val=12.5@6"],
    ["epoch 5 total 3-px error in val = 11.5", "total_3-px_error_in_val=11.5@5"],
    ["Epoch(val) [7][40/40]  coco/AP: 0.5  coco/AP .5: 0.75", "coco/AP=0.5@40 coco/AP_.5=0.75@40"],
    ["Epoch 8 Dice 1: 0.75 Dice 2: 0.5", "Dice_1=0.75@8 Dice_2=0.5@8"],
    ["class_error_unscaled: 62.5 (70.0)  loss: 0.5 (0.6)", "class_error_unscaled=62.5@0 loss=0.5@0"],
    ["step 9 took 10ms: loss 0.5", "loss=0.5@9"],
  ])("are read: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});
