import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

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
    ["step: 4 amp: No d_loss: 0.5 ema: None g_loss: 0.25", "d_loss=0.5@4 g_loss=0.25@4"],
    ["Task: TPR@FPR=0.01\nepoch 3 TPR@FPR=0.01: 0.75", "TPR@FPR=0.01=0.75@3"],
    ["rsum: 412.5", "rsum=412.5@0"],
    ["PCKh@0.5: 87.5", "PCKh@0.5=87.5@0"],
    ["loss(x, y) = param(0.25)", "loss(x,_y)=0.25@0"],
    ["step 3 loss: 0.5\nMean of first 2 points: tensor([0.25, 0.75])", "loss=0.5@3"],
    ["Valid MR at step 200: 35.5", "Valid_MR=35.5@200"],
    ["loss in epoch 61 iteration 2: 0.5", "loss=0.5@2"],
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
      "step 3 | Dur Loss: 0.5, size_loss: 0.25, loss_duration: 1.5, loss_code_pen: 2.5, loss_avg_rank: 0.75, target_accuracy: 0.9, loss_time: 12.5",
      "Dur_Loss=0.5@3 size_loss=0.25@3 loss_duration=1.5@3 loss_code_pen=2.5@3 loss_avg_rank=0.75@3",
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

test("a sentence may say over what its number was taken", () => {
  expect(points("step 3 lr 0.5\nAvg. loss per last 100 batches: 6.25")).toBe("lr=0.5@3 Avg._loss=6.25@3");
});

test("a sentence may say where its number was measured", () => {
  expect(points("Score at iteration 100 is 0.3456")).toBe("Score=0.3456@100");
});

test("what a metric has reached is its value", () => {
  expect(points("Epoch 3: val_loss reached 13.25 (best 13.25), saving")).toBe("val_loss=13.25@3");
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
