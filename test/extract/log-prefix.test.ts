import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

describe("what stands in front of a message", () => {
  test.each([
    ["[default0]:01/01/2024 10:00:00 [INFO|DP=0|PP=0|TP=0]: iteration: 1 / 100 | lm_loss: 11.1", "lm_loss=11.1@1"],
    ["[INFO|trainer.py:2134] 2024-01-01 10:00:00,123 >> epoch 3 loss: 0.5", "loss=0.5@3"],
    ["2023-05-01 10:00:00.123456: train_loss -0.125 ", "train_loss=-0.125@0"],
    ["10:11:12,345: [worker  0] Epoch: 2\n10:11:13,345: [worker  0] Learning rate: 0.5", "Learning_rate=0.5@2"],
    ["[1,0]<stdout>:step 5 loss: 0.5", "loss=0.5@5"],
    ["(RayTrainWorker pid=123, ip=10.0.0.1) {'loss': 0.5, 'step': 3}", "loss=0.5@3"],
    [
      "Chain 1:    iter             ELBO   delta_ELBO_mean\nChain 1:     100       -29.231             1.000",
      "ELBO=-29.231@100 delta_ELBO_mean=1@100",
    ],
    ["[node-a:0/2] 2026-05-06 10:11:12,345 (fit:12) INFO: 3epoch:train:1-20batch: loss=0.5", "loss=0.5@20"],
    ["10:00:00 SUCCESS Step 2 | Reward: 0.5", "Reward=0.5@2"],
    [
      "[ Mon May 06 10:11:12 2024 ] Training epoch: 3\n[ Mon May 06 10:12:12 2024 ] \tMean loss: 0.5.",
      "Mean_loss=0.5@3",
    ],
    ["I STARTING Optimization\nI WER: 0.75, loss: 21.5", "WER=0.75@0 loss=21.5@0"],
    ["2026-05-06 10:11:12,345 - road-trainer - INFO - Epoch 3 / 20\nloss: 0.5", "loss=0.5@3"],
    ["road-trainer INFO: Epoch 3 / 20\nloss: 0.5", "loss=0.5@3"],
    [
      "[2026-01-31 10:11:12,345] [41230] [MainThread] [INFO] (engine.loop.Trainer:27) - Epoch: 2/9, Iter: 3/40 -- loss: 0.5",
      "loss=0.5@3",
    ],
    ["[1,mpirank:0,host-1]<stdout>:#015Epoch 2:  50% 3/6 [00:00<00:00,  6.54it/s, loss=0.5]", "loss=0.5@2"],
    ["[2026-05-06 10:11:12] [INFO] forecasts.loop Epoch[3] Learning rate is 0.125", "Learning_rate=0.125@3"],
    ["[INFO] val.loss 0.5", "val.loss=0.5@0"],
    [
      "[--------] Epoch    Train loss     Test loss   Time (sec)\n[   5%   ]     1        0.5000        0.7500         0.01",
      "Train_loss=0.5@1 Test_loss=0.75@1",
    ],
    ["6 May 10:11    INFO  epoch 3\nMon 6 May 2024 10:12:12 INFO  loss: 0.5", "loss=0.5@3"],
  ])("is no part of it: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });

  test.each([
    "    time (ms) | forward-compute: 123.45 | backward-compute: 234.56",
    "[Rank 0] (after 10 iterations) memory (MB) | allocated: 1234.5 | max allocated: 2345.6",
    "saving next best rewards:  [123.45]",
  ])("says that all behind it is no metric: %s", (line) => {
    expect(points(`step 3 loss: 0.5\n${line}`)).toBe("loss=0.5@3");
  });
});

describe("what loggers put in front", () => {
  test.each([
    [
      "[INFO] [12/12/2026 17:27:40.819] [Tracker-akka.actor.worker-9] [akka://Tracker/user/Handler] [962]\ttrain-rmse:0.5",
      "train-rmse=0.5@962",
    ],
    ["17/05/26 00:06:55 INFO Tracker$Logger: 2026-05-09 00:06:55,014 INFO [703]\ttrain-auc:0.75", "train-auc=0.75@703"],
    ["2026-03-27 20:42:22 INFO  Optimizer$:395 - epoch 5 loss: 0.25", "loss=0.25@5"],
    ["[2026-03-12 10:47:38,796][       train.py][line: 957][    INFO] Iter = 3 loss = 0.5", "loss=0.5@3"],
    [
      "[ INFO : 2026-06-14 04:05:28,001 ] - |     Epoch|     Batch|      Loss|\n[ INFO : 2026-06-14 04:05:47,255 ] - |       150|     16300|    1.1553|",
      "Loss=1.1553@16300",
    ],
  ])("is not read: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});
