import { expect, test } from "vitest";
import { dialects } from "../../../src/extract/dialects/index.ts";
import { dialectConformance, type DialectExample } from "../../conformance/dialect.ts";

const examples: Readonly<Record<string, readonly DialectExample[]>> = {
  "not-metrics": [
    { line: "+ LR=2.875e-3", finds: [] },
    { line: '  File "/srv/train.py", line 12, in main', finds: [] },
    { line: "ValueError: loss: 0.5 is too small", finds: [] },
    { line: "AssertionError: expected accuracy: 0.9", finds: [] },
    { line: "E       assert loss: 0.5", finds: [] },
    { line: "Config: lr=0.001 loss=0.5", finds: [] },
    { line: "Namespace(lr=0.001, seed=3)", finds: [] },
    { line: "  min_lr ............ 1e-05", finds: [] },
    { line: "[CV 1/3] END ......C=0.1;, score=0.935", finds: undefined },
    { line: "MeanSquaredError: 0.25", finds: undefined },
    { line: "loss=0.5", finds: undefined },
  ],
  "titled-results": [
    { line: "***** Eval results *****", finds: [] },
    { line: "***** Eval results 500 *****", finds: [{ key: "step", value: 500 }] },
    { line: "==== Epoch 4 test metrics ====", finds: [{ key: "Epoch", value: 4 }] },
    { line: "***** Running evaluation *****", finds: undefined },
    { line: "loss = 0.5", finds: undefined },
  ],
  tables: [
    {
      line: "| loss    | 0.245 |",
      finds: [{ key: "loss", value: 0.245 }],
    },
    { line: "epoch  train_loss  valid_loss", finds: [] },
    { line: "| epoch | loss |", finds: [] },
    { line: "----  ------", finds: [] },
    { line: "loss   0.5", finds: undefined },
    { line: "epoch 3 | loss 0.5", finds: undefined },
  ],
  sentences: [
    {
      line: "KL divergence after 250 iterations with early exaggeration: 65.11",
      finds: [
        { key: "step", value: 250 },
        { key: "KL_divergence", value: 65.11 },
      ],
    },
    {
      line: "Accuracy of the network on the 10000 test images: 58 %",
      finds: [{ key: "Accuracy", value: 58 }],
    },
    {
      line: " Average Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] = 0.345",
      finds: [{ key: "Average_Recall_(AR)_@[_IoU=0.50:0.95_|_area=_small_|_maxDets=100_]", value: 0.345 }],
    },
    { line: "\t0.8412\t = Validation score   (accuracy)", finds: [{ key: "Validation_score", value: 0.8412 }] },
    { line: "The test accuracy is 93.2%", finds: [{ key: "test_accuracy", value: 93.2 }] },
    {
      line: "Average objective function for 'output' is -2.89 over 5120 frames.",
      finds: [{ key: "Average_objective_function", value: -2.89 }],
    },
    { line: "Total loss is  2.75 ETA is  7:03:06.95", finds: [{ key: "Total_loss", value: 2.75 }] },
    {
      line: "Overall log-probability for 'output' is -0.25 + -0.125 = -0.375 per frame, over 1920 frames.",
      finds: [{ key: "Overall_log-probability", value: -0.375 }],
    },
    { line: "validation loss is 0.41 and accuracy is 88.2", finds: undefined },
    { line: "The learning rate is 0.1", finds: undefined },
    { line: "Loss for final step: 0.553216.", finds: undefined },
    { line: "Time for 10 steps: 0.5", finds: undefined },
  ],
  "json-object": [
    {
      line: '{"step": 5, "loss": 0.5}',
      finds: [
        { key: "step", value: 5 },
        { key: "loss", value: 0.5 },
      ],
    },
    {
      line: '{"train": {"loss": 0.5, "by class": {"cat": 0.9}}}',
      finds: [
        { key: "train/loss", value: 0.5 },
        { key: "train/by_class/cat", value: 0.9 },
      ],
    },
    {
      line: '{"loss": NaN, "reward": -Infinity}',
      finds: [
        { key: "loss", value: Number.NaN },
        { key: "reward", value: Number.NEGATIVE_INFINITY },
      ],
    },
    { line: '{"loss": "0.25", "note": "a: 3", "ok": true, "none": null}', finds: [{ key: "loss", value: 0.25 }] },
    {
      line: '{"key": "accuracy", "value": 0.7, "metadata": {"epoch": 3}}',
      finds: [
        { key: "epoch", value: 3 },
        { key: "accuracy", value: 0.7 },
      ],
    },
    { line: 'metrics: {"loss": 0.5}', finds: [{ key: "loss", value: 0.5 }] },
    { line: '{"loss": 0.5', finds: undefined },
    { line: '{"loss": 0.5} and more', finds: undefined },
    { line: '{"a": {"a": {"a": }}}', finds: undefined },
    { line: "loss=0.5", finds: undefined },
  ],
  "python-dict": [
    {
      line: "{'loss': 0.5, 'epoch': 1.0}",
      finds: [
        { key: "loss", value: 0.5 },
        { key: "epoch", value: 1 },
      ],
    },
    {
      line: "{'loss': '4.309', 'lr': '1e-05'}",
      finds: [
        { key: "loss", value: 4.309 },
        { key: "lr", value: 1e-5 },
      ],
    },
    {
      line: "{'loss': np.float64(0.5), 'acc': tensor(0.9, device='cuda:0'), 'best': None}",
      finds: [
        { key: "loss", value: 0.5 },
        { key: "acc", value: 0.9 },
      ],
    },
    {
      line: "OrderedDict([('epoch', 3), ('train', OrderedDict([('loss', 0.5), ('acc', np.float32(0.9))]))])",
      finds: [
        { key: "epoch", value: 3 },
        { key: "train/loss", value: 0.5 },
        { key: "train/acc", value: 0.9 },
      ],
    },
    {
      line: "defaultdict(<class 'float'>, {'loss': 0.5, 'acc': 0.9})",
      finds: [
        { key: "loss", value: 0.5 },
        { key: "acc", value: 0.9 },
      ],
    },
    { line: "OrderedDict([('loss', 0.5)]) has one entry", finds: undefined },
    {
      line: "{'loss': nan, 'lr': [0.001], 'shape': (1, 2)}",
      finds: [
        { key: "loss", value: Number.NaN },
        { key: "lr", value: 0.001 },
      ],
    },
    { line: "  3: {'loss': 0.5}   ", finds: [{ key: "loss", value: 0.5 }] },
    { line: '{"loss": 0.5}', finds: undefined },
  ],
  pairs: [
    {
      line: "Step    100: eval          Accuracy |  0.51",
      finds: [
        { key: "Step", value: 100 },
        { key: "eval_Accuracy", value: 0.51 },
      ],
    },
    {
      line: "Learner Steps = 20 | Loss = 0.4",
      finds: [
        { key: "Learner_Steps", value: 20 },
        { key: "Loss", value: 0.4 },
      ],
    },
    {
      line: "loss=0.5 acc=0.9",
      finds: [
        { key: "loss", value: 0.5 },
        { key: "acc", value: 0.9 },
      ],
    },
    {
      line: "train loss: 1.5e-3, val/acc@1: 91.5%",
      finds: [
        { key: "train_loss", value: 0.0015 },
        { key: "val/acc@1", value: 91.5 },
      ],
    },
    {
      line: "epoch 3 | loss 0.5 | 1,234 tok/s",
      finds: [
        { key: "epoch", value: 3 },
        { key: "loss", value: 0.5 },
        { key: "tok/s", value: 1234 },
      ],
    },
    {
      line: "Epoch: [2][ 10/782]\tLoss 7.04 (7.01)\tAcc@1   3.12 (  1.34)",
      finds: [
        { key: "Epoch", value: 2 },
        { key: "batch", value: 10 },
        { key: "Loss", value: 7.04 },
        { key: "Acc@1", value: 3.12 },
      ],
    },
    { line: "loss=0.1, loss=0.2", finds: [{ key: "loss", value: 0.1 }] },
    {
      line: "iter 10: loss 2.3, time 160.28ms",
      finds: [
        { key: "iter", value: 10 },
        { key: "loss", value: 2.3 },
      ],
    },
    { line: "Accuracy: 9330/10000 (93%)", finds: [{ key: "Accuracy", value: 93 }] },
    {
      line: "lr=[0.5, 0.25] loss: nan",
      finds: [
        { key: "lr", value: 0.5 },
        { key: "loss", value: Number.NaN },
      ],
    },
    {
      line: "[train] loss=0.5, [valid] loss=0.6",
      finds: [
        { key: "train/loss", value: 0.5 },
        { key: "valid/loss", value: 0.6 },
      ],
    },
    {
      line: 'level=info msg="loss: 3" step=4 loss=0.5',
      finds: [
        { key: "step", value: 4 },
        { key: "loss", value: 0.5 },
      ],
    },
    {
      line: "Epoch 7:  50%|██▌  | 5/10 [00:01<00:01,  3.2it/s, loss=0.42]",
      finds: [
        { key: "Epoch", value: 7 },
        { key: "loss", value: 0.42 },
        { key: "bar counter", value: 5 },
      ],
    },
    { line: "data.bin:  50%|██▌  | 5.2M/10M [00:01<00:01, 3.2MB/s]", finds: [] },
    { line: "Epoch 3/10", finds: [{ key: "Epoch", value: 3 }] },
    { line: "step 1200 failed after 3 retries", finds: [] },
    { line: "train: 3668 examples, dev: 408 examples", finds: [] },
    { line: "AdamW(lr=0.001, momentum=0.9)", finds: [] },
    {
      line: "train.py:35 step=13 loss=0.5",
      finds: [
        { key: "step", value: 13 },
        { key: "loss", value: 0.5 },
      ],
    },
  ],
};

test("every dialect of the registry has examples, and no two have one id", () => {
  expect(dialects.map(({ id }) => id)).toEqual(Object.keys(examples));
});

for (const dialect of dialects) dialectConformance(dialect, examples[dialect.id] ?? []);
