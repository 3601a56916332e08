import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

describe("results that are printed as the call that makes them", () => {
  test.each([
    [
      "FitOutput(global_step=40, mean_loss=0.5, metrics={'fit_runtime': 12.5, 'fit_acc': 0.75, 'epoch': 2.0}, best='a.pt')",
      "mean_loss=0.5@40 fit_acc=0.75@40",
    ],
    [
      "Epoch 3: DevScores(loss=0.5, accuracy=np.float64(0.75), matrix=array([[1, 2], [3, 4]]))",
      "loss=0.5@3 accuracy=0.75@3",
    ],
    ["Metrics(step=12, loss=tensor(0.5, device='cuda:0'), acc=nan)", "loss=0.5@12 acc=NaN@12"],
    ["step 3\nLossConfig(loss=0.5, acc=0.75)", ""],
    ["step 3\nraise FitResult(loss=0.5) from None", ""],
  ])("%s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

test("a name may stand beside the object of its value", () => {
  expect(points('{"name": "err", "data": {"epoch": 0.5, "step": 3, "value": 0.25}}')).toBe("err=0.25@3");
  expect(points('{"name": "app", "data": {"step": 4, "value": 0.25, "loss": 0.5}}')).toContain("data/loss=0.5@4");
});

describe("an object that is said to be of metrics", () => {
  test.each([
    [
      "Losses {'parser': 2.5, 'tagger': 0.0}\nLosses {'parser': 1.5, 'tagger': 4}",
      "parser=2.5@0 tagger=0@0 parser=1.5@1 tagger=4@1",
    ],
    ["Epoch 3, scores: {'easy': 12, 'n_samples': 40}", "easy=12@3"],
    ["Lost {'parser': 2.5}", ""],
    ["loss: {'name': 'focal', 'cls': 1.5}", ""],
    ["losses: {'cls': 1.5, 'gamma': 2.5}", ""],
  ])("%s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("an object behind some text", () => {
  test.each([
    [
      "INFO :      fit progress: (3, 0.75, {'accuracy': 0.5}, 16.32)\nfit progress: (4, {'accuracy': 0.625})",
      "accuracy=0.5@3 accuracy=0.625@4",
    ],
    ["{'accuracy': [(0, 0.25), (1, 0.5)], 'sizes': [(1, 2)]}", "accuracy=0.25@0 accuracy=0.5@1"],
    [
      "run_1: epoch=5 step=500 epoch=5 metrics={'time_step': 0.25, 'critic_loss': 0.5, 'temp': 0.75} step=500",
      "critic_loss=0.5@500 temp=0.75@500",
    ],
    [
      "[server(0) @device-id-0] [Mon, 04 Jul 2022 06:20:22] [INFO] [run.py:230:test] {'training_acc': 0.125}",
      "training_acc=0.125@0",
    ],
    [
      "server(0) @device-id-0 - Wed, 27 Apr 2022 03:38:38 run.py[line:67] INFO report_metric. message = {'round_idx': 49, 'loss': 1.5}",
      "loss=1.5@49",
    ],
    ["{'recall': array([0.25]), 'ndcg': np.array([0.5, 0.75])}", "recall=0.25@0"],
    ["saved (3, {'accuracy': 0.5}, 'model')", ""],
    ["Step 1000: {'loss': 0.5, 'acc': 0.9}", "loss=0.5@1000 acc=0.9@1000"],
    ["Epoch 14 - Train metrics: {'loss': 0.55}", "loss=0.55@14"],
    [
      "train | step:    100 | steps/sec:    1.5 | output: {'learning_rate': 0.01, 'loss': 3.5}",
      "learning_rate=0.01@100 loss=3.5@100 steps/sec=1.5@100",
    ],
    [
      "[ time:2.0s total_exs:3616 epochs:0.4 time_left:24.0s ] {'lr': 1, 'num_updates': 113, 'loss': 122.5}",
      "lr=1@113 loss=122.5@113",
    ],
    [
      "val, epoch: 4/50, total step: 7, (loss_avg: 25.5), [('loss_ctc', 25.75), ('acc', 0.5)], {'load': '0.001'}, GPU",
      "val/loss_avg=25.5@7 val/loss_ctc=25.75@7 val/acc=0.5@7",
    ],
    ["Step 3: {'loss': 0.5, 'step': 7}", "loss=0.5@7"],
    ["3 { loss: 0.5, 'val_loss': 0.75 }\n5 {'loss': 0.25}", "loss=0.5@3 val_loss=0.75@3 loss=0.25@5"],
    ["Training finished { error: 0.25, iterations: 3000, time: 68 }", "error=0.25@3000"],
    ["config { lr: 0.1, epochs: 3 }", ""],
    ["step 3 Ensemble Weights: {'LightGBM': 0.6, 'CatBoost': 0.4}", ""],
    ["we saw in step 3 loss {'a': 0.6} again", ""],
  ])("is where that says: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("a table", () => {
  test("may have classes by their numbers, and a sign behind its position", () => {
    const table = "ntree      OOB      1      2\n   10:   4.25%  0.00%  4.00%\n   20:   5.50%  0.00% 10.00%";
    expect(points(table)).toBe("OOB=4.25@10 OOB=5.5@20");
  });

  test("may have bars between groups of columns, and the names of the groups above", () => {
    const rows = "epoch |   loss   acc  |   loss   acc  |\n    1 |  0.500  0.750 |  0.625  0.875 |";
    expect(points(rows)).toBe("loss=0.5@1 acc=0.75@1 loss_2=0.625@1 acc_2=0.875@1");
    const groups = "      |     train     |     valid     |";
    expect(points(`${groups}\n${rows}`)).toBe("train/loss=0.5@1 train/acc=0.75@1 valid/loss=0.625@1 valid/acc=0.875@1");
    expect(points(`${groups.replace("train", "Out of bag").replace("valid", "Test set")}\n${rows}`)).toBe(
      "Out_of_bag/loss=0.5@1 Out_of_bag/acc=0.75@1 Test_set/loss=0.625@1 Test_set/acc=0.875@1",
    );
  });

  test("may have a mark behind a row", () => {
    const table =
      "average  since         example        example        current\n" +
      "loss     last          counter         weight          label\n" +
      "0.500000 0.250000          256          256.0              2\n" +
      "0.250000 0.125000          512          512.0              2 h";
    expect(points(table)).toBe("average_loss=0.5@256 since_last=0.25@256 average_loss=0.25@512 since_last=0.125@512");
  });

  test("has no step in a column of counts, and none of its settings is a metric", () => {
    const classes =
      "Class              n          tp      recall        prec\n" +
      "neg              188         185       0.984       1.000\n" +
      "Micro Average                          0.875       0.750";
    expect(points(classes)).toBe("Micro_Average/recall=0.875@0 Micro_Average/prec=0.75@0");
    expect(points("  size  decay  Accuracy   Kappa\n  2     0.5    0.875      0.75")).toBe(
      "Accuracy=0.875@0 Kappa=0.75@0",
    );
  });

  test("may have a comment's mark in front of its names", () => {
    const table = "#  step      rmse_val    rmse_trn        lr\n      0      3.5e+01    3.4e+01      1.0e-03";
    expect(points(table)).toBe("rmse_val=35@0 rmse_trn=34@0 lr=0.001@0");
  });

  test("may have two positions in its first words, and leave one out", () => {
    const table = "# Epoch batch         loss       f_mae\n      2    10         1.06         24.3";
    expect(points(table)).toBe("loss=1.06@10 f_mae=24.3@10");
    const split =
      "  Train      #    Epoch      wal       LR         loss\n! Train               1   12.345    0.005         1.06";
    expect(points(split)).toBe("wal=12.345@1 LR=0.005@1 loss=1.06@1");
  });
});

test("a table's head may have a range in a name", () => {
  const table = `     Class   Images   Labels        P        R   mAP@.5  mAP@.5:.95: 100%|████| 2/2 [00:01<00:00,  1.51it/s]
       all      128      929    0.612    0.512    0.534       0.312`;
  expect(points(table)).toBe("P=0.612@0 R=0.512@0 mAP@.5=0.534@0 mAP@.5:.95=0.312@0");
});

test("scores are taken at thresholds, and the row of the network is the result", () => {
  const log =
    "| Arch | AP | AP .5 | AP .75 | AP (L) |\n|---|---|---|---|---|\n| my_net | 0.5 | 0.75 | 0.625 | 0.25 |\n| Arch | Ankle | Mean@0.1 |\n| my_net | 80.5 | 30.25 |\n";
  expect(points(log)).toBe("AP=0.5@0 AP_.5=0.75@0 AP_.75=0.625@0 AP_(L)=0.25@0 Ankle=80.5@0 Mean@0.1=30.25@0");
});

test("the last row of a table may come behind the header of the next", () => {
  const [first, second] = ["   Epoch    box    loss", "   Class   Seen  recall  mAP@.5"];
  const log = [
    first,
    "     1/9   0.25    0.50",
    second,
    first,
    "     all     40   0.625    0.75",
    "     2/9   0.20    0.40",
  ];
  expect(points(`${log.join("\n")}\n`)).toBe(
    "box=0.25@1 loss=0.5@1 Seen=40@1 recall=0.625@1 mAP@.5=0.75@1 box=0.2@2 loss=0.4@2",
  );
});
