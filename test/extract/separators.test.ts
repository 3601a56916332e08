import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["loss -> 0.5", "loss=0.5@0"],
  ["epoch 2: val_acc => 0.8, val_loss => 0.5", "val_acc=0.8@2 val_loss=0.5@2"],
  ["loss --> 0.5", "loss=0.5@0"],
  ["val, epoch, loss, auc ===> 003, 0.5, 0.75,", "val/loss=0.5@3 val/auc=0.75@3"],
  ["epoch, loss, acc => 4, 0.5, 0.75", "loss=0.5@4 acc=0.75@4"],
  // What it was, and what it will be.
  ["step 3 loss 0.5 -> 0.4", "loss=0.5@3"],
  ["step 3 loss 0.5\nlearning rate 0.0020 -> 0.0010", "loss=0.5@3 learning_rate=0.001@3"],
  ["step 3 loss 0.5 lr: 1e-3 --> 1e-4", "loss=0.5@3 lr=0.0001@3"],
  ["encoder -> 0.5", ""],
])("an arrow may stand between a name and its number: %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test.each([["Step[100] Loss[0.5] LR[0.001]", "Loss=0.5@100 LR=0.001@100"]])("a bracket may: %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test.each([
  ['10:11:12 INFO\tstep done and all is well\t{"step": 10, "loss": 0.5}', "loss=0.5@10"],
  ["0: iteration 10 loss 0.5", "loss=0.5@10"],
  ["node01: step=10 loss=0.5", "loss=0.5@10"],
])("what stands in front may be a field of a logger, a rank or a host: %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("two positions may stand in one bracket", () => {
  expect(points("[1/10, 200/782] loss: 1.25")).toBe("loss=1.25@200");
});

test("the last of a list may lack its sign, also one with an exponent", () => {
  expect(points("train_loss: 0.5 val_loss: 0.6 lr 1e-3")).toBe("train_loss=0.5@0 val_loss=0.6@0 lr=0.001@0");
  expect(points("Top-1: 76.5 Top-5: 93.5")).toBe("Top-1=76.5@0 Top-5=93.5@0");
});

test.each([
  ["Epoch[1 of 10]: loss = 1.25", "loss=1.25@1"],
  [" Minibatch[   1- 100]: loss = 2.25 * 6400", "loss=2.25@100"],
  ["1/21150 (epoch 0.002), train_loss = 4.5, time/batch = 0.25", "train_loss=4.5@1"],
  ["[  0]      10 || B: 5.5 | C: 12.5", "B=5.5@10 C=12.5@10"],
])("the position is found in %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test.each([
  ["DLL 2026-01-31 10:11:12.345678 - (1, 10) loss : 4.5  learning_rate : 0.25", "loss=4.5@10 learning_rate=0.25@10"],
  ['{"type": "LOG", "step": [1, 10], "data": {"loss": 4.5}}', "data/loss=4.5@10"],
  ['{"step": [1, 10, 100], "loss": 4.5}', "loss=4.5@0"],
])("an epoch and a step in it stand in one bracket in %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("numbers that commas alone part are no value of an unknown name", () => {
  expect(points("step 3: copied: 38.5,58.5,41.5")).toBe("");
});

test("how many steps an epoch had is no position", () => {
  expect(points("Epoch: 2, Steps: 384 | Train Loss: 0.25 Vali Loss: 0.5")).toBe("Train_Loss=0.25@2 Vali_Loss=0.5@2");
  expect(points("(epoch: 2, iters: 384) loss: 0.25")).toBe("loss=0.25@384");
});
