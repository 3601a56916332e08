import { expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";

/** `name=value@step` of each point. */
function pointsOf(log: string): string[] {
  const extractor = createExtractor();
  const lines = [...extractor.push("stdout", Buffer.from(log), 0, 0), ...extractor.end()];
  return lines.flatMap(({ metrics, step }) =>
    Object.entries(metrics).map(([name, value]) => `${name}=${value}@${step}`),
  );
}

test.each([
  ["gaps", "epoch   train_loss  acc\n1       0.5         0.25\n"],
  [
    "wide gaps",
    "epoch                    train_loss               acc\n1                        0.5                      0.25\n",
  ],
  ["a rule below the header", " epoch  train_loss   acc\n------  ----------  ----\n     1         0.5  0.25\n"],
  ["bars", "| epoch | train_loss | acc |\n|:-----:|-----------:|-----|\n| 1 | 0.5 | 0.25 |\n"],
  [
    "a box",
    "┌───────┬────────────┬──────┐\n│ epoch │ train_loss │ acc  │\n├───────┼────────────┼──────┤\n│     1 │        0.5 │ 0.25 │\n",
  ],
  ["a frame alone", "╭──────────────────────────╮\n│ epoch  train_loss   acc  │\n│ 1      0.5          0.25 │\n"],
  ["commas", "epoch,train_loss,acc\n1,0.5,0.25\n"],
  ["blanks in front of commas", "epoch ,train_loss ,acc\n    1 ,0.5        ,0.25\n"],
  ["commas with nothing between them", "epoch,train_loss,val_loss,acc\n1,0.5,,\n1,,,0.25\n"],
  ["a number of each row", "   epoch train_loss   model  acc\n1:     1        0.5 small_a 0.25\n"],
  ["numbers in brackets", "epoch\ttrain_loss  \tacc\n1    \t[  0.5 120.   ]\t[0.25 8.]\n"],
  ["single blanks", "epoch train_loss acc\n1 0.5 0.25\n"],
  ["a logger", "10:11:12 INFO  epoch  train_loss   acc\n10:11:13 INFO  1      0.5          0.25\n"],
])("values are read below their names: %s", (_, log) => {
  expect(pointsOf(log)).toEqual(["train_loss=0.5@1", "acc=0.25@1"]);
});

test("a row for a data set is a result of its own", () => {
  const log =
    "| Datasets | Rank-1 | mAP    | metric |\n|:---------|:-------|:-------|:-------|\n| Streets  | 94.5   | 87.5   | 91.5   |\n";
  expect(pointsOf(log)).toEqual(["Streets/Rank-1=94.5@0", "Streets/mAP=87.5@0", "Streets/metric=91.5@0"]);
});

test("a bar at the end of a header may be without a drawing", () => {
  const log = [
    "     Epoch   gpu_mem       box     total  img_size",
    "      3/49     11.5G    0.0225    0.0585       448: 100% 16/16 [22:53<00:00,  1.18it/s]",
    "               Class      Images        Labels            P               R         mAP@.5   mAP@.5:.95: 100% 35/35 [04:06<00:00,  1.42it/s]",
    "                 all    3.14e+04      3.28e+04        0.625           0.875           0.75          0.5",
  ].join("\n");
  expect(pointsOf(`${log}\n`)).toEqual([
    "box=0.0225@3",
    "total=0.0585@3",
    "P=0.625@3",
    "R=0.875@3",
    "mAP@.5=0.75@3",
    "mAP@.5:.95=0.5@3",
  ]);
});

test("the share of what was counted and the speed of a device are read", () => {
  const log =
    "Itn  Dep Loss   LAS  Token %  CPU WPS  GPU WPS\n---  --------  ----  ------  -------  -------\n  3     12.50  0.75   98.50     4500     9000\n";
  expect(pointsOf(log)).toEqual([
    "Dep_Loss=12.5@3",
    "LAS=0.75@3",
    "Token_%=98.5@3",
    "CPU_WPS=4500@3",
    "GPU_WPS=9000@3",
  ]);
});

test("a value belongs to the column that it stands under, also where cells are empty", () => {
  const log = "epoch   loss    val_loss    acc\n1       0.5                 0.25\n2       0.4     0.75        0.5\n";
  expect(pointsOf(log)).toEqual(["loss=0.5@1", "acc=0.25@1", "loss=0.4@2", "val_loss=0.75@2", "acc=0.5@2"]);
});

test("a header may stand in front of a bar that is drawn with lines", () => {
  const log = [
    "  Epoch   GPU_mem      loss  Instances",
    "    1/3        0G      0.75          8: 100% ━━━━━━━━━━━━ 4/4 5.2it/s 0.8s",
    "            Images     top1_acc   top5_acc: 50% ━━━━━━────── 1/2 26.4it/s 0.1s<0.1s",
    "     all        16          0.5       0.25",
    "scores: 100% ━━━━━━━━━━━━ 4/4 5.2it/s 0.8s",
  ];
  expect(pointsOf(`${log.join("\n")}\n`)).toEqual(["loss=0.75@1", "top1_acc=0.5@1", "top5_acc=0.25@1"]);
});

test("other lines may come between a header that begins with a position and its first row", () => {
  const log = "iter   train_loss     tok/s\n   1    val 3.25    1.20s\nsaving the model\n  10    2.5 ▼     1,118\n";
  expect(pointsOf(log)).toEqual(["train_loss=2.5@10", "tok/s=1118@10"]);
});

test("names in the brackets of a group are told apart by it where they are in two", () => {
  const log =
    "  Epoch  Box(P     R   mAP50)  Mask(P    R   mAP50)\n  3      0.5    0.25    0.75     0.1   0.2     0.3\n";
  expect(pointsOf(log)).toEqual([
    "P=0.5@3",
    "R=0.25@3",
    "mAP50=0.75@3",
    "Mask/P=0.1@3",
    "Mask/R=0.2@3",
    "Mask/mAP50=0.3@3",
  ]);
});

test("the names of a list may stand behind the data that they are of, and over numbers parted by blanks", () => {
  const log = "EPOCH:  7\nDEV: loss, acc, f1\n0.5 0.75 0.25\n.....\nTEST: loss, acc, f1\n0.25 0.5 0.75\n";
  expect(pointsOf(log)).toEqual([
    "DEV/loss=0.5@7",
    "DEV/acc=0.75@7",
    "DEV/f1=0.25@7",
    "TEST/loss=0.25@7",
    "TEST/acc=0.5@7",
    "TEST/f1=0.75@7",
  ]);
});

test("a row may have the name of its number in another cell, and what it is of in the first cell of a row above", () => {
  const log = `
|    Tasks    |Version|n-shot| Metric |   |Value |   |Stderr|
|-------------|------:|-----:|--------|---|-----:|---|-----:|
|arc_challenge|      1|     0|acc     |↑  |0.5000|±  |0.0146|
|             |       |     0|acc_norm|↑  |0.2500|±  |0.0146|
| - easy      |      1|     0|acc     |↑  |0.7500|±  |0.0082|
`;
  expect(pointsOf(log)).toEqual(["arc_challenge/acc=0.5@0", "arc_challenge/acc_norm=0.25@0", "easy/acc=0.75@0"]);
});

test("a row may have the number of several models for the metric that it names", () => {
  const log = `
dataset    version    metric         mode      opt125m    opt350m
---------  ---------  -------------  ------  ---------  ---------
siqa       e78df3     accuracy       gen         21.50      12.25
winograd   b6c7ed     accuracy       ppl         51.25      49.75
`;
  expect(pointsOf(log)).toEqual([
    "siqa/accuracy/opt125m=21.5@0",
    "siqa/accuracy/opt350m=12.25@0",
    "winograd/accuracy/opt125m=51.25@0",
    "winograd/accuracy/opt350m=49.75@0",
  ]);
});

test("times, sizes, counts and text are no metrics, and nan is one", () => {
  const log = "epoch  loss  time   memory  seconds  note\n3      nan   00:12  1.2GB   0.17s    best\n";
  expect(pointsOf(log)).toEqual(["loss=NaN@3"]);
});

test("the names may be in the first column", () => {
  expect(pointsOf("Test metric  |  DataLoader 0\ntest_acc     |  0.5\n")).toEqual(["test_acc=0.5@0"]);
  expect(pointsOf("           Training |  Validation\naccuracy | 0.5 | 0.25\n")).toEqual([
    "Training/accuracy=0.5@0",
    "Validation/accuracy=0.25@0",
  ]);
});

test("a header goes for all rows that fit it, also with other lines in between", () => {
  const log = "epoch  loss\n1      0.5\nsaved to out/3.pt\nlr: 0.1 step=7 acc=0.75\n2      0.25\n";
  expect(pointsOf(log)).toEqual(["loss=0.5@1", "lr=0.1@7", "acc=0.75@7", "loss=0.25@2"]);
});

test("a header may have two lines", () => {
  const log =
    "average  since    example  example  current\nloss     last     counter  weight   label\n0.5      0.25     8        2.0      1.0\n";
  expect(pointsOf(log)).toEqual(["average_loss=0.5@8", "since_last=0.25@8"]);
});

test("of rows with a label only those that sum up count", () => {
  const log =
    "             precision  recall  support\n        cat       0.50    0.25      10\n  macro avg       0.75    0.50      20\n";
  expect(pointsOf(log)).toEqual(["macro_avg/precision=0.75@0", "macro_avg/recall=0.5@0"]);
});

test("the rows of a block have the step that stands in any of them, and the name of their section", () => {
  const rule = "-".repeat(24);
  const box = `${rule}\n| rollout/  |      |\n|   reward  | 21.5 |\n| time/     |      |\n|   fps     | 100  |\n|   total_timesteps | 2048 |\n${rule}\n`;
  expect(pointsOf(box)).toEqual(["rollout/reward=21.5@2048", "time/fps=100@2048"]);
  expect(pointsOf(`${rule}\nEval/Return    17.5\nIteration      3\n${rule}\n`)).toEqual(["Eval/Return=17.5@3"]);
});

test("a block that goes on at the end of the output counts", () => {
  expect(pointsOf("| loss | 0.5 |\n| epoch | 3 |\n")).toEqual(["loss=0.5@3"]);
});

test.each([
  ["settings", "| Parameter | Value |\n|-----------|-------|\n| lr | 0.001 |\n| loss_scale | 2 |\n"],
  [
    "a model",
    "  | Name  | Type   | Params | Mode\n------------\n0 | model | ResNet | 11.2 M | train\n1 | acc   | Metric | 0      | train\n",
  ],
  ["processes", "USER   PID  %CPU  %MEM  COMMAND\nroot   12   0.5   0.1   init\n"],
  ["disks", "Filesystem  Size  Used  Avail\n/dev/sda1   100   50    50\n"],
])("a table of other things has no metrics: %s", (_, log) => {
  expect(pointsOf(log)).toEqual([]);
});

test("cost no more in a log that has thousands of different headers", () => {
  const rows = Array.from(
    { length: 5000 },
    (_, index) => `epoch  loss_of_${"x".repeat(index % 50)}${index}\n${index}  0.5\n`,
  );
  expect(pointsOf(rows.join("")).length).toBeLessThan(5001);
  expect(pointsOf(`${rows.join("")}step 3: loss=0.5\n`).at(-1)).toBe("loss=0.5@3");
});

test("the second line of a header may have units, and columns that are whole above it", () => {
  const log = [
    "|==============================================|",
    "|  Epoch  |  Time      |  Validation  |  Validation  |",
    "|         | (hh:mm:ss) |   Accuracy   |     Loss     |",
    "|==============================================|",
    "|       2 |   00:00:04 |       18.76% |       2.2303 |",
    "",
  ].join("\n");
  expect(pointsOf(log)).toEqual(["Validation_Accuracy=18.76@2", "Validation_Loss=2.2303@2"]);
});

test("a table that says at which epoch each extreme was is none of points", () => {
  const log =
    "| Split | Metric | Min. | Epoch | Max. | Epoch |\n|---|---|---|---|---|---|\n| Train | Loss | 0.1 | 2 | 0.3 | 1 |\n";
  expect(pointsOf(log)).toEqual([]);
});

test("rows may lack the bars of their header", () => {
  const log = [
    "------------------------------",
    " iter | pri res |   gap   |   obj   | time (s)",
    "------------------------------",
    "   175| 4.5e-14  1.5e-11  4.25e+01  6.85e-02 ",
    "status:  solved",
  ].join("\n");
  expect(pointsOf(log)).toEqual(["pri_res=4.5e-14@175", "gap=1.5e-11@175", "obj=42.5@175"]);
});

test("the row of another table is not read below this header", () => {
  const log = "Class   Images   mAP50  recall\nall     128      0.7    0.6\n1/2     4.12     0.04   0.03\n";
  expect(pointsOf(log)).toEqual(["mAP50=0.7@0", "recall=0.6@0"]);
});

test.each([
  [
    "Julia's logger",
    "\u250c Info: Epoch 3\n\u2502   loss = 0.33\n\u2514   acc = 0.5f0\n",
    ["loss=0.33@3", "acc=0.5@3"],
  ],
  [
    "Kaldi's logger",
    "LOG (nnet3-train[5.5]:PrintTotalStats():nnet-training.cc:276) Overall average objective function for 'output' is -2.51 over 5 frames.\n",
    ["Overall_average_objective_function=-2.51@0"],
  ],
])("%s is read", (_, log, points) => {
  expect(pointsOf(log)).toEqual(points);
});

test.each([
  ["Generation = 7", "7"],
  ["        Learning iteration 12/1500", "12"],
  ["--> TIME: 2026-01-01 10:00:00 -- STEP: 24/100 -- GLOBAL_STEP: 25", "25"],
])("%j says the step of the lines below it", (line, step) => {
  expect(pointsOf(`${line}\n  loss: 0.5\n`)).toEqual([`loss=0.5@${step}`]);
});

test.each([
  [
    "a row whose last position is only lines",
    "iter    pcost     gap      step\n-------------------------------\n  0  -3.25e-01  1.5e+01  ------\n  1  -5.5e-01  1.25e+00  9.4e-01\n",
    ["pcost=-0.325@0", "gap=15@0", "pcost=-0.55@1", "gap=1.25@1"],
  ],
  [
    "a count of iterations by its short name",
    "| niter |f evals|CG iter|  obj func   |\n|-------|-------|-------|-------------|\n|   2   |   3   |   1   | +1.25e+02 |\n",
    ["obj_func=125@2"],
  ],
  [
    "what is to be reached",
    "|   iter    |  target   |\n-------------------------\n| 1         | -7.125    |\n",
    ["target=-7.125@1"],
  ],
  [
    "values that stand closer than their names",
    "Iterat #Fevals   function value  axis ratio  sigma  min&max std  t[m:s]\n    1     10 2.292074211516997e+02 1.0e+00 4.92e-01  5e-01  5e-01 0:00.0\n",
    ["function_value=229.2074211516997@1", "axis_ratio=1@1", "sigma=0.492@1", "min&max_std=0.5@1"],
  ],
  [
    "groups behind a run and its step",
    "ID     Step    best |    avgR    stdR\n0  0.00e+00   -8.50 |\n0  1.50e+04   -4.25 |  -60.75   12.50\n",
    ["best=-8.5@0", "best=-4.25@15000", "avgR=-60.75@15000", "stdR=12.5@15000"],
  ],
  [
    "a logger's bar in front of the rows",
    "2026-02-14 14:31:29.915302 PST | ----------  ----\n2026-02-14 14:31:29.915302 PST | Iteration      3\n2026-02-14 14:31:29.915302 PST | Entropy     1.25\n2026-02-14 14:31:29.915302 PST | Variance       0\n2026-02-14 14:31:29.915302 PST | ----------  ----\n",
    ["Entropy=1.25@3", "Variance=0@3"],
  ],
])("%s is read", (_, log, points) => {
  expect(pointsOf(log)).toEqual(expect.arrayContaining(points));
});

test("a column of names has a label over it, and may have positions instead of them", () => {
  const names = "metric:       MRR       hit@10\nleft(raw):    0.25      0.5\nboth(raw):    0.75      0.625\n";
  expect(pointsOf(names)).toEqual([
    "MRR/left(raw)=0.25@0",
    "hit@10/left(raw)=0.5@0",
    "MRR/both(raw)=0.75@0",
    "hit@10/both(raw)=0.625@0",
  ]);
  const positions = "metrics:\tRecall@10\tNDCG@10\nepoch 4:\t0.25  \t0.5\nepoch 5:\t0.75  \t0.625\n";
  expect(pointsOf(positions)).toEqual(["Recall@10=0.25@4", "NDCG@10=0.5@4", "Recall@10=0.75@5", "NDCG@10=0.625@5"]);
});

test.each([
  [
    "the description of a data frame",
    "            height       score\ncount   400.000000  400.000000\nmean     41.250000    0.512500\nstd       3.125000    0.062500\n",
  ],
  ["a matrix", "          height     score\nheight  1.000000  0.031250\nscore   0.031250  1.000000\n"],
  [
    "the trials of a search",
    "+-------------+---------+------+-------+\n| Trial name  | status  |   l1 |    lr |\n|-------------+---------+------+-------|\n| train_3fa9c_00001 | RUNNING |   64 | 0.125 |\n",
  ],
])("%s has no metrics", (_, log) => {
  expect(pointsOf(log)).toEqual([]);
});

test("the settings of a trial are none of its metrics", () => {
  const log =
    "| Trial name | loop_config/lr | loop_config... | iter | train_loss |\n|---|---|---|---|---|\n| T_3fa9c_00001 | 0.125 | 32 | 20 | 0.5 |\n";
  expect(pointsOf(log)).toEqual(["train_loss=0.5@20"]);
});
