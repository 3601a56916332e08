import { describe, expect, test } from "vitest";
import { createExtractor, type Extractor } from "../../src/extract/index.ts";

const FAR = " ".repeat(50);

function points(output: string, extractor: Extractor = createExtractor()): string {
  const lines = [...extractor.push("stdout", Buffer.from(`${output}\n`), 0, 0), ...extractor.end()];
  return lines
    .flatMap(({ metrics, step }) => Object.entries(metrics).map(([key, value]) => `${key}=${value}@${step}`))
    .join(" ");
}

const BAR = "Epoch 3/9  ━━━━━━━━ 10/10 0:00:01 • 0:00:00 9.5it/s v_num: 0.000";

describe("a name and its number in two lines of a cell", () => {
  test.each([
    [
      "with the next name behind the number",
      `${BAR}\n${FAR}train_loss_step:\n${FAR}0.5\n${FAR}train_loss_epoch:\n${FAR}0.75 val_loss:\n${FAR}0.25`,
      "train_loss_step=0.5@3 train_loss_epoch=0.75@3 val_loss=0.25@3",
    ],
    ["with the name behind a bar", `${BAR} val/acc:\n${FAR}0.75 `, "val/acc=0.75@3"],
    [
      "in colours",
      `${BAR}\n${FAR}\u001b[3mtrain_loss: \u001b[0m\n${FAR}\u001b[3m0.5        \u001b[0m`,
      "train_loss=0.5@3",
    ],
    ["without a number below", `${BAR} loss: 0.5\n${FAR}val_loss:\nval_loss: 0.25`, "loss=0.5@3 val_loss=0.25@3"],
    ["in other columns", `${BAR} loss: 0.5\n${FAR}val_loss:\n${FAR}  0.25`, "loss=0.5@3"],
    ["at the edge", `step 3 loss: 0.5\nval_loss:\n${FAR}0.25`, "loss=0.5@3"],
  ])("are one: %s", (_, output, expected) => {
    expect(points(output)).toBe(expected);
  });

  test("are one for an extractor that goes on between them", () => {
    const first = createExtractor();
    first.push("stdout", Buffer.from(`${BAR}\n${FAR}train_loss:\n`), 0, 0);
    const second = createExtractor();
    second.recall(structuredClone(first.memory()));
    expect(points(`${FAR}0.5`, second)).toBe("train_loss=0.5@3");
  });
});
