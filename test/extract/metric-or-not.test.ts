import { describe, expect, test } from "vitest";
import { points } from "./points.ts";

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
    "REPORT OF EPOCH 2\n│   ├── Best until now = 0.5 (↘ -0.25)\n│   └── Epoch N-1      = 0.5 (↘ -0.25)",
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
    "flops: 4123456789.0 params: 25557032.0",
    "AssertionError: 5.0 != 4.99 within 2 places (0.0099 difference) : loss: 5.0 != 4.99",
    "KeyError: 3",
    "Found 1 error in 1 file (checked 1 source file)",
    "epochs=20, batch=16, lr=0.05, wd=0.1",
    "learning rate: 0.05 / batch size: 16 / epoch: 20",
    '{"lr": 0.05, "num_epochs": 20, "batch": 16}',
    "Loss weights -> cls: 0.5, box: 0.05, obj: 1.0",
    "pool_allocator.cc:24] PoolAllocator: After 1794 get requests, evicted_count=1000 eviction_rate=0.75 and unsatisfied allocation rate=0.5",
    "Step 2/12 : RUN pip install torch==2.1.0\nload average: 0.12, 0.34, 0.56",
    "step 3\n[2026-01-02 10:11:12,345] [INFO] [a.py:9:log] [Rank 0] rank=0 time (ms) | forward: 65.25 | backward: 216.5 | step: 117.25",
  ])("%s", (line) => {
    expect(points(line)).toBe("");
  });
});

test.each(["betas: (0.9, 0.95)", "logits: tensor([0.25, 0.5, 0.125])", "acc = array([0.25 0.5 0.125])"])(
  "nor behind the first metrics in %s",
  (line) => {
    expect(points(`step=1 loss=0.5\n${line}`)).toBe("loss=0.5@1");
  },
);

test("what a run is set up with may stand beside what it has measured, and beside its step", () => {
  expect(points("epoch 3 | batch_size 16 | lr 0.05 | loss 0.5")).toBe("lr=0.05@3 loss=0.5@3");
  expect(points("iteration 3 | global batch size: 16 | learning rate: 0.05")).toBe("learning_rate=0.05@3");
});

test("what is true of an example is no metric", () => {
  expect(points("step=1 loss=0.5\ngt: 3.25, truth: 3.5")).toBe("loss=0.5@1");
});

test("how wide a search was and how much it gave are no metrics", () => {
  const line =
    "epoch 2 | decoded dev with beam=6: BLEU4 = 31.25, 65.5/40.1 (BP=0.975, ratio=0.976, syslen=5123, reflen=5249)";
  expect(points(line)).toBe("BLEU4=31.25@2 BP=0.975@2 ratio=0.976@2");
});

test("a learning rate is one as it was at a step", () => {
  expect(points("Epoch 1:  50%|##| 4/8 [00:02<00:02, loss_step=0.5, lr_step=0.010]")).toContain("lr_step=0.01@");
  expect(points("step 3 lr_decay_step=30 lr_steps=40")).toBe("");
});

test("settings are none after training has begun", () => {
  const lines = [
    "{'name': 'adam', 'rate': 0.001, 'noise_std': 0.1, 'amp': True}",
    '{"initializer_range": 0.02, "attention_dropout": 0.1}',
    "noise_scale=0.25,",
    "momentum: 0.9",
    "adam_beta1=0.9",
  ];
  expect(points(`epoch 2 loss 0.5\n${lines.join("\n")}\n{'drift': 0.25}`)).toBe("loss=0.5@2 drift=0.25@2");
});

test("how much is done is no metric", () => {
  expect(points("Iteration: 10; Percent complete: 25.0%; Average loss: 3.125\nepoch 2 progress: 0.5 loss: 0.25")).toBe(
    "Average_loss=3.125@10 loss=0.25@2",
  );
});

test("a range is no metric", () => {
  expect(points("Epoch 3 loss: 0.5\n  Val proba range: [0.25, 0.75]")).toBe("loss=0.5@3");
});

describe("a metric or not", () => {
  test.each([
    ["CMC curve, Rank-1  :92.5%, Rank-5  :95.0%", "Rank-1=92.5@0 Rank-5=95@0"],
    ["{'minADE': 14.25, 'minFDE': 1.5}\nADE 14.5", "minADE=14.25@0 minFDE=1.5@0 ADE=14.5@0"],
    ["Epoch 1, loss_train_last_batch = 13.5", "loss_train_last_batch=13.5@1"],
    ["Epoch 1\nlosses/label_metrics/false_negative: 0.25", "losses/label_metrics/false_negative=0.25@1"],
    ['{"itr": 40, "FID": 20.5, "_stamp": 1640169646.5}', "FID=20.5@40"],
    ['{"iteration": 40, "head_layer_lr": 0.25, "loss": 0.5}', "head_layer_lr=0.25@40 loss=0.5@40"],
    [
      "Scale 2 Avg IOU: 0.5, Class: 0.25, Obj: 0.75, Missed: -nan\nScale 2 Avg IOU: 0.5, Class: 1.0, Obj: 0.5",
      "Avg_IOU=0.5@0 Class=0.25@0 Obj=0.75@0 Missed=NaN@0 Avg_IOU=0.5@1 Obj=0.5@1",
    ],
    ["Epoch 3 loss: 0.5\nValidation rate: 0.75+-0.0125 @ FAR=0.00100", "loss=0.5@3 Validation_rate=0.75@3"],
    ["class: 3, precision: 0.5, recall: 0.75", "precision=0.5@0 recall=0.75@0"],
    ["mIoU 79.36\nIoU: 80.5", "mIoU=79.36@0 IoU=80.5@0"],
    ["ROUGE_L: 0.5\nCIDEr: 1.25\nSPICE: 0.25", "ROUGE_L=0.5@0 CIDEr=1.25@0 SPICE=0.25@0"],
    ["frame=  100 fps= 25 q=28.0 size=     256kB time=00:00:04.00 bitrate= 524.3kbits/s speed=1.01x", ""],
    ["Exceed previous best f score: -10", ""],
    ["| checkpoint 020 | epoch 020 | 0161680 updates | trainloss     2.10", "trainloss=2.1@20"],
    ["Matthews Correlation with Cosine-Similarity: 32.5", "Matthews_Correlation_with_Cosine-Similarity=32.5@0"],
    ["step=5 loss=0.5\nloss_decimal_place = 4", "loss=0.5@5"],
    [
      "auprc [NR-AR]: 0.25\nauroc [SR-p53]: 0.75\nIoU[car] = 0.5",
      "auprc_[NR-AR]=0.25@0 auroc_[SR-p53]=0.75@0 IoU[car]=0.5@0",
    ],
    ["step=5 loss=0.5\nMetric loss improved by 0.046 >= min_delta = 0.0.", "loss=0.5@5"],
    ["batch=8, amp=False, angle=1.0, box=7.5, cache=False, cls=0.5, device=None, plots=True", ""],
    ["step=8 loss=0.5 overflow=False improved=True saved=True", "loss=0.5@8"],
    ["step=5 | [ Step Time 0.25s | 65 img/s ]", "img/s=65@5"],
    [
      "epoch 1: 100%|##########| 8/8 [00:00<00:00,  9.01it/s, loss=1.25, metrics={'acc': 0.25, 'f1': 0.5}]",
      "loss=1.25@1 acc=0.25@1 f1=0.5@1",
    ],
    ["step=8 loss=0.5, opt={'lr': 0.225, 'f1': 0.5}, acc=0.25", "loss=0.5@8 acc=0.25@8"],
    ['{"num_updates": "40", "loss": "0.5", "code_perplexity": "12.5"}', "loss=0.5@40 code_perplexity=12.5@40"],
    ["step=5 image_to_text_R@1: 0.25", "image_to_text_R@1=0.25@5"],
    ["Episode: 10, total numsteps: 1234, episode steps: 99, reward: -12.5", "reward=-12.5@10"],
    ["for thresh = 0.25, precision = 0.85", "precision=0.85@0"],
    ["  vf_explained_var: -0.25", "vf_explained_var=-0.25@0"],
    ["I WER: 0.25, loss: 2.5", "WER=0.25@0 loss=2.5@0"],
    ["Per train step:\n Total TFLOPs: 104.75", ""],
    ['{"txt_r1": 25.5, "txt_r10": 75.25, "img_r_mean": 50.5}', "txt_r1=25.5@0 txt_r10=75.25@0 img_r_mean=50.5@0"],
    ["step=5 loss=0.5\n  name = net/block_0/LayerNorm_1/beta:0, shape = (64,)", "loss=0.5@5"],
    ["                UAS         LAS\nFinal:\t84.5\t81.25", "Final/UAS=84.5@0 Final/LAS=81.25@0"],
    [
      "metric:       MRR       MR        hit@10\nhead(raw):   0.25     48.5      0.5\ntail(raw):   0.5      31.5      0.75",
      "MRR/head(raw)=0.25@0 MR/head(raw)=48.5@0 hit@10/head(raw)=0.5@0 MRR/tail(raw)=0.5@0 MR/tail(raw)=31.5@0 hit@10/tail(raw)=0.75@0",
    ],
    [
      "Epoch[0] Batch [50]\tSpeed: 63.5 samples/sec 1250.25 tokens/sec 1.25 updates/sec perplexity=4.5",
      "Speed=63.5@50 tokens/sec=1250.25@50 updates/sec=1.25@50 perplexity=4.5@50",
    ],
    ["Epoch 5 dev p 0.75 r 0.5 f1 0.625", "dev_p=0.75@5 dev_r=0.5@5 dev_f1=0.625@5"],
    [
      "[dev set] ave loss: 0.5, ave p 0.75, ave r 0.25, ave f1: 0.375",
      "ave_loss=0.5@0 ave_p=0.75@0 ave_r=0.25@0 ave_f1=0.375@0",
    ],
    ["start epoch 4 with learning rate 0.0005 ...", "learning_rate=0.0005@4"],
    [
      "step: 9 rate_of_correct_next_step_guesses:0.125 loss:2.5",
      "rate_of_correct_next_step_guesses=0.125@9 loss=2.5@9",
    ],
    ["step 9, loss 2.5, complete 31.5%", "loss=2.5@9"],
    ["UPOS\tXPOS\tAllTags\n98.25\t97.5\t95.75", "UPOS=98.25@0 XPOS=97.5@0 AllTags=95.75@0"],
    [
      "train epoch 2, step 7, cost:ctc 12.5, cost:att/out 3.25, error:ctc 0.5",
      "cost:ctc=12.5@7 cost:att/out=3.25@7 error:ctc=0.5@7",
    ],
    ["words_per_sec/labels:0: 1234.5", "words_per_sec/labels:0=1234.5@0"],
    ["12345 [main] INFO  org.sample.Trainer  -  epoch 3: UAS = 91.5, LAS = 89.25", "UAS=91.5@3 LAS=89.25@3"],
    ["12%|# | 9/80 [00:09<01:00,  9.1it/s]q: 0.25 | h: 1.5 | r: 0.00 | n: 4", "q=0.25@9 h=1.5@9 r=0@9"],
    ["Epoch 2\nlog2c= -0.5\trate=80.5\nlog2c= 0.00\trate=81.5", "log2c=-0.5@2 rate=80.5@2 rate=81.5@2"],
    ["step 4 class_1/dice: 0.75, layer_2/drift: 0.5, num_classes: 8", "class_1/dice=0.75@4 layer_2/drift=0.5@4"],
    [
      "Epoch 3\n| Metrics | Head layer 0 | Head layer 1 |\n|---------|--------------|--------------|\n| w       | 0.75         | 0.25         |",
      "Head_layer_0/w=0.75@3 Head_layer_1/w=0.25@3",
    ],
    [
      "1:  Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=10 ] = 0.375",
      "Average_Precision_(AP)_@[_IoU=0.75_|_area=_all_|_maxDets=10_]=0.375@0",
    ],
    ["00000012) drift - 0.5; pull - 24.25; gen_gan - 1.5", "drift=0.5@12 pull=24.25@12 gen_gan=1.5@12"],
    [
      "epoch: 1 iter: 20 loss: 7.25, 2d joint loss: 0.5, 3D joint loss: 0.25, lr: 0.125",
      "loss=7.25@20 2d_joint_loss=0.5@20 3D_joint_loss=0.25@20 lr=0.125@20",
    ],
    [
      "step 8 loss 0.5\n       |  any  |  .25  |  .50  |  .75  |\n-------+-------+-------+-------+-------+\n  poly |  9.25 | 20.5  |  7.25 |  0.00 |",
      "loss=0.5@8 any/poly=9.25@8 .25/poly=20.5@8 .50/poly=7.25@8 .75/poly=0@8",
    ],
    ["step 8 loss 0.5\n| ours | .25 | .5 | .7 |\n| base | .2 | .4 | .6 |\n| rest | 0.2 | 0.4 | 0.6 |", "loss=0.5@8"],
    ["step=5 forces_within_threshold=0.25 target_mean=1.5", "forces_within_threshold=0.25@5 target_mean=1.5@5"],
    ["AUCPR: 0.75", "AUCPR=0.75@0"],
    ["Monitor(min) STOP: 0.25 !\nloss: 0.5", "loss=0.5@0"],
    [
      "step 5, draft=2.5 draft accuracy=18.5% reply accuracy=51.5%",
      "draft=2.5@5 draft_accuracy=18.5@5 reply_accuracy=51.5@5",
    ],
    ["[0012:3]:11/01/2024 11:05:18 [INFO|DP=0|TP=0]: iteration: 40 / 900 | lm_loss: 2.5", "lm_loss=2.5@40"],
  ])("is told by its name: %s", (log, expected) => {
    expect(points(log)).toBe(expected);
  });
});

describe("is a metric on its own", () => {
  test.each([
    ["MS-SSIM: 0.975", "MS-SSIM=0.975@0"],
    ["joint goal accuracy: 0.5125", "joint_goal_accuracy=0.5125@0"],
    ["success rate: 0.85", "success_rate=0.85@0"],
    ["false_positive_rate = 0.0125", "false_positive_rate=0.0125@0"],
    ["BERTScore: 0.8812", "BERTScore=0.8812@0"],
  ])("%s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });
});
