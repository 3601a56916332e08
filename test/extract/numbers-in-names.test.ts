import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["epoch 3 1px: 0.5 3px: 0.75", "1px=0.5@3 3px=0.75@3"],
  ["Region 82 Avg IOU: 0.25, .5R: 0.5, .75R: 0.25, step: 3", "Avg_IOU=0.25@3 .5R=0.5@3 .75R=0.25@3"],
  ["coco/AP: 0.5 coco/AP .5: 0.75 coco/AP .75: 0.25", "coco/AP=0.5@0 coco/AP_.5=0.75@0 coco/AP_.75=0.25@0"],
  ["epoch 2, 3-px error: 12.5", "3-px_error=12.5@2"],
  ["mAP@0.5:0.95: 0.25 mAP@.5:.95 = 0.75", "mAP@0.5:0.95=0.25@0 mAP@.5:.95=0.75@0"],
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
