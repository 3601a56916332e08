import { expect, test } from "vitest";
import { points } from "./points.ts";

test("a row of classes is left out, and one for all of them stands under the names though its label hangs out", () => {
  const log =
    "               Precision  Recall   Class\n               0.75       0.5      1\n               0.625      0.25     3\nWeighted Avg.  0.6875     0.375\n";
  expect(points(log).split(" ")).toEqual(["Weighted_Avg./Precision=0.6875@0", "Weighted_Avg./Recall=0.375@0"]);
});

test("commas part names of two words behind the time", () => {
  expect(points("Time,Learning rate,Train loss\n1234.5,0.125,0.5\n").split(" ")).toEqual([
    "Learning_rate=0.125@0",
    "Train_loss=0.5@0",
  ]);
});

test("behind what a search was for stand the settings that it tried", () => {
  const log =
    "|   iter    |  target   | learni... |   gamma   |\n-------------------------------------------------\n|  1        |  0.75     |  0.25     |  4.5      |\n";
  expect(points(log).split(" ")).toEqual(["target=0.75@1"]);
});

test("the one row of values is no group of its own", () => {
  const log =
    "=== Iteration 40 Result ===\n+-------+------------+----------+\n| Name  | cur_lr_avg | loss_avg |\n+-------+------------+----------+\n| Value | 0.125      | 0.5      |\n+-------+------------+----------+\n";
  expect(points(log).split(" ")).toEqual(["cur_lr_avg=0.125@40", "loss_avg=0.5@40"]);
});

test("the folds of a cross-validation stand over what was measured in them", () => {
  const log =
    "                 Fold 1  Fold 2  Mean    Std\nMSE (held out)   0.25    0.75    0.5     0.25\nFit time         12.25   12.75   12.5    0.25\n";
  expect(points(log).split(" ")).toEqual([
    "Fold_1/MSE_(held_out)=0.25@0",
    "Fold_2/MSE_(held_out)=0.75@0",
    "Mean/MSE_(held_out)=0.5@0",
    "Std/MSE_(held_out)=0.25@0",
  ]);
});

test("a row may be of the model that it names, also behind a short name of it", () => {
  const rows = [
    "                    Model  Accuracy     AUC  Time (s)",
    "lr    Logistic Regression    0.7500  0.8750     0.25",
    "dt          Decision Tree    0.6250  0.5000     0.50",
  ];
  expect(points(rows.join("\n"))).toBe(
    "Logistic_Regression/Accuracy=0.75@0 Logistic_Regression/AUC=0.875@0 Decision_Tree/Accuracy=0.625@0 Decision_Tree/AUC=0.5@0",
  );
});
