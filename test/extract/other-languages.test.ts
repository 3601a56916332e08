import { describe, expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";
import { wordsOf } from "../../src/extract/names/name-words.ts";

/** `key=value@step` of every point that this output gives. */
function points(...lines: string[]): string {
  const extractor = createExtractor();
  const output = Buffer.from(`${lines.join("\n")}\n`);
  return [...extractor.push("stdout", output, 0, 0), ...extractor.end()]
    .flatMap(({ metrics, step }) => Object.entries(metrics).map(([key, value]) => `${key}=${value}@${step}`))
    .join(" ");
}

describe("names in other languages", () => {
  test.each([
    ["Época 2/30 | pérdida = 0.75 | exactitud = 0.5", "pérdida=0.75@2 exactitud=0.5@2"],
    ["Epoche 4: Verlust 0.5, Genauigkeit 0.75", "Verlust=0.5@4 Genauigkeit=0.75@4"],
    ["verlust: 0.5, genauigkeit: 0.75", "verlust=0.5@0 genauigkeit=0.75@0"],
    ["Эпоха 7: потери = 0.5, точность = 0.75", "потери=0.5@7 точность=0.75@7"],
    ["에포크 12/40: 학습 손실: 2.5e-01, 검증 정확도: 0.75", "학습_손실=0.25@12 검증_정확도=0.75@12"],
    ["エポック 5: 損失 0.5 正解率 0.75", "損失=0.5@5 正解率=0.75@5"],
    ["验证集损失: 0.5 | 验证集准确率: 75.5%", "验证集损失=0.5@0 验证集准确率=75.5@0"],
    ["损失：0.5，准确率：0.75", "损失=0.5@0 准确率=0.75@0"],
    ["第 3/20 轮，训练损失：0.5", "训练损失=0.5@3"],
    ["Episodio 40, recompensa: 12.5", "recompensa=12.5@40"],
    ["Generación 3 | mejor fitness = 0.75", "mejor_fitness=0.75@3"],
    ["第7轮 梯度范数: 0.5", "梯度范数=0.5@7"],
    ["第6轮: 平均奖励 1.5", "平均奖励=1.5@6"],
    ["第 8 个epoch的准确率：0.75", "准确率=0.75@8"],
    ["训练次数：300, 损失: 0.5", "损失=0.5@300"],
    ["迭代次数 40 损失 0.5", "损失=0.5@40"],
  ])("are read: %s", (line, expected) => {
    expect(points(line)).toBe(expected);
  });

  test.each([
    "训练样本数: 8005",
    "参数量: 2.5",
    "批次大小: 64",
    "用时: 12.5",
    "tiempo total: 12.5",
    "バッチサイズ: 8",
    "阈值: 0.5",
    "Épocas: 15",
    "エポック数: 100",
  ])("are no metrics where they say a count, a size or a time: %s", (line) => {
    expect(points(line)).toBe("");
  });

  test("stand in headers too", () => {
    expect(points("✅ Época 3 completa!", "  loss: 0.5", "--- Epoch 4/10 总结 ---", "平均训练损失: 0.25")).toBe(
      "loss=0.5@3 平均训练损失=0.25@4",
    );
    expect(points("=====第 5 轮训练开始=====", "损失: 0.5", "第6轮测试结束", "准确率: 0.75")).toBe(
      "损失=0.5@5 准确率=0.75@6",
    );
  });

  test("are taken apart where no blanks part their words", () => {
    expect(wordsOf("平均训练损失")).toEqual(["avg", "train", "loss"]);
    expect(wordsOf("学习率")).toEqual(["lr"]);
  });
});
