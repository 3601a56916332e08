import { expect, test } from "vitest";
import { points } from "./points.ts";

test("a position may stand in any row below a title of results", () => {
  const rows = ["***** Eval results *****", "  eval_accuracy = 0.75", "  global_step = 343", "  loss = 0.5"];
  expect(points(rows.map((row) => `INFO:tensorflow:${row}`).join("\n"))).toBe("eval_accuracy=0.75@343 loss=0.5@343");
});

test("a title of results may begin with what they are of", () => {
  const rows = ["=== [learner 3] - METRICS STEP 20 ===", "  grpo/loss: 0.5", "  grpo/kl_mean: 0.25"];
  expect(points(rows.join("\n"))).toBe("grpo/loss=0.5@20 grpo/kl_mean=0.25@20");
});

test("a title of results may have the position", () => {
  const rows = ["***** Eval results 500 *****", "  acc = 0.75", "  f1 = 0.5", "step 600 loss 0.25"];
  const log = rows.map((row) => `05/01/2026 12:00:00 - INFO - __main__ -   ${row}`).join("\n");
  expect(points(log)).toBe("acc=0.75@500 f1=0.5@500 loss=0.25@600");
});

test("rows below a title of results may have no number", () => {
  const rows = [
    "***** eval metrics *****",
    "  epoch = 3.0",
    "  eval_runtime = 0:00:12.34",
    "  eval_loss = 0.5",
    "done",
  ];
  expect(points(rows.join("\n"))).toBe("eval_loss=0.5@3");
});

test("a block ends with a line that is no row of it", () => {
  expect(points("*** Test results ***\nacc: 0.5\nsaved 3 files\nacc: 0.75\nstep: 7")).toBe("acc=0.5@0 acc=0.75@1");
});

test("a block in a frame may have rows without a number", () => {
  const rows = [
    "╭──────────────────────────╮",
    "│ Trial 7 result           │",
    "├──────────────────────────┤",
    "│ checkpoint_dir           │",
    "│ date    2026-01-31_10-11 │",
    "│ loss                 0.5 │",
    "│ training_iteration     3 │",
    "╰──────────────────────────╯",
  ];
  expect(points(rows.join("\n"))).toBe("loss=0.5@3");
});

test("results may be announced for something and stand as a tree below", () => {
  const rows = [
    "Result for walker_7:",
    "  custom: {}",
    "  done: false",
    "  episodes_total: 12",
    "  reward_mean: 22.5",
    "  info:",
    "    learner:",
    "      policy_loss: 0.25",
    "      cur_lr: 5.0e-05",
    "  sampler:",
    "    reward_mean: 22.5",
    "  training_iteration: 3",
    "",
    "Result for walker:",
    "  reward_mean: 30.5",
    "  training_iteration: 4",
    "saved",
  ];
  expect(points(rows.join("\n"))).toBe("reward_mean=22.5@3 policy_loss=0.25@3 cur_lr=0.00005@3 reward_mean=30.5@4");
});
