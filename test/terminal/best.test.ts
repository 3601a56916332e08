import { expect, test } from "vitest";
import { goalOf } from "../../src/model/goal.ts";
import { bestOf } from "../../src/terminal/best.ts";
import { FALLING } from "./literals.ts";

test.each([
  "loss",
  "val_loss",
  "train/loss",
  "valLoss",
  "loss2",
  "trainloss",
  "eval_perplexity",
  "RMSE",
  "dice_loss",
  "f1_error",
  "wer",
])("less of %s is better", (key) => expect(goalOf(key)).toBe("min"));

test.each(["accuracy", "val_acc", "valAccuracy", "top1_acc", "F1", "metrics/mAP50", "auc", "score", "precision", "r2"])(
  "more of %s is better",
  (key) => expect(goalOf(key)).toBe("max"),
);

test.each([
  "lr",
  "grad_norm",
  "loss_scale",
  "loss_weight",
  "error_count",
  "epoch_time",
  "error_score",
  "tokens",
  "accumulate",
  "lossy",
  "",
])("of %s nobody knows", (key) => expect(goalOf(key)).toBeUndefined());

test("the best point is where the value was, and there is none among nan and infinity", () => {
  expect(bestOf("loss", FALLING)).toEqual({ value: 0.11, step: 90 });
  expect(bestOf("accuracy", FALLING)).toEqual({ value: 2.31, step: 1 });
  expect(bestOf("loss", { count: 1, nan: 1, first: NaN, firstStep: 0, last: NaN, lastStep: 0 })).toBeUndefined();
  expect(bestOf("loss", { ...FALLING, min: -Infinity })).toBeUndefined();
});
