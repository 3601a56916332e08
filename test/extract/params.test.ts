import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";

function paramsOf(text: string): Readonly<Record<string, string>> {
  const extractor = createExtractor();
  extractor.push("stdout", Buffer.from(text), 0, 0);
  const early = extractor.params();
  extractor.end();
  return { ...early, ...extractor.params() };
}

const METRICS = "epoch 1 loss=0.5\nepoch 2 loss=0.4\n";

describe("before the first metric", () => {
  test.each([
    [
      "a namespace of argparse",
      "Namespace(lr=0.1, data='./a, b', betas=(0.9, 0.999), resume=None)\n",
      { lr: "0.1", data: "./a, b", betas: "(0.9, 0.999)", resume: "None" },
    ],
    [
      "a call over several lines, behind a log prefix",
      "2026-01-01 10:00:00,000 - INFO - TrainingArguments(\n_n_gpu=1,\nfsdp_config={'a': 0, 'b': False},\nlearning_rate=5e-05,\n)\n",
      { _n_gpu: "1", "fsdp_config.a": "0", "fsdp_config.b": "False", learning_rate: "5e-05" },
    ],
    [
      "a dict on one line",
      "{'model': {'depth': 18}, 'optimizer': {'lr': 0.1, 'name': 'sgd'}, 'seed': 1}\n",
      { "model.depth": "18", "optimizer.lr": "0.1", "optimizer.name": "sgd", seed: "1" },
    ],
    [
      "JSON over several lines below a title",
      'Config:\n{\n  "depth": 4,\n  "sizes": [1,\n    2],\n  "head": {"bias": true}\n}\n',
      { depth: "4", sizes: "[1, 2]", "head.bias": "true" },
    ],
    [
      "YAML, as OmegaConf and hydra print it",
      "model:\n  name: vit\n  head:\n    dim: 16\noptimizer:\n  lr: 0.001\nseed: 3\n",
      { "model.name": "vit", "model.head.dim": "16", "optimizer.lr": "0.001", seed: "3" },
    ],
    [
      "a dotted list",
      "------------------ arguments ------------------\n  adam_beta1 .......... 0.9\n  fp16 ................ True\n---------------- end of arguments -------------\n",
      { adam_beta1: "0.9", fp16: "True" },
    ],
    [
      "a table",
      "+-----------+-------+\n| Parameter | Value |\n+-----------+-------+\n| clip      | 0.2   |\n| GAE decay | 0.95  |\n+-----------+-------+\n",
      { clip: "0.2", GAE_decay: "0.95" },
    ],
    [
      "a table in a box",
      "┏━━━━━━━┳━━━━━━┓\n┃ Name  ┃ Value┃\n┡━━━━━━━╇━━━━━━┩\n│ gamma │ 0.99 │\n│ tau   │ 5e-3 │\n└───────┴──────┘\n",
      { gamma: "0.99", tau: "5e-3" },
    ],
    [
      "a line",
      "Hyperparameters: lr=0.001, batch_size=64\nargs: seed=1 name=x\n",
      { lr: "0.001", batch_size: "64", seed: "1", name: "x" },
    ],
    [
      "assignments with comments",
      "Overriding config with config/x.py:\nout_dir = 'out' # where\nmax_iters = 5000\n",
      { out_dir: "out", max_iters: "5000" },
    ],
    [
      "rows that nothing titles, by a name that only settings have",
      "  workers: 4\n  root: /a\n  batch size: 32\n",
      {
        workers: "4",
        root: "/a",
        batch_size: "32",
      },
    ],
  ])("%s gives params", (_, text, params) => {
    expect(paramsOf(`Loading\n${text}done\n${METRICS}`)).toEqual(params);
    expect(paramsOf(text)).toEqual(params);
  });

  test.each([
    [
      "prose",
      "Learning rate: it is warmed up for 500 steps\nNote: nothing to see\nCache: it was cleared before the start\n",
    ],
    ["a model", "Net(\n  (conv1): Conv2d(3, 64, kernel_size=(7, 7))\n  (fc): Linear(in=512)\n)\nTotal params: 3\n"],
    ["an error", 'Traceback (most recent call last):\n  File "a.py", line 3\nValueError: batch_size: 3\n'],
    ["too few rows without a title", "seed: 3\nfiles: 12\n"],
    ["rows that are none of a training", "rank: 0\nport: 29500\nhost: a\n"],
    ["a sum of what was found", "{'train': 50000, 'test': 10000}\n"],
  ])("%s gives none", (_, text) => {
    expect(paramsOf(text + METRICS)).toEqual({});
  });

  test("what is printed with the first metric and behind it is none", () => {
    expect(paramsOf(`${METRICS}Namespace(lr=0.1, seed=2)\n`)).toEqual({});
    const block = "| rollout/     |      |\n| ep_rew_mean | 21.5 |\n| learning_rate | 0.1 |\n| epochs | 3 |\nend\n";
    expect(paramsOf(`args: a=1, b=2\n${block}`)).toEqual({ a: "1", b: "2" });
  });

  test("the first value of a name stays, and there are not too many, nor too long ones", () => {
    expect(paramsOf("args: a=1, b=2\nargs: a=3, b=4\n")).toEqual({ a: "1", b: "2" });
    const many = Array.from({ length: 300 }, (_, index) => `key_${index}=1`).join(", ");
    expect(Object.keys(paramsOf(`Namespace(${many})\n`))).toHaveLength(200);
    expect(paramsOf(`Namespace(a='${"x".repeat(900)}')\n`)["a"]).toHaveLength(500);
  });

  test("only the beginning of the output is looked at", () => {
    expect(paramsOf(`${"a line\n".repeat(20_000)}Namespace(lr=0.1, seed=2)\n`)).toEqual({});
  });
});

test("params do not depend on how the bytes were cut", () => {
  const text = `args:\n  a: 1\n  b: {\n 'c': 2}\nNamespace(lr=0.1,\r\n seed=2)\n| loss | 3 |\n${METRICS}args: x=1, y=2\n`;
  const whole = paramsOf(text);
  expect(whole).toEqual({ a: "1", "b.c": "2", lr: "0.1", seed: "2" });
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (cuts) => {
      const bytes = Buffer.from(text);
      const extractor = createExtractor();
      const found = {};
      let from = 0;
      for (const cut of [...cuts, bytes.length]) {
        const piece = bytes.subarray(from, from + cut);
        if (piece.length > 0) extractor.push("stdout", piece, 0, from);
        Object.assign(found, extractor.params());
        from += piece.length;
      }
      extractor.end();
      expect({ ...found, ...extractor.params() }).toEqual(whole);
    }),
  );
});

test("what a long log has behind its first metric is no param, also when all of it comes in one piece", () => {
  const log = '{"step": 1, "loss": 0.5, "lr": 0.1}\n'.repeat(4000);
  expect(paramsOf(log)).toEqual({});
  expect(paramsOf(`Namespace(lr=0.1, seed=2)\n${log}`)).toEqual({ lr: "0.1", seed: "2" });
});

test("no text takes long", () => {
  for (const piece of [
    "'",
    '"',
    "(",
    "{",
    "a: {",
    "Config(",
    "a=",
    "a: b\n",
    "\\'",
    "config: ",
    "a b ",
    ". . .",
    "a ...",
    "| a ",
    `a${" ".repeat(3000)}`,
  ]) {
    const started = process.cpuUsage();
    paramsOf(piece.repeat(Math.floor(90_000 / piece.length)));
    paramsOf(`args:\n${`${piece.repeat(Math.floor(2000 / piece.length))}\n`.repeat(40)}`);
    const { user, system } = process.cpuUsage(started);
    expect({ piece, milliseconds: (user + system) / 1000 }).toSatisfy(
      ({ milliseconds }: { milliseconds: number }) => milliseconds < 3000,
    );
  }
});
