import { describe, expect, test } from "vitest";
import { explainLines } from "../../src/extract/explain.ts";
import { createExtractor, type Extractor, type MetricLine } from "../../src/extract/index.ts";

function push(extractor: Extractor, text: string): string[] {
  return extractor.push("stdout", Buffer.from(text), 0, 0).map(shown);
}

function points(...output: string[]): string[] {
  const extractor = createExtractor();
  return [...push(extractor, `${output.join("\n")}\n`), ...extractor.end().map(shown)];
}

function shown({ step, metrics }: MetricLine): string {
  return [step, ...Object.entries(metrics).map(([key, value]) => `${key}=${value}`)].join(" ");
}

describe("an object over several lines is one line", () => {
  test("whose position may stand in any of them", () => {
    expect(points("{'eval_loss': 3.25,", " 'eval_map': 0.5,", " 'epoch': 100.0}")).toEqual([
      "100 eval_loss=3.25 eval_map=0.5",
    ]);
  });

  test("also in a list of them", () => {
    const one = [
      "    {",
      '        "loss_gen": 1.5,',
      '        "iteration": 100,',
      '        "loss_dis": 0.75',
      "    },",
    ];
    const other = [
      "    {",
      '        "loss_gen": 1.25,',
      '        "iteration": 200,',
      '        "loss_dis": 0.5',
      "    }",
    ];
    expect(points("[", ...one, ...other, "]")).toEqual([
      "100 loss_gen=1.5 loss_dis=0.75",
      "200 loss_gen=1.25 loss_dis=0.5",
    ]);
  });

  test("with parts and lists in it, and a label in front", () => {
    expect(
      points(
        "Results: {",
        '  "val": {',
        '    "loss": 0.5,',
        '    "ids": [',
        "      1,",
        "      2",
        "    ]",
        "  },",
        "}",
      ),
    ).toEqual(["0 val/loss=0.5"]);
  });

  test("but not where its list has positions of its own", () => {
    const rows = ['{"history": [{', '"epoch": 1,', '"loss": 0.5}, {', '"epoch": 2,', '"loss": 0.25}]}'];
    expect(points(...rows)).toEqual(["1 loss=0.5", "2 loss=0.25"]);
  });

  test("and gives nothing where it is a dump of settings", () => {
    expect(
      points(
        "{'batch_size': 32,",
        " 'epoch': 300.0,",
        " 'learning_rate': 0.001,",
        " 'seed': 42,",
        " 'lr_factor': 0.5}",
      ),
    ).toEqual([]);
  });

  test("whatever the chunks, and over another process's memory", () => {
    const [first, second] = [createExtractor(), createExtractor()];
    expect(push(first, "{'loss': 0.5,\n 'acc")).toEqual([]);
    second.recall(structuredClone(first.memory()));
    expect(push(second, "': 0.75,\n 'step': 20}\n")).toEqual(["20 loss=0.5 acc=0.75"]);
  });

  test("explained as one", async () => {
    async function* chunks() {
      yield Buffer.from("{'loss': 0.5,\n 'step': 20}\n");
    }
    const lines: string[] = [];
    for await (const { text, dialect } of explainLines(chunks())) lines.push(`${dialect}: ${text}`);
    expect(lines).toEqual(["python-dict: {'loss': 0.5, 'step': 20}"]);
  });
});

describe("the lines of what begins like an object are read one by one", () => {
  test("where another line comes before its end", () => {
    expect(points("{'loss': 0.5,", "step 7: loss 0.25")).toEqual(["0 loss=0.5", "7 loss=0.25"]);
  });

  test("where the output ends before it", () => {
    expect(points("{'loss': 0.5,", " 'acc': 0.75,")).toEqual(["0 loss=0.5", "0 acc=0.75"]);
  });

  test("where it is longer than any object of metrics", () => {
    const rows = Array.from({ length: 1000 }, (_, at) => `"loss_${at}": 0.5,`);
    expect(points("{", ...rows, "}")).toHaveLength(1000);
  });
});
