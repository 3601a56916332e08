import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

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
    ["Epoch 5 (train) loss: 0.2 acc: 0.8", "loss=0.2@5 acc=0.8@5"],
  ])("have its name in front where both have the same: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("numbers of data that are held out", () => {
  test.each([
    ["val: loss=0.5, acc=0.75", "val/loss=0.5@0 val/acc=0.75@0"],
    ["valid | loss 0.5", "valid/loss=0.5@0"],
    [
      "Validation set: Average loss: 0.5, Accuracy: 90/100 (90%)",
      "Validation/Average_loss=0.5@0 Validation/Accuracy=90@0",
    ],
    ["Test: [  0/98]\tTime  1.25 ( 1.25)\tLoss 0.5 (0.5)\tAcc@1  75.00 ( 75.00)", "Test/Loss=0.5@0 Test/Acc@1=75@0"],
    ["Test: 10/98 Loss 0.5 Acc 70", "Test/Loss=0.5@0 Test/Acc=70@0"],
    ["Val Epoch: 3 loss: 0.5 lr: 0.1", "Val/loss=0.5@3 lr=0.1@3"],
    ["Eval at step 400: loss 0.5", "Eval/loss=0.5@400"],
    [
      "Validation Results - Epoch: 1 Avg accuracy: 0.75 loss: 0.5",
      "Validation/Avg_accuracy=0.75@1 Validation/loss=0.5@1",
    ],
    ["Epoch: 1/3 Train steps: 4 Val steps: 2 0.02s loss: 0.5 val_loss: 0.25", "loss=0.5@1 val_loss=0.25@1"],
    ["Evaluating: 100%|####| 10/10 [00:01<00:01, 4.0it/s, loss=0.5]", "eval/loss=0.5@10"],
    ["Epoch 3, phase: val, loss: 0.5, acc: 0.75", "val/loss=0.5@3 val/acc=0.75@3"],
    ["step=3 mode=val loss=0.5", "val/loss=0.5@3"],
    ["val Loss: 0.5 Acc: 0.75", "val_Loss=0.5@0 val_Acc=0.75@0"],
    ["Test Loss: 0.5, LR: 0.01, best acc: 0.75, N: 100", "Test_Loss=0.5@0 LR=0.01@0 best_acc=0.75@0"],
    ["val_loss: 0.5, loss: 0.75", "val_loss=0.5@0 loss=0.75@0"],
    ['{"mode": "val", "epoch": 3, "loss": 0.5, "lr": 0.1}', "val/loss=0.5@3 lr=0.1@3"],
    ["Epoch 3 - eval metrics: {'loss': 0.5, 'eval_acc': 0.75}", "eval/loss=0.5@3 eval_acc=0.75@3"],
    ["Training - epoch: 3, loss: 0.5", "loss=0.5@3"],
    ["train Loss: 0.5 Acc: 0.75", "train_Loss=0.5@0 Acc=0.75@0"],
    ['{"mode": "train", "epoch": 3, "loss": 0.5}', "loss=0.5@3"],
  ])("are no numbers of the training data: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("numbers behind a label", () => {
  test.each([
    [
      "Policy update> Surrogate loss=-0.25, KL divergence=0.125, training epoch=3",
      "Surrogate_loss=-0.25@3 KL_divergence=0.125@3",
    ],
    ["LOC: precision: 0.5; recall: 0.25; FB1: 0.75  1830", "LOC/precision=0.5@0 LOC/recall=0.25@0 LOC/FB1=0.75@0"],
    [
      "Cosine-Similarity :   Pearson: 0.5 Spearman: 0.25",
      "Cosine-Similarity/Pearson=0.5@0 Cosine-Similarity/Spearman=0.25@0",
    ],
    ["W. Punct: corr: 12, uas: 95.5%, las: 93.5%", "W._Punct/corr=12@0 W._Punct/uas=95.5@0 W._Punct/las=93.5@0"],
    ["Results: precision: 0.5, recall: 0.25", "precision=0.5@0 recall=0.25@0"],
    ["Test set: loss: 0.5, accuracy: 0.25", "Test/loss=0.5@0 Test/accuracy=0.25@0"],
    ["Step #79: Acc: arc 0.59, rel 0.81, loss 0.980", "arc=0.59@79 rel=0.81@79 loss=0.98@79"],
  ])("are of the part that it names: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

test("a word in brackets behind a split says which of its data", () => {
  const log = "step 5 loss: 0.5\nValidation (clean) EPE: 1.25\nValidation (final) EPE: 2.5\nval (avg) loss: 0.25";
  expect(points(log)).toBe("loss=0.5@5 Validation_(clean)_EPE=1.25@5 Validation_(final)_EPE=2.5@5 val/loss=0.25@5");
});
