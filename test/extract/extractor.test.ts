import { describe, expect, test } from "vitest";
import { createExtractor, type MetricLine } from "../../src/extract/index.ts";

/** `step key=value …` of every metric line that this output gives. */
function points(...output: string[]): string[] {
  const extractor = createExtractor();
  const lines = [...extractor.push("stdout", Buffer.from(`${output.join("\n")}\n`), 0, 0), ...extractor.end()];
  return lines.map(shown);
}

function shown({ step, metrics }: MetricLine): string {
  return [step, ...Object.entries(metrics).map(([key, value]) => `${key}=${value}`)].join(" ");
}

test("names that never come again are left out when there are more of them than any training has", () => {
  const extractor = createExtractor();
  const print = (text: string) => extractor.push("stdout", Buffer.from(text), 0, 0);
  const names = Array.from({ length: 10_005 }, (_, index) => `loss_${index}=1 step=1\n`);
  expect(names.flatMap(print)).toHaveLength(10_000);
  expect(print("loss_7=0.5 step=2\n").map(shown)).toEqual(["2 loss_7=0.5"]);
  expect(extractor.leftOut()).toBe(5);
});

describe("the step of a metric", () => {
  test.each([
    ["epoch 3: loss=0.5", "3 loss=0.5"],
    ["step=7 loss=0.5", "7 loss=0.5"],
    ["loss = 0.5, step = 101 (0.366 sec)", "101 loss=0.5"],
    ["iter 10: loss 2.3, time 18.37ms, mfu 20.29%", "10 loss=2.3 mfu=20.29"],
    ["Iteration 4, loss = 0.25", "4 loss=0.25"],
    ["global_step: 1,200 | loss: 0.5", "1200 loss=0.5"],
    ["step 100/1000 loss=0.5", "100 loss=0.5"],
    ["[Epoch 2] loss=0.7", "2 loss=0.7"],
    ["Epoch [3/10], Step [100/600], Loss: 0.25", "100 Loss=0.25"],
    ["{'loss': 0.5, 'epoch': 0.72}", "0.72 loss=0.5"],
    ['{"global_step": 9, "epoch": 1, "loss": 0.5}', "9 loss=0.5"],
  ])("is what the line says: %s", (line, expected) => {
    expect(points(line)).toEqual([expected]);
  });

  test("is the step where a line has an epoch too, in either order", () => {
    expect(points("epoch=1 step=20 loss=3", "step=21 epoch=1 loss=2")).toEqual(["20 loss=3", "21 loss=2"]);
  });

  test("is the header's until the next header", () => {
    expect(points("Epoch 1/3", "loss: 0.5", "val_loss: 0.6", "Epoch 2/3", "loss: 0.4")).toEqual([
      "1 loss=0.5",
      "1 val_loss=0.6",
      "2 loss=0.4",
    ]);
    expect(points("[step=2/900]", "    train/loss=10.5")).toEqual(["2 train/loss=10.5"]);
  });

  test("is counted for each key from 0 where nothing says it", () => {
    expect(points("loss=3", "loss=2 acc=0.5", "loss=1")).toEqual(["0 loss=3", "1 loss=2", "0 acc=0.5", "2 loss=1"]);
  });

  test.each([
    ["line", "step=3 loss=1"],
    ["header", "Epoch 3", "loss: 1"],
    ["bar", "train:  50%|█████     | 5/10 [00:01<00:01,  3.2it/s, loss=0.42]"],
    ["previous", "Iteration 5, loss = 0.7", "Validation score: 0.4"],
    ["counted", "loss=1"],
  ])("comes with the rule that gave it: %s", (rule, ...output) => {
    const extractor = createExtractor();
    const lines = extractor.push("stdout", Buffer.from(`${output.join("\n")}\n`), 0, 0);
    expect([...lines, ...extractor.end()].at(-1)?.stepRule).toBe(rule);
  });

  test("is what the metric line above said, once for each key", () => {
    expect(points("Iteration 5, loss = 0.7", "Validation score: 0.4")).toEqual([
      "5 loss=0.7",
      "5 Validation_score=0.4",
    ]);
    expect(points("step=5 loss=3", "loss=2", "loss=1")).toEqual(["5 loss=3", "6 loss=2", "7 loss=1"]);
  });

  test("is the counter of a bar when nothing else says it", () => {
    expect(points("train:  50%|█████     | 5/10 [00:01<00:01,  3.2it/s, loss=0.42]")).toEqual(["5 loss=0.42"]);
    expect(points("Epoch 7:  50%|█████     | 5/10 [00:01<00:01, loss=0.42]")).toEqual(["7 loss=0.42"]);
  });

  test("is not taken from a sentence", () => {
    expect(points("Saved checkpoint at step 500", "step 12 failed after 3 retries", "loss=1")).toEqual(["0 loss=1"]);
  });

  test("is settled for each stream apart", () => {
    const extractor = createExtractor();
    extractor.push("stdout", Buffer.from("Epoch 5\n"), 0, 0);
    expect(extractor.push("stderr", Buffer.from("loss=1\n"), 0, 8).map(shown)).toEqual(["0 loss=1"]);
    expect(extractor.push("stdout", Buffer.from("loss=1\n"), 0, 15).map(shown)).toEqual(["5 loss=1"]);
  });
});

describe("a metric", () => {
  test("is named as printed, with blanks as underscores", () => {
    expect(points("step 1 | Train Loss: 0.5 | val/top-5.acc@5: 0.9 | grad norm 2")).toEqual([
      "1 Train_Loss=0.5 val/top-5.acc@5=0.9 grad_norm=2",
    ]);
  });

  test("may be nan, infinite, negative, scientific, in percent or with thousands separators", () => {
    expect(points("step=1 loss=nan val_loss=-inf reward=-3.5 lr=1e-05 acc=91.5% tok/s=12,345")).toEqual([
      "1 loss=NaN val_loss=-Infinity reward=-3.5 lr=0.00001 acc=91.5 tok/s=12345",
    ]);
  });

  test("that stands twice on a line has its first value", () => {
    expect(points("step=1 loss=0.1 loss=0.2")).toEqual(["1 loss=0.1"]);
  });

  test("that is printed twice by two handlers is one point", () => {
    expect(points("step=1 loss=0.1", "INFO:root:step=1 loss=0.1")).toEqual(["1 loss=0.1"]);
  });

  test.each([
    "2026-11-22 13:30:21,266 INFO step=4 loss=0.5",
    "2026-11-22T13:30:21.266Z [info     ] train step   loss=0.5 step=4",
    "[2026-11-22 13:30:21,266] [INFO] [logging.py:96:log_dist] [Rank 0] step=4, loss=0.5",
    "[rank0]:[job] 2026-11-22 13:30:21,266 - root - INFO - \u001b[31mstep:  4  \u001b[32mloss:  0.5\u001b[0m",
    "I1122 13:30:21.981052 139784383400832 train.py:37] step: 4, loss: 0.5",
    "11/22/2026 13:30:22 - INFO - __main__ -   step = 4, loss = 0.5",
    "2026-11-22 13:30:21.266 | INFO     | __main__:<module>:13 - step 4 | loss 0.5",
    "INFO:tensorflow:loss = 0.5, step = 4",
    "INFO  trainer.py:88  step=4 loss=0.5",
    "[01/29 06:13:39 d2.utils.events]:  eta: 0:00:50  iter: 4  loss: 0.5  max_mem: 2940M",
    'time="2026-03-02T09:15:01Z" level=info msg="step 9" step=4 loss=0.5',
  ])("is found behind a log prefix: %s", (line) => {
    expect(points(line)).toEqual(["4 loss=0.5"]);
  });

  test("is not hidden by a key that is a property of every object", () => {
    const [line] = createExtractor().push("stdout", Buffer.from("step=1 __proto__=0.5 constructor=2 loss=1\n"), 0, 0);
    expect(Object.entries(line?.metrics ?? {})).toEqual([
      ["__proto__", 0.5],
      ["constructor", 2],
      ["loss", 1],
    ]);
  });
});

describe("words behind a number", () => {
  test.each([
    ["step 3 loss=0.5 done", "3 loss=0.5"],
    ["step 3 loss=0.5 saved checkpoint", "3 loss=0.5"],
    ["epoch 3: loss=0.5 acc=0.91 best!", "3 loss=0.5 acc=0.91"],
    ["step 3 loss=0.5 x", "3 loss=0.5"],
    ["step 3 loss=0.5 (best)", "3 loss=0.5"],
    ["step 3 loss=0.5 user=bob", "3 loss=0.5"],
    ["Epoch 1/3 loss: 0.5 - saving model", "1 loss=0.5"],
    ["iter 10: loss 3.2 ok", "10 loss=3.2"],
    ["loss: 0.5 saved", "0 loss=0.5"],
    ["step 3 reward=12 done", "3 reward=12"],
    ["step 3 reward: 200 best so far", "3 reward=200"],
    ["step 3 acc: 91.5% best so far", "3 acc=91.5"],
    ["step 3 psnr: 30.5 dB best", "3 psnr=30.5"],
    ["step 3 loss=nan skipping update", "3 loss=NaN"],
    ["step 3 loss=0.5 T=300", "3 loss=0.5 T=300"],
    ["step 3 lr=[0.1, 0.2] done", "3 lr=0.1"],
  ])("stand beside the pair: %s", (line, expected) => {
    expect(points(line)).toEqual([expected]);
  });

  test.each([
    "error: 3 files failed",
    "error: 1 file failed",
    "step 3 error=3 files failed",
    "step 3 error: nan values found",
    "step 3 kept=12 samples",
    "step 3 loss=0.5 GB free",
    "step 3 loss=0.5abc done",
    "step 3 wait: 3.5 seconds elapsed",
    "step 3 seen: 1.5 million",
    "step 3 acc: 9 of 10",
    "step 3 acc: 91.5% of samples",
    "step 3 acc: 9 out of ten",
    "step 3 progress: 45.5% done",
    "ValueError: 0.5 is too small",
    "ValueError: 0.5 out of range",
    "loss 0.5 ok",
    "step 3: accuracy 0.5 was reached",
    "iter 5: the loss 3.2 today",
    "val_loss improved from 0.6 to 0.5",
    "Epoch 3: val_loss improved from 0.6 to 0.5, saving model to x.h5",
  ])("make something else of it: %s", (line) => {
    expect(points(line)).toEqual([]);
  });
});

describe("binary output", () => {
  test("is not searched", () => {
    const bytes = Buffer.from("\u0012\u0001loss=0.5\u0002\u0003 step=\u00045\n", "latin1");
    const noise = Buffer.from("\u00ff\u00d8\u00ffloss=0.5\u00e0\u00fe\n", "latin1");
    expect(createExtractor().push("stdout", Buffer.concat([bytes, noise, bytes]), 0, 0)).toEqual([]);
  });

  test("gives next to nothing, however much there is", () => {
    let state = 20260102;
    const noise = Uint8Array.from({ length: 1_000_000 }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 24;
    });
    const extractor = createExtractor();
    const lines = [...extractor.push("stdout", noise, 0, 0), ...extractor.end()];
    expect(lines.length).toBeLessThanOrEqual(1);
  });

  test("is not what text of another encoding is", () => {
    const line = Buffer.from("epoch 3 modèle entraîné loss=0.5\n", "latin1");
    expect(createExtractor().push("stdout", line, 0, 0).map(shown)).toEqual(["3 loss=0.5"]);
  });

  test("is not what a log that was cut under its writer begins with", () => {
    expect(points(`${"\u0000".repeat(500)}step=3 loss=0.5`)).toEqual(["3 loss=0.5"]);
  });
});

describe("what is no metric", () => {
  test.each([
    "learning_rate = 1e-3",
    "Namespace(lr=0.001, epochs=3, loss_weight=0.5)",
    "Config: lr=0.0003 batch_size=64 max_steps=1200",
    "number of parameters: 10.65M",
    "Total params: 25,978",
    "Elapsed: 00:12:45, ETA: 01:03:22, time: 3.5 s",
    "max memory: 7905, allocated: 1464.3",
    "Listening on localhost:8080 and 0.0.0.0:29500, see http://host:6006/run-7/loss=3",
    '  File "/srv/train.py", line 12, in <module>',
    "Checkpoint v1.2.3 loaded (step 15000) in 3.21s from /data/ckpt-15000.pt",
    "we said that the loss fell from 2.31 to 0.45 after 30 epochs",
    "train: 3668 examples, dev: 408 examples",
    "Temperature: 0.7, top_p: 0.95, top_k: 50",
    "WARMUP_STEPS: 200",
    "100%|██████████| 83.3M/83.3M [00:00<00:00, 174MB/s]",
    "gcc -O3 -DLR=0.001 -c a.c",
    "numpy==1.2.3",
  ])("%s", (line) => {
    expect(points(line)).toEqual([]);
  });

  test("the words that say the step", () => {
    expect(points("epoch: 1 step: 2 batch: 3 loss: 0.5")).toEqual(["2 loss=0.5"]);
  });

  test("source lines that a traceback echoes", () => {
    expect(points('  File "/srv/tb.py", line 5, in step', "    return forward(loss=0.5, step=3)", "loss=0.25")).toEqual(
      ["0 loss=0.25"],
    );
  });

  test("a learning rate before training has begun, but then it is one", () => {
    expect(points("LR: 0.1", "EPOCH: 1", "LR: 0.05")).toEqual(["1 LR=0.05"]);
  });
});
