import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["step 3 cost:ctc 266.5 error:ctc 8.5", "cost:ctc=266.5@3 error:ctc=8.5@3"],
  ["words_per_sec/labels:0: 3275.5 loss: 0.5", "words_per_sec/labels:0=3275.5@0 loss=0.5@0"],
  ["train:loss 0.5 acc 0.25", "loss=0.5@0 acc=0.25@0"],
  ["Recall: train 0.75, test 0.5.", "train_Recall=0.75@0 test_Recall=0.5@0"],
  [
    "Epoch 3: Loss: train=0.5 | val=0.25 Acc: train 75%, val 50%",
    "train_Loss=0.5@3 val_Loss=0.25@3 train_Acc=75@3 val_Acc=50@3",
  ],
])("a colon may join a part to a name in %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test.each([
  [
    "Step 40\npolicy/spread -0.25 / policy/shift 1.5e-3 / policy/loss 2.5 /\npolicy/drift 2.5 / fps 31.5",
    "policy/spread=-0.25@40 policy/shift=0.0015@40 policy/loss=2.5@40 policy/drift=2.5@40 fps=31.5@40",
  ],
  ["Epoch 3 [2.5s + 0.5s]: train==[0.75=0.5 + 0.25], recall=[0.125, 0.25]", "train=0.75@3 recall=0.125@3"],
  ["Epoch 3: accuracy (train 0.75, test 0.5)", "train_accuracy=0.75@3 test_accuracy=0.5@3"],
  ["Fps is (10 sec: 1250.5, 60 sec: 1200.0). Total num frames: 4000. Samples: 4100", "Fps=1250.5@4000"],
  ["dev p 0.75 r 0.5 f1 0.625", "dev_p=0.75@0 dev_r=0.5@0 dev_f1=0.625@0"],
  ["step 3 | 63.5 samples/s 1.25 updates/s loss=4.5", "samples/s=63.5@3 updates/s=1.25@3 loss=4.5@3"],
  ["123456 [main] INFO trainer - step 3 loss 0.5", "loss=0.5@3"],
  ["[0042:3]:epoch 2 loss 0.5", "loss=0.5@2"],
  ["step 3 correct_next_step_preds: 0.25 max_iter: 500", "correct_next_step_preds=0.25@3"],
])("%o says %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("a row of a table may be of the data that its first cell names", () => {
  const rows = ["| Datasets | Rank-1 | mAP   |", "|:---------|:-------|:------|", "| Foo1501  | 94.5%  | 86.5% |"];
  expect(points(rows.join("\n"))).toBe("Foo1501/Rank-1=94.5@0 Foo1501/mAP=86.5@0");
});

test("a list of objects may have a name and a value each, behind a position", () => {
  const list = '[{"name": "Accuracy", "value": 0.5, "order": "desc"}, {"name": "FP", "value": 0.25, "order": "asc"}]';
  expect(points(`epoch : 4 loss : 1.25 ${list}`)).toBe("loss=1.25@4 Accuracy=0.5@4 FP=0.25@4");
  expect(points(list)).toBe("Accuracy=0.5@0 FP=0.25@0");
  expect(points('step 3 [{"id": 4, "value": 0.5}]')).toBe("");
});

test.each([
  ["step 3\nBLEU+case.lc+numrefs.4+tok.intl = 31.5 65.5/40.5 (BP = 0.975)", "BLEU=31.5@3 BP=0.975@3"],
  ["step 3\nBLEU|nrefs:4|case:lc|tok:intl|version:3.1.0 = 31.5 65.5/40.5", "BLEU=31.5@3"],
])("how a score was taken is no part of its name: %s", (line, expected) => {
  expect(points(line)).toBe(expected);
});
