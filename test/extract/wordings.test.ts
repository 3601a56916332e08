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

describe("names", () => {
  test.each([
    ["test loss, test acc: [0.5, 0.9]", "test_loss=0.5@0 test_acc=0.9@0"],
    ["Epoch 3: loss, lr = 0.5, 0.001", "loss=0.5@3 lr=0.001@3"],
    ["Macro-average precision, recall, F1: (0.25, 0.5, 0.75)", "Macro-average_precision=0.25@0 recall=0.5@0 F1=0.75@0"],
    ["epoch, loss: 3 0.5", "loss=0.5@3"],
    ["(epoch, train_loss, test_loss) = (3, 0.5, 0.625)", "train_loss=0.5@3 test_loss=0.625@3"],
    ["#3: loss 0.5", "loss=0.5@3"],
    ["k = 10, f(x) = 0.5, ||grad|| = 0.25", "f(x)=0.5@10 ||grad||=0.25@10"],
    ["step 3 |loss|0.5|acc|0.75|", ""],
    ["Mean accuracy over 5 folds: 0.875 (+/- 0.012)", "Mean_accuracy=0.875@0"],
    ["Epoch 3: R^2 = 0.875", "R2=0.875@3"],
    ["mAP (0.5/0.75): 0.25", "mAP_(0.5/0.75)=0.25@0"],
    ["Loss (train/val): 0.5/0.25", "train_Loss=0.5@0 val_Loss=0.25@0"],
    ["Shape: (3, 4), loss: 0.5", "loss=0.5@0"],
    ["precision, recall: 0.5", "recall=0.5@0"],
    ["Squared correlation coefficient = 0.75 (regression)", "Squared_correlation_coefficient=0.75@0"],
    ["Max epochs 60. Desired error: 0.001.", ""],
    ["<100> LL/token: -8.5", "LL/token=-8.5@100"],
    ["CV RMSE: 0.505 +/- 0.007", "CV_RMSE=0.505@0"],
    ["Initial log joint probability = -80.25", "Initial_log_joint_probability=-80.25@0"],
    ["Accuracy of   car : 66 %", "Accuracy_of_car=66@0"],
    ["iter  3 act 4.25e+00 pre 3.5e+00 f 4.5e+01 |g| 3.0e+01 CG   4", "act=4.25@3 pre=3.5@3 f=45@3 |g|=30@3"],
    ["iter 3 took 4.25 and more", ""],
    [
      "[CV] END .... accuracy: (train=1.000, test=0.903) f1_macro: (test=0.75) total time=   0.1s",
      "train_accuracy=1@0 test_accuracy=0.903@0 test_f1_macro=0.75@0",
    ],
    ["MeanRank:  53.25, MRR: 0.5", "MeanRank=53.25@0 MRR=0.5@0"],
    ["Root mean squared error                  0.25", "Root_mean_squared_error=0.25@0"],
    [
      "Last 10 training episodes: mean/median reward 3.25/3.5, min/max reward 1.5/4.5",
      "mean_reward=3.25@0 median_reward=3.5@0 min_reward=1.5@0 max_reward=4.5@0",
    ],
    ["The dist entropy 3.75, the value loss 0.5", "dist_entropy=3.75@0 value_loss=0.5@0"],
    ["step 5: bits/dim 3.25, nats per character: 1.25", "bits/dim=3.25@5 nats_per_character=1.25@5"],
    [" MODEL(1,1,1)(0,0,0)[0] intercept   : AIC=1171.5, Time=5.65 sec", "AIC=1171.5@0"],
    ["    ROC AUC: 0.75\nPR_AUC=0.5", "ROC_AUC=0.75@0 PR_AUC=0.5@0"],
    ["Acceptance Rate:                        0.625", "Acceptance_Rate=0.625@0"],
    ["Epoch[2] Evaluation metric 'epoch_loss'=4.25", "epoch_loss=4.25@2"],
    ["EPOCH[3/100] loss0.302-|Sample:1.27|", "loss=0.302@3"],
    ["step 1 | model_tflops_per_gpu: 40.1 | nll per token: 3.2", "model_tflops_per_gpu=40.1@1 nll_per_token=3.2@1"],
    ["(step=0000100) Train Loss: 0.25, Train Steps/Sec: 3.5", "Train_Loss=0.25@100 Train_Steps/Sec=3.5@100"],
    ["epoch: 18/120, acc_iter=4879, cur_iter=0/271, loss=4.5, lr=0.001", "loss=4.5@4879 lr=0.001@4879"],
    ["Run: 01, Epoch: 02, Loss: 1.25, Train: 44.56%", "Loss=1.25@2 Train=44.56@2"],
    ["epoch: 1 | nupdates: 1000 | loss: 12.5", "loss=12.5@1000"],
    [
      'tick 1  kimg 4.0  time 2m 1s  sec/tick 9.5  maintenance 3.3  cpumem 3.87  loss 0.5\n{"results": {"fid50k": 86.5}}',
      "loss=0.5@1 results/fid50k=86.5@1",
    ],
    [
      "step 3 | Dur Loss: 0.5, size_loss: 0.25, loss_avg_rank: 0.75, target_accuracy: 0.9, loss_time: 12.5",
      "Dur_Loss=0.5@3 size_loss=0.25@3 loss_avg_rank=0.75@3",
    ],
    ["[50] l2_params = 101.25", "l2_params=101.25@50"],
    ["epoch 3: eval_epoch_loss=0.5 log_steps=12", "eval_epoch_loss=0.5@3"],
    ["LL/token: -8.5\nchrF2 = 55.5\nexact: 0.75", "LL/token=-8.5@0 chrF2=55.5@0 exact=0.75@0"],
    ["valid loss: 0.5 (last best: 0.45)", "valid_loss=0.5@0"],
    [
      "step 3: train_step_timing in s: 0.5 | batch_cost: 0.2 | in_qsize: 5 | Data 0.08 (0.09) | ms/batch 12.34 | loss 7.5",
      "loss=7.5@3",
    ],
    ["Estimated FLOPs per token: 3.49e9", ""],
    ["Learning rate (eta): 0.25\nloss: 0.5", "loss=0.5@0"],
    ["step 2, Learning rate (eta): 0.25", "Learning_rate_(eta)=0.25@2"],
    ["logZ = -4.5 +- 0.25", "logZ=-4.5@0"],
    ["{'score': 0.5, 'max_depth': 4, 'config/x': 0.25}", "score=0.5@0"],
  ])("are metrics, positions or neither by their words: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("a line that is no more than a position", () => {
  test.each([
    ["──────── Step 1104 ────────", 1104],
    ["Epoch 2 of 500 took 1.234s", 2],
    ["***** Eval results at step 1000 *****", 1000],
    ["Evaluation results after epoch 7:", 7],
    ["++> Evaluate at epoch 8 ...", 8],
    ["Beginning epoch 9...", 9],
    ["End of epoch 10 / 200 \t Time Taken: 123 sec", 10],
    ["2023-05-01 10:00:00.123456: Epoch 11", 11],
    ["[batch=13/4800]:", 13],
    ["[1,0]<stdout>:Epoch 12/24", 12],
    ["Iteration No: 13 started. Evaluating function at random point.", 13],
    ["Epoch number: 14", 14],
    ["[Imputer] Ending imputation round 15/16, elapsed time 0.03", 15],
  ])("is where the lines below are: %s", (line, step) => {
    expect(points(`${line}\nloss: 0.5`)).toBe(`loss=0.5@${step}`);
  });

  test.each(["Best model saved at step 100.", "Resuming from step 5000.", "step 1200 failed"])(
    "is not a sentence: %s",
    (line) => {
      expect(points(`step 3 loss: 0.5\n${line}\nacc: 0.7`)).toBe("loss=0.5@3 acc=0.7@3");
    },
  );
});

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
    ["10:00:00 SUCCESS Step 2 | Reward: 0.5", "Reward=0.5@2"],
    [
      "[ Mon May 06 10:11:12 2024 ] Training epoch: 3\n[ Mon May 06 10:12:12 2024 ] \tMean loss: 0.5.",
      "Mean_loss=0.5@3",
    ],
    ["I STARTING Optimization\nI WER: 0.75, loss: 21.5", "WER=0.75@0 loss=21.5@0"],
    ["2026-05-06 10:11:12,345 - road-trainer - INFO - Epoch 3 / 20\nloss: 0.5", "loss=0.5@3"],
    ["road-trainer INFO: Epoch 3 / 20\nloss: 0.5", "loss=0.5@3"],
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

describe("a name and its number", () => {
  test.each([
    ["epoch - 1 iter - 100 loss - 0.5", "loss=0.5@100"],
    ["Epoch 3 | Loss 0.5 | Edges(k/s) 12.5 | Hits (hard) nan", "Loss=0.5@3 Edges(k/s)=12.5@3 Hits_(hard)=NaN@3"],
    ["Step 100: train CrossEntropyLoss |  1.25", "train_CrossEntropyLoss=1.25@100"],
    ["Train: [0/300][10/1251]\teta 1:23:45 lr 0.001\ttime 4.01 (4.01)\tloss 7.25 (7.5)", "lr=0.001@10 loss=7.25@10"],
    [
      "[Epoch 1 128/600][Iteration 1] Loss is 2.25. Current learning rate is 0.01.",
      "Loss=2.25@1 Current_learning_rate=0.01@1",
    ],
    ["CV Batch 4/100 loss 28.5 acc 38.25 history loss 27.75", "loss=28.5@4 acc=38.25@4 history_loss=27.75@4"],
    ["EPOCH: 7\ncurrent learning rate 2.5e-05", "current_learning_rate=0.000025@7"],
    ["Epoch 4: reducing learning rate of group 0 to 2.5000e-03.", "learning_rate=0.0025@4"],
    ["Epoch: 2\nUpdating learning rate to 2.5e-05", "learning_rate=0.000025@2"],
    ["Epoch 3, lr decayed from 0.5 to 0.25", "lr=0.25@3"],
    ["Updating learning rate to 2.5e-05", ""],
    ["step 3 loss 1: 0.5, loss 2: 0.25", "loss_1=0.5@3 loss_2=0.25@3"],
    ["Epoch 3\nTest score #0: 0.25\nTest score #1: 1.5", "Test_score_#0=0.25@3 Test_score_#1=1.5@3"],
    ["current learning rate 2.5e-05", ""],
    ["Steps : 5, Gen Loss Total : 88.5, Mel-Spec. Error : 1.75", "Gen_Loss_Total=88.5@5 Mel-Spec._Error=1.75@5"],
    [
      "Epoch   1: Total Training Rec Loss 9.5  Total Training Loss 2.5",
      "Total_Training_Rec_Loss=9.5@1 Total_Training_Loss=2.5@1",
    ],
    ["Epoch 2: val_loss improved from 0.5 to 0.25, saving model", ""],
    ["iter  10 value 45.125", "value=45.125@10"],
    [
      "At iteration 100, Mean rms=5.1%, char train=95.1%, skip ratio=0%",
      "Mean_rms=5.1@100 char_train=95.1@100 skip_ratio=0@100",
    ],
    ["Epoch 3\nPseudo dice [0.25, 0.5]", "Pseudo_dice=0.25@3"],
    [
      "[1104] episode_return 12.5 / model_loss 45.5 / fps 23.5",
      "episode_return=12.5@1104 model_loss=45.5@1104 fps=23.5@1104",
    ],
    ["step 3 | Loss: 0.5 | Grad. Norm: 0.25", "Loss=0.5@3 Grad._Norm=0.25@3"],
    ["[0/25][3/391] Loss_D: 1.75 D(x): 0.5 D(G(z)): 0.75 / 0.25", "Loss_D=1.75@3 D(x)=0.5@3 D(G(z))=0.75@3"],
    [" 3: 1.375, 1.5 avg loss, 0.001 rate, 0.59 seconds, 64 images", "avg_loss=1.5@3 rate=0.001@3"],
    [
      "fps step: 123 fps step and policy inference: 112 epoch: 1/500",
      "fps_step=123@1 fps_step_and_policy_inference=112@1",
    ],
    ["Relative absolute error                  7.875 %", "Relative_absolute_error=7.875@0"],
    ["Learning iteration 3/9\nMean action noise std: 1.00", "Mean_action_noise_std=1@3"],
    ["step 2, logp = -146.5, ||grad|| = 0.25", "logp=-146.5@2 ||grad||=0.25@2"],
    [
      "Macro-average precision, recall, F1: (0.75, 0.5, 0.625)",
      "Macro-average_precision=0.75@0 recall=0.5@0 F1=0.625@0",
    ],
    ["step 3, loss, acc: [0.5, 0.75]", "loss=0.5@3 acc=0.75@3"],
    ["Updating fitness with value 0.5", "fitness=0.5@0"],
    ["found new global minimum on step 1 with function value -0.5", "function_value=-0.5@1"],
    ["resetting env. episode reward total was -3.0. running mean: -2.5", "reward_total=-3@0 running_mean=-2.5@0"],
    ["step 2: f -0.5 trial_f -0.25", "f=-0.5@2 trial_f=-0.25@2"],
    [
      "-4.5 per-word bound, 25.5 perplexity estimate based on 100 documents",
      "per-word_bound=-4.5@0 perplexity_estimate=25.5@0",
    ],
    ["-- Generation 3 --\n  Evaluated 14 individuals\n  Max 20.5\n  Avg 18.25", "Max=20.5@3 Avg=18.25@3"],
  ])("may have little between them: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("a rate", () => {
  test.each([
    ["step 1/74: train loss 4.25 (80.6 ms, 50798 tok/s)", "train_loss=4.25@1 tok/s=50798@1"],
    [
      "Epoch[0] Batch [50]\tSpeed: 12.5 samples/sec 234.5 tokens/sec 1.25 updates/sec\tperplexity=123.5",
      "Speed=12.5@50 tokens/sec=234.5@50 updates/sec=1.25@50 perplexity=123.5@50",
    ],
    ["Iteration 40 (2.5 iter/s, 16.5s/40 iters), loss = 0.25", "iter/s=2.5@40 loss=0.25@40"],
    ["Train Epoch: 0 [5/20 (3%)] Batch (t): 0.456, 1123.4/s, 1123.4/s/gpu LR: 0.25 Loss: 6.5", "LR=0.25@5 Loss=6.5@5"],
  ])("may be one of several: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

describe("the step", () => {
  test.each([
    ["[INFO boost.cc:12]   num-trees:7 train-loss:0.75 valid-loss:0.5", "train-loss=0.75@7 valid-loss=0.5@7"],
    ["epoch 4 stage: 2 loss: 0.5", "loss=0.5@4"],
    ["5, train_loss=0.25, LR=0.1", "train_loss=0.25@5 LR=0.1@5"],
    ["0 [D loss: 0.66, acc.: 57.8%] [G loss: 0.81]", "D_loss=0.66@0 acc.=57.8@0 G_loss=0.81@0"],
    ["    100 -   12.5 sent/s - MLM-en:  7.125 ||  - LR: 0.001", "sent/s=12.5@100 MLM-en=7.125@100 LR=0.001@100"],
    ["Progress on:train 10.0it/1000it remaining:13:45 postfix:loss=9.75", "loss=9.75@10"],
    ["step 3\nloss=0.25, lr=0.01: : 100% 100/100 [00:10<00:00,  9.12it/s]", "loss=0.25@3 lr=0.01@3"],
    ["%SER 61.18 [ 1603 / 2620 ]", "SER=61.18@0"],
    ["loss 61.25 [ 1603 / 2620 ]", "loss=61.25@1603"],
    ["Accuracy = 92.5% (1234/1334) (classification)", "Accuracy=92.5@0"],
    ["   7 train loss:  2.25 test acc: 70.50%", "train_loss=2.25@7 test_acc=70.5@7"],
    ["   7 train loss  2.25", "train_loss=2.25@7"],
    ["Epochs           15. Current error: 0.25. Bit fail 3.", "Current_error=0.25@15"],
    [
      "Average objective function for 'output' for minibatches 20-29 is -3.5 over 6400 frames.",
      "Average_objective_function=-3.5@29",
    ],
  ])("is told from other numbers: %s", (line, expected) => {
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

test("a bar may have its postfix without a bracket", () => {
  expect(points("optimizer.global_best: 100%|██████████|30/30, best_cost=2.5e-5")).toBe("best_cost=0.000025@30");
});

test("the postfix of a bar has metrics, whatever their names are", () => {
  const bar = "100%|██████████| 10/10 [00:00<00:00, 87.87it/s, correct=57.5%, n=3]";
  expect(points(bar)).toBe("correct=57.5@10");
  expect(points("unpacked 3/7 parts, scale=1.5")).toBe("");
});

test("the bracket behind a bar may have brackets in it", () => {
  const bar = "100%|██████████| 1000/1000 [00:02<00:00, 480.12it/s, init loss: 1234.5, avg. loss [951-1000]: 123.5]";
  expect(points(bar)).toBe("init_loss=1234.5@1000 avg._loss=123.5@1000");
});

test("a table's head may have a range in a name", () => {
  const table = `     Class   Images   Labels        P        R   mAP@.5  mAP@.5:.95: 100%|████| 2/2 [00:01<00:00,  1.51it/s]
       all      128      929    0.612    0.512    0.534       0.312`;
  expect(points(table)).toBe("P=0.612@0 R=0.512@0 mAP@.5=0.534@0 mAP@.5:.95=0.312@0");
});

test("a sentence may say over what its number was taken", () => {
  expect(points("step 3 lr 0.5\nAvg. loss per last 100 batches: 6.25")).toBe("lr=0.5@3 Avg._loss=6.25@3");
});

test("a sentence may say where its number was measured", () => {
  expect(points("Score at iteration 100 is 0.3456")).toBe("Score=0.3456@100");
});

describe("no metric is in", () => {
  test.each([
    "linear algebra: direct / qdldl, precision: 64 bit (1 thread)",
    "{'network': 'mlp', 'max_kl': 0.01, 'gamma': 0.99}",
    "step 5\nsolution: [ 0.5, 0.25, 0.125]",
    "step 5\n[head] params: iou loss: ciou (4), iou_norm: 0.07, obj_norm: 1.5",
    "step 5\n$ build/embed -x-max 10.5 -iter 15 -binary 2.5",
    "step 5\n0.18 (1.0e-02): par = (3.25 0.5)",
    "make[1]: *** [Makefile:12: all] Error 2",
    "nms_iou: 0.45",
    "  l2_regularization: 0.01",
    "  lambda_loss: 0.5",
    "lambda_L1: 100.0",
    "----------------\n\nEpoch   5\nFitting: 100% 3/3 [00:10<00:00,  3.25s/it]",
    '  "layer_norm_eps": 1e-12,',
    "max_grad_norm=1.0,",
    "=> loaded checkpoint 'best.pth.tar' (epoch 12, best_acc1 76.12)",
    "Resuming from epoch 12 with best loss 0.312",
    "Seq Scan on runs  (cost=0.00..35.50 rows=10 width=4) (actual time=0.012..0.121 rows=10 loops=1)",
    "        aten::cross_entropy_loss     1.12%     121.212us             1",
    "conf_thres=0.25, iou_thres=0.45, max_det=1000",
    "=> [1/7] FROM docker.io/library/python:3.10                               1.2s",
    "nvcc -O3 --gpu-architecture=sm_80 -DLOSS=1 loss.cu",
    "[2/4] c++ -MMD -MF fused_loss.o.d -DVERSION=1.2",
    "aten::batch_norm         0.34%     345.000us        12.34%",
    "FLOPs: 4.12G, Params: 25.56M",
    "Step 2/12 : RUN pip install torch==2.1.0\nload average: 0.12, 0.34, 0.56",
  ])("%s", (line) => {
    expect(points(line)).toBe("");
  });
});

test("a bar without an end counts from the beginning in each epoch", () => {
  const epochs = [1, 2].map(
    (epoch) => `epoch: ${epoch}/9: : 910it [00:06, 139.33it/s, loss=0.${epoch}]\neval psnr: 1${epoch}`,
  );
  expect(points(epochs.join("\n"))).toBe("loss=0.1@1 eval_psnr=11@1 loss=0.2@2 eval_psnr=12@2");
});

test("what a metric has reached is its value", () => {
  expect(points("Epoch 3: val_loss reached 13.25 (best 13.25), saving")).toBe("val_loss=13.25@3");
});

test("what is true of an example is no metric", () => {
  expect(points("step=1 loss=0.5\ngt: 3.25, truth: 3.5")).toBe("loss=0.5@1");
});

test.each([
  [
    "step=5 loss=0.5\nrpn_cls: 0.75, rcnn_cls: 3.125, rcnn_box 0.25",
    "loss=0.5@5 rpn_cls=0.75@5 rcnn_cls=3.125@5 rcnn_box=0.25@5",
  ],
  ["step=5 loss=0.5\ntime consuming of epoch 6 is: 29.5", "loss=0.5@5"],
  ["Step 270: Validation accuracy = 98.5% (N=100)", "Validation_accuracy=98.5@270"],
  ["step=5 loss=0.5\nEvaluation over 10 episodes: -1.25", "loss=0.5@5 Evaluation=-1.25@5"],
  ["[Epoch  1] Test Accuracy: 48234/59904 (0.80518)", "Test_Accuracy=0.80518@1"],
  ["step=5 loss=0.5\nCreated loss with weights: CE=1.0, Dice=1.0", "loss=0.5@5"],
  [
    "[Epoch 1] Loss: 0.0275 (Ent: 0.0549, Head: 0.0139) pred=2.5",
    "Loss=0.0275@1 Ent=0.0549@1 Head=0.0139@1 pred=2.5@1",
  ],
  ["step=5 metrics/dist_to_target=4.5", "metrics/dist_to_target=4.5@5"],
  ["Best fitness: 2.5 - size: (1, 2) - species 1 - id 47", "Best_fitness=2.5@0"],
  ["[CV 2/3] END .......C=0.1, gamma=1;, score=0.75 total time=   0.1s", "score=0.75@0"],
  [
    "[CV 2/3] END C=0.1; accuracy: (test=0.75) roc_auc: (test=0.5) total time=   0.1s",
    "test_accuracy=0.75@0 test_roc_auc=0.5@0",
  ],
  ["step=5 loss=0.5\ntol_obj = 1e-12 (Default)", "loss=0.5@5"],
  ["loss: 0.5\n/a/b.py:12: RuntimeWarning: overflow\n  return 0.5 * x\n  loss: 0.25", "loss=0.5@0 loss=0.25@1"],
  ["step=5 loss=0.5\nGap 0% (tolerance: 0.25%)", "loss=0.5@5"],
  [
    "[5] kl_loss 0.5 / prior_ent 1.25 / post_ent 0.75 / fps 45.5",
    "kl_loss=0.5@5 prior_ent=1.25@5 post_ent=0.75@5 fps=45.5@5",
  ],
  ["F1(k=10): 0.25 - Recall(k=10): 0.5 - Hits(k=50): 0.75", "F1(k=10)=0.25@0 Recall(k=10)=0.5@0 Hits(k=50)=0.75@0"],
  ["Epoch: [2][30/100] Err 6.75 Top1-%: 1.5 LR 1e-02", "Err=6.75@30 Top1-=1.5@30 LR=0.01@30"],
  ["Force  MAE         : 0.25 eV/Å\nEnergy MAE/Natoms  : 0.5 eV", "Force_MAE=0.25@0 Energy_MAE/Natoms=0.5@0"],
  ["Objective value = -54.25", "Objective_value=-54.25@0"],
  [
    "kernels/ops.cc:79] Loss XY        [0.0625]\nkernels/ops.cc:79] Loss Class     [0.5]",
    "Loss_XY=0.0625@0 Loss_Class=0.5@0",
  ],
  ["epoch 0, loss is 0.5, time 243.5 samples/sec", "loss=0.5@0 samples/sec=243.5@0"],
  [
    "step=5 loss=0.5\nAvg IOU: 0.5, .5R: 0.25, .75R: 0.125, 3D: 0.75",
    "loss=0.5@5 Avg_IOU=0.5@5 .5R=0.25@5 .75R=0.125@5 3D=0.75@5",
  ],
  ["alpha_loss: 0.5", "alpha_loss=0.5@0"],
  ["Epoch [7]: loss = 0.5 * 512 0.662s (773.5 samples/s);", "loss=0.5@7 samples/s=773.5@7"],
  [
    "step=5 loss=0.5\nretrained: Forest(rate=0.25, alpha=0.5,\n       beta=(1, 2), ratio=0.75,\n       lambda=2.5)\nloss=0.25",
    "loss=0.5@5 loss=0.25@6",
  ],
  ["step=5 loss=0.5\nput_count=3003 eviction_rate=0.333", "loss=0.5@5"],
  ["step=5 loss=0.5\n    return 0.5\nselects those whose upper bound is infinity", "loss=0.5@5"],
])("what a line says, and what it does not: %s", (output, expected) => {
  expect(points(output)).toBe(expected);
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

describe("a name that comes twice", () => {
  test.each([
    ["4: [C loss: 0.5, acc: 0.75] [E loss: 0.25, acc: 0.6]", "C_loss=0.5@4 acc=0.75@4 E_loss=0.25@4 E_loss/acc=0.6@4"],
    ["Step 2 [loss: 0.5, lr: 0.1] [loss: 0.5, lr: 0.1]", "loss=0.5@2 lr=0.1@2"],
    ["loss 0.5 [acc 0.75 loss 0.25]", "loss=0.5@0 acc=0.75@0"],
  ])("is of the first name of its bracket: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

test("the one number of a list behind a position is the metric's", () => {
  expect(points("Loss at step 20: [1.5]")).toBe("Loss=1.5@20");
});

test("what a share is of is no position", () => {
  expect(points("test loss 0.5 | accu 0.25 = 50/200")).toBe("test_loss=0.5@0 test_accu=0.25@0");
});

describe("a number alone in brackets", () => {
  test.each([
    ["Epoch 5 Loss [0.5] Acc [91.5%]", "Loss=0.5@5 Acc=91.5@5"],
    ["Iter: [3/200] Mean loss: A[0.50] B[1.25]", "A=0.5@3 B=1.25@3"],
    ["using scales[0.5] and IoU [0.5]", ""],
  ])("is a value beside a position: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});

test.each([
  ["loss: 0.5 speed: 4555 wps", "loss=0.5@0 speed=4555@0"],
  ["step 3 loss 0.5 fps 30", "loss=0.5@3 fps=30@3"],
  ["step 3 | loss 0.5 | 4555 wps", "loss=0.5@3 wps=4555@3"],
])("the word of a rate is a name or a unit: %s", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("a line of an epoch that has settings only is a header", () => {
  expect(points("Epoch: 2 Learning rate: 0.5\nloss: 0.5\nloss: 0.25")).toBe(
    "Learning_rate=0.5@2 loss=0.5@2 loss=0.25@2",
  );
});

test.each([
  ["Epoch 3 | Loss 2.5 (task 2.25, comp 0.25) | Test 0.5", "Loss=2.5@3 task=2.25@3 comp=0.25@3 Test=0.5@3"],
  ["Epoch 3 loss 2.5 (min 2.25, max 2.75)", "loss=2.5@3"],
  ["Epoch 3 loss 2.5 (took 3.5)", "loss=2.5@3"],
])("what a metric is made of stands behind it: %s", (line, expected) => {
  expect(points(line)).toBe(expected);
});

test("a range is no metric", () => {
  expect(points("Epoch 3 loss: 0.5\n  Val proba range: [0.25, 0.75]")).toBe("loss=0.5@3");
});

test.each([
  "momentum: 0.9            # of the paper",
  "  schedule: cosine 1.5 * cos(x)  # with restarts",
  "- Ratio: 4.25:1 (one to the other)",
  "    --drop RATE    how much is left out [default: 0.25]",
  "top - 14:30:25 up 3:45, 2 users, load average: 0.52, 0.58, 0.59",
])("is no metric once training has begun either: %s", (line) => {
  expect(points(`Epoch 2\nloss: 0.5\n${line}`)).toBe("loss=0.5@2");
});
test("the number of a stage is no metric", () => {
  expect(points("step 20, loss=0.5, at iteration 18, stage 0, error rate=12.5")).toBe("loss=0.5@20 error_rate=12.5@20");
});

test("of a list of pairs the first one's second number is the value", () => {
  expect(points("step=4 Avg reward: [(0, '0.75'), (1, '0.5')]")).toBe("Avg_reward=0.75@4");
});

test("a learning rate in a cell beside a metric is no setting", () => {
  expect(points("| Progress [##  ][ 6.47%] | LR 0.25 | Loss   7.5 (  9.5) |")).toBe("LR=0.25@0 Loss=7.5@0");
});

test("what is printed behind a bar is newer than what is in it", () => {
  expect(
    points("Epoch 3: 100%|##9| 99/100 [00:09<00:00, 9.2it/s, loss=0.5, val_loss=0.6]val_loss 0.4 val/a1 0.75"),
  ).toBe("loss=0.5@3 val_loss=0.4@3 val/a1=0.75@3");
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
