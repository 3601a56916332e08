import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["epoch 3: 0.25 loss, 0.75 acc", "loss=0.25@3 acc=0.75@3"],
  ["[step 5] 0.25 train loss, 0.75 accuracy, 12.5 tokens/s", "train_loss=0.25@5 accuracy=0.75@5 tokens/s=12.5@5"],
  ["Epoch 7/10: 0.25 train loss, 0.5 val loss", "train_loss=0.25@7 val_loss=0.5@7"],
  [
    "   12   95.5 ms run,  0.25 ms fetch data, 2.5 loss, 0.0001 LR, 12.25 GB used, 812.5 GOPS",
    "loss=2.5@12 LR=0.0001@12 GOPS=812.5@12",
  ],
  ["   12 95.5 ms run, 12.25 GB used, 812.5 GOPS", ""],
  ["   12 2.5 loss, moved 0.25 GB", ""],
  ["12: 30 files, 2 errors", ""],
])("numbers with their names behind them: %s", (line, expected) => {
  expect(points(line)).toBe(expected);
});
