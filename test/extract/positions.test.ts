import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

describe("a position", () => {
  test.each([
    ['{"current_steps": 30, "total_steps": 90, "loss": 0.5, "epoch": 0.25}', "loss=0.5@30"],
    [
      "[ total_exs:2114 epochs:4.25 ] {'exs': 128, 'loss': 0.5, 'updates': 8, 'total_train_updates': 120}",
      "exs=128@120 loss=0.5@120",
    ],
    [
      "Throughput: 1250.5. Total num frames: 4000. Samples: 4100\nAvg episode reward: -2.5",
      "Throughput=1250.5@4000 Avg_episode_reward=-2.5@4000",
    ],
    [
      "INFO - 02/03/24 11:12:13 - 0:10:09 -     235 -   12.5 sent/s - 375.25 words/s - CLM-de:  2.5 -  - model LR: 1e-05",
      "sent/s=12.5@235 words/s=375.25@235 CLM-de=2.5@235 model_LR=0.00001@235",
    ],
    ["[#00120] loss_a: 0.5\n[10:11:12] [#00121] loss_a: 0.25", "loss_a=0.5@120 loss_a=0.25@121"],
    [
      " [train: 3, 50 / 200] FPS: 12.5 (14.0)  ,  Loss/target_box: 0.5\n[val: 3, 40 / 60] Loss/total: 0.25",
      "FPS=12.5@50 Loss/target_box=0.5@50 val/Loss/total=0.25@40",
    ],
    ["Testing Results - Epoch: 8\nmAP: 61.5%\nTraining: epoch 9 of 20\nloss: 0.5", "mAP=61.5@8 loss=0.5@9"],
    ["num_steps: 7500, reward: 21.5, time: 4.25\nnum_steps: 15000, reward: 22.5", "reward=21.5@7500 reward=22.5@15000"],
    ["Stats | t_env:    2500 | Episode:    40\nreturn_mean:    1.5", "return_mean=1.5@2500"],
    ["Dev loss @epoch 4: 0.25\nDev loss @ step 50: 0.5", "Dev_loss=0.25@4 Dev_loss=0.5@50"],
    ["# Internal evaluation, global step 40\n  writing to out/test.\n  bleu dev: 0.5", "bleu_dev=0.5@40"],
    ["[INFO:1234 learner:56 2026-01-31 10:11:12,345] Steps 320 @ 120.5 SPS. Loss 2.5.", "Loss=2.5@320"],
    ["Test Summary mean WER 64.75 mean CER: 48.5", "mean_WER=64.75@0 mean_CER=48.5@0"],
    ["Training loss (for one batch) at step 200: 1.5", "Training_loss_(for_one_batch)=1.5@200"],
    [
      [1, 2].map((epoch) => `Epoch: ${epoch} [640/6400] Loss: ${epoch}.5\nTest accuracy: 0.${epoch}`).join("\n"),
      "Loss=1.5@640 Test_accuracy=0.1@640 Loss=2.5@640 Test_accuracy=0.2@640",
    ],
    [
      "d: 0.75; g: 0.5; path: 0.25:   0%|          | 400/800 [04:12<138:12:31,  1.61it/s]",
      "d=0.75@400 g=0.5@400 path=0.25@400",
    ],
    ["Phase 4 (3000 steps performed)\n12 episodes - reward: 0.5 - loss: 0.25", "reward=0.5@3000 loss=0.25@3000"],
    ["Fold 2 | Epoch 3/10\nacc: 0.5\nFold 2, Epoch 4\nacc: 0.75", "acc=0.5@3 acc=0.75@4"],
    ["Client 4 | Epoch 1/5 | loss 0.5", "loss=0.5@1"],
    ["Epoch 3 of 90 @ 2026-01-31 10:11:12\nacc: 0.5\nEpoch 4 started at 10:12:13\nacc: 0.75", "acc=0.5@3 acc=0.75@4"],
    ["=== Epoch 3 Summary ===\nloss: 0.5\nEpoch 4 finished!\nloss: 0.25", "loss=0.5@3 loss=0.25@4"],
    ["Train 3, loss: 0.5, acc: 0.75\nTest 3, loss: 0.25", "loss=0.5@3 acc=0.75@3 Test/loss=0.25@3"],
    ["Epoch 4\nPSNR: 33.5 (Best: 34.25 @epoch 2)", "PSNR=33.5@4"],
    [
      "[ITER 70] Evaluating test: L1 0.25 PSNR 20.5\n[ITER 70] Saving\nTraining: 90%|###| 90/100 [00:12<00:01, 9.1it/s, Loss=0.5]",
      "L1=0.25@70 PSNR=20.5@70 Loss=0.5@90",
    ],
    ["Training: 90% 90/100 [00:12<00:01,  9.1it/s, Loss=0.5]", "Loss=0.5@90"],
    ["Training loss at step 100: 1.5, accuracy: 0.25", "Training_loss=1.5@100 accuracy=0.25@100"],
    ["The train loss of epoch3-batch-50:0.25", "The_train_loss=0.25@50"],
    ["Epoch-3 loss: 0.5\nEpoch_4: loss=0.25", "loss=0.5@3 loss=0.25@4"],
    ["Final training  15/299 loss: 0.5 time 2.5s", "loss=0.5@15"],
    ["Total T: 2000 Episode Num: 2 Episode T: 1000 Reward: -99.5", "Reward=-99.5@2"],
    [
      "Episodes: 14231\nNum steps: 20000\nMean Episode reward: -66.5\nLast Episode reward: -35.75",
      "Mean_Episode_reward=-66.5@14231 Last_Episode_reward=-35.75@14231",
    ],
    ["500 | loss 6.0091 | lr 5.000000e-05 | 870.53ms | mfu 0.19%", "loss=6.0091@500 lr=0.00005@500 mfu=0.19@500"],
    ["Checkpoint [3]\tTrain-perplexity=50.25", "Train-perplexity=50.25@3"],
    [
      "Epoch[ 3 of 8]-Minibatch[ 101- 200, 25.50%]: CrossEnt = 1.25 * 512; EvalErr = 0.5 * 512",
      "CrossEnt=1.25@200 EvalErr=0.5@200",
    ],
    ["Finished Epoch[4 of 8]: loss = 0.5 * 512, metric = 10.5% * 512", "loss=0.5@4 metric=10.5@4"],
    ["   7/50: Objective: 2.25", "Objective=2.25@7"],
    [
      "Valid average recall at [400/500]: 0.25\nValid average rank at [400/500]: 8.5",
      "Valid_average_recall=0.25@400 Valid_average_rank=8.5@400",
    ],
    ["Pretext step: 40, test acc : 0.25, loss : -0.5", "test_acc=0.25@40 test_loss=-0.5@40"],
    ["Training of epoch 3 - loss: 0.5", "loss=0.5@3"],
    ["Last epoch: 40, loss : 0.5", "loss=0.5@0"],
    ["Validation (step 400): loss = 0.5, auc = 0.75", "Validation/loss=0.5@400 Validation/auc=0.75@400"],
    ["losses/critic_loss 12.5 3000", "losses/critic_loss=12.5@3000"],
    ["3000: 4.5, 7.25 avg, 0.001 rate, 0.5 seconds, 3000 images", "avg=7.25@3000 rate=0.001@3000"],
    ["Checkpoint [3]\tUpdates=1000 Epoch=1 Updates/sec=10.5", "Updates/sec=10.5@3"],
    ["Step: 10k | loss: 0.5", "loss=0.5@10000"],
    ["{| Epoch: 3 (120/120) | Loss: 0.5 | 1.5 steps/s | Step: 2k | }", "Loss=0.5@2000 steps/s=1.5@2000"],
    ["3 * Epoch (valid) metrics: lr: 0.001 | loss: 1.25", "lr=0.001@3 valid/loss=1.25@3"],
    ["| epoch 010  2000 / 8223 loss=1.25 (1.50), lr=0.001", "loss=1.25@2000 lr=0.001@2000"],
    ["| train | E: 5 | S: 5000 | R: 121.5 | ALOSS: -12.5", "R=121.5@5000 ALOSS=-12.5@5000"],
    [" eval    E: 7   I: 1,000   R: 0.5", "eval/R=0.5@1000"],
    ["Train loss 12 46.25 Grad Norm 12.5 3.31s/it", "Train_loss=46.25@12 Grad_Norm=12.5@12"],
    ["Evaluating the model on the dev set in epoch 0 after 33 steps:\nPearson: 0.5", "Pearson=0.5@33"],
    ["[10 | 28.22] loss=3.75 avg=3.5", "loss=3.75@10 avg=3.5@10"],
    ["<10> LL/token: -9.5", "LL/token=-9.5@10"],
    ["Step... (500 | Loss: 6.5, Learning Rate: 0.25)", "Loss=6.5@500 Learning_Rate=0.25@500"],
    ["  1:  ... loglikelihood=-1529.5\t0.75", "loglikelihood=-1529.5@1"],
    ["10:11:12: [Training epoch3:250/806] acc:0.5 loss:0.25", "acc=0.5@250 loss=0.25@250"],
    ["Validation loss 1000: 0.75", "Validation_loss=0.75@1000"],
    ["Validation loss 12000:  0.125000", "Validation_loss=0.125@12000"],
    ["Training epoch 3: 0.01 0.002\nEpoch: 98.2%  lr: 0.25  loss: 0.5", "lr=0.25@3 loss=0.5@3"],
    ["Epoch 3 begin\naccuracy: 0.25\n--\naccuracy: 0.5", "accuracy=0.25@3 accuracy=0.5@3"],
    ["Epoch 2/9  ━━━━━━ 1/1 0:00:00 • 0:00:00 0.00it/s v_num: 1.000\n    loss: 0.5", "loss=0.5@2"],
    ["Epoch 39/-2 ━━━━━━ 1/1 0:00:00 v_num: 1.000\n    loss: 0.5", "loss=0.5@39"],
    ["==> online epoch # 4 [batchSize = 128]\nTrain accuracy: 41.5 %", "Train_accuracy=41.5@4"],
    ["INFO:my-model:Train Epoch: 2 [21%]\nINFO:my-model:[200, 9.9e-05]\nloss_gen=0.5", "loss_gen=0.5@2"],
    ["eval metrics after step: 3, loss=0.5, total_weights=98304.0", "loss=0.5@3"],
    ["Trial 5 Complete [00h 01m 12s]\nval_accuracy: 0.75", "val_accuracy=0.75@5"],
    ["[my.automl: 11-13 10:11:12] {2390} INFO - iteration 3, current learner a\nbest error=0.5", "best_error=0.5@3"],
    ["[2026-08-01 10:11:12,123][12121] Fps: 12.5", "Fps=12.5@0"],
    ["outdir:results/2026 step:200 episode:1 R:-12.5", "R=-12.5@200"],
    ["==== Epoch 3 Validation ====\nacc: 0.5\n*** EPOCH 4 EVALUATION RESULTS ***\nacc: 0.75", "acc=0.5@3 acc=0.75@4"],
    ['logging.py:  99: stats: {"epoch": "10/50", "iter": "90/159", "loss": 2.5}', "loss=2.5@90"],
    ["epoch/iter: 19/5159  total_loss: 22.5", "total_loss=22.5@5159"],
    ["Epoch: [99] Avg accuracy 0.75; Avg Time x Batch 0.007", "Avg_accuracy=0.75@99"],
    ["2026-08-01 10:11:12,123 - (Epoch 20) TRAIN LOSS:0.25 LR:0.0125", "TRAIN_LOSS=0.25@20 LR=0.0125@20"],
    ["08-20 09:09:12 Epoch21 Loss: total: 0.5 edge: 0.25", "total=0.5@21 edge=0.25@21"],
    [
      "[lfw][924000]XNorm: 23.5\n[lfw][924000]Accuracy-Flip: 0.99700+-0.00296",
      "XNorm=23.5@924000 Accuracy-Flip=0.997@924000",
    ],
    ["[1,000] Accuracy: 89.25%", "Accuracy=89.25@1000"],
    ["Train tree 7/30 train-loss:0.5 valid-loss:0.75 [total:0.01s]", "train-loss=0.5@7 valid-loss=0.75@7"],
    ["| epoch   1 |   200/ 2983 batches | lr 20.00 | loss  7.5", "lr=20@200 loss=7.5@200"],
    ["At iterate   50    f=  2.5D-01    |proj g|=  1.25D-02", "f=0.25@50 proj_g=0.0125@50"],
    ["Epoch 4 - Evaluation time (seconds): 2.31 - train metrics:\n    Accuracy: 0.5", "Accuracy=0.5@4"],
    [
      "Step (% Done)   Train Iter (time)   ETA (time)   Train Rays / Sec\n-----------\n140 (0.47%)     21.9 ms             10 m, 56 s   1.5 K",
      "Train_Rays_/_Sec=1500@140",
    ],
    ["2 epoch: train_loss=0.5 | lr=0.001", "train_loss=0.5@2 lr=0.001@2"],
    ["Gradient Descent(3/49): loss=2.5, w0=51.3", "loss=2.5@3 w0=51.3@3"],
    ["840: played 12 games, mean reward -3.5, speed 125.5 f/s", "mean_reward=-3.5@840 speed=125.5@840"],
    ["25: loss 0.5, acc 0.75", "loss=0.5@25 acc=0.75@25"],
    ["Pass 7, Batch 40, Cost 2.25, {'error_evaluator': 0.5}", "error_evaluator=0.5@40 Cost=2.25@40"],
  ])("is found in %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });

  test.each([
    ["E: -12.5 loss: 0.5", "E=-12.5@0 loss=0.5@0"],
    [
      "   N    Tit     Tnf  Tnint  Skip  Nact     Projg        F\n  785     50     57      1     0     0   2.1D-03   2.1D-01",
      "",
    ],
    ["step 3 accuracy 1 0.5", "accuracy=1@3"],
    ["step=5 loss=0.5\nAccuracy(93/100): acc=0.93", "loss=0.5@5 acc=0.93@5"],
    ["batch = 64\nmomentum = 0.9\nloss: 0.5", "loss=0.5@0"],
    ["steps = 1000\nloss: 0.5", "loss=0.5@0"],
    ["0: step 30 loss 0.5\n0: Epoch 2\n0: val loss 0.25", "loss=0.5@30 val_loss=0.25@2"],
  ])("is not what only looks like one: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("a line", () => {
  test("with one new number counts whole, where the others have come to the same again", () => {
    expect(points("Epoch 1 loss: 0.5 acc: 0.25\nEpoch 1 loss: 0.5 acc: 0.75")).toBe(
      "loss=0.5@1 acc=0.25@1 loss=0.5@1 acc=0.75@1",
    );
    expect(points("Epoch 1 loss: 0.5 acc: 0.25\nEpoch 1 loss: 0.5 acc: 0.25")).toBe("loss=0.5@1 acc=0.25@1");
  });

  test("that says its step is another than one that does not", () => {
    expect(points("Iteration 5, loss = 0.5\n    output #0: loss = 0.5 (* 1 = 0.5 loss)")).toBe("loss=0.5@5 loss=0.5@5");
  });

  test.each([
    ["1%|▊    | 10/1000 [00:32<53:42,  3.25s/it]{'loss': 0.5, 'epoch': 0.25}", "loss=0.5@0.25"],
    ["Epoch 3:  1%|▊    | 10/1000 [00:32<53:42,  3.25s/it, lr=1e-3]{'loss': 0.5}", "loss=0.5@3 lr=0.001@3"],
    [
      "1%|▊    | 10/1000 [00:32<53:42,  3.25s/it, ema=0.75]2026-01-01 10:11:12 - INFO - step 20 loss 0.5",
      "loss=0.5@20 ema=0.75@10",
    ],
    ["1%|▊    | 10/1000 [00:32<53:42,  3.25s/it, loss=0.5]Saved the checkpoint of step 10", "loss=0.5@10"],
  ])("that was printed behind a bar is read on its own: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("what a name is of", () => {
  test.each([
    [
      "step 3 loss[loss=0.5, simple_loss=0.75, over 7121.00 frames.], tot_loss[loss=0.25, simple_loss=1.5, over 3.00 frames.], lr: 3.00e-03",
      "loss=0.5@3 simple_loss=0.75@3 tot_loss/loss=0.25@3 tot_loss/simple_loss=1.5@3 lr=0.003@3",
    ],
    ["Batch: 5, Loss span/total=0.5/0.75, lr=0.1", "Loss_span=0.5@5 Loss_total=0.75@5 lr=0.1@5"],
    ["[Step 100] Train / test accuracy: 0.75 / 0.5.", "Train_accuracy=0.75@100 test_accuracy=0.5@100"],
    ["epoch 2 train/val loss: 0.75/0.5 lr: 0.1", "train_loss=0.75@2 val_loss=0.5@2 lr=0.1@2"],
    ["Val result: mIoU/mAcc/allAcc 0.25/0.5/0.75.", "Val/mIoU=0.25@0 Val/mAcc=0.5@0 Val/allAcc=0.75@0"],
    ["step 4 Normalizer: (iou: 0.75, cls: 1.0) Avg (IOU: 0.25), iou_loss = 0.5", "IOU=0.25@4 iou_loss=0.5@4"],
    ["epoch: 1 step: 100, loss is [0.5]", "loss=0.5@100"],
  ])("is told by brackets and slashes: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("a name", () => {
  test.each([
    ["step 1 tokens per gpu per second (tgs): 1212.5", "tokens_per_gpu_per_second_(tgs)=1212.5@1"],
    ["step: 1, seconds: 0.631, tokens_sec: 12.5, total_weights: 1572864", "tokens_sec=12.5@1"],
    ["2 Percent improvement time=100, best error was 100 @ 0", ""],
    ["step=2\nstatistics:[('average_loss', 0.25), ('n_updates', 12)]", "average_loss=0.25@2"],
    ["R squared (OOB):                  0.75", "R_squared_(OOB)=0.75@0"],
    ["token_error_rate: 0.5 label_error_rate: 0.25", "token_error_rate=0.5@0 label_error_rate=0.25@0"],
    ["step 2 episode/score 14.5 / train/opt/lr 1e-4", "episode/score=14.5@2 train/opt/lr=0.0001@2"],
    ["step=1, n/ep=7, n/st=2000, rew=12.5, walltime=12.5, avg-sec-per-sent=0.25, passes=4", "rew=12.5@1"],
  ])("is a metric or noise by its words: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("a table", () => {
  test.each([
    ["epoch,train loss,val loss\n1,0.5,0.75", "train_loss=0.5@1 val_loss=0.75@1"],
    ["epoch, train_loss, val_loss\n1, 0.5, 0.75", "train_loss=0.5@1 val_loss=0.75@1"],
    [
      "|      Trainer                  MicroAccuracy Duration    |\n|---------------------------------|\n|3     FastTreeOva              0.25          0.8070      |",
      "MicroAccuracy=0.25@3",
    ],
    [
      "epoch,      train/loss,   mAP_0.5:0.95,      x/lr0\n    0,            0.5,           0.25,    0.125",
      "train/loss=0.5@0 mAP_0.5:0.95=0.25@0 x/lr0=0.125@0",
    ],
    ["abs_rel,     rms,   a1\n 0.25,    7.5,   0.75", "abs_rel=0.25@0 rms=7.5@0 a1=0.75@0"],
    ["We report loss, accuracy and time\n0.25, 0.75", ""],
  ])("may have names with blanks, and rows with a number in front: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("pairs that stand next to each other", () => {
  test.each([
    ["Epoch: [8][100/1609]\tXent 0.1181 (0.1140)\tHtri 0.0055 (0.0133)", "Xent=0.1181@100 Htri=0.0055@100"],
    [
      "Batch losses :  Generator loss 1.5e-07 Discriminator loss 1.25 Total: 2.5",
      "Generator_loss=1.5e-7@0 Discriminator_loss=1.25@0 Total=2.5@0",
    ],
    ["step 3: val_loss 0.25 val/abs_diff 0.5 val/a1 0.75", "val_loss=0.25@3 val/abs_diff=0.5@3 val/a1=0.75@3"],
    ["Iteration 20; acc: 45476/54430=0.8355", "acc=0.8355@20"],
    ["[11/90] loss: 2.25 Accuracy: [13500/25000](0.540)", "loss=2.25@11 Accuracy=0.54@11"],
    ["12 340 Loss=0.5 Time=0.25\n13 1 Loss=0.25 Time=0.25", "Loss=0.5@340 Loss=0.25@1"],
    ["Iteration 20; acc: 4547.0/5443.0=0.8354", "acc=0.8354@20"],
    ["Iteration 20, recall: 7 / 16 * 100 = 43.75 %, precision: 15/16 = 93.75%", "recall=43.75@20 precision=93.75@20"],
    [
      "Validation Summary Epoch: [3]\tAverage WER 12.5\tAverage CER 2.25",
      "Validation/Average_WER=12.5@3 Validation/Average_CER=2.25@3",
    ],
    ["step 20 cost 0.5\nrotation angles: [0.0101 3.1415]", "cost=0.5@20"],
  ])("have their own names: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

test("a range with its unit glued behind it is over at its end", () => {
  expect(points("1epoch:train:1-25batch: loss=0.5\n1epoch:train:26-50batch: loss=0.25")).toBe(
    "loss=0.5@25 loss=0.25@50",
  );
});
