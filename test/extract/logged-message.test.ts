import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ['{"time":"2026-01-31T10:11:12Z","message":"step=40 loss=0.5","level":"INFO"}', "loss=0.5@40"],
  [String.raw`{"log":"step 60 | loss 0.25 | lr 3e-4\n","stream":"stdout"}`, "loss=0.25@60 lr=0.0003@60"],
  ['{"level": "INFO", "step": 70, "msg": "train loss: 0.75", "line": 45}', "train_loss=0.75@70"],
  ['{"event": "{\'loss\': 0.5, \'epoch\': 0.25}", "level": "info"}', "loss=0.5@0.25"],
  ['time="2026-01-31T10:11:12Z" level=info msg="step 5: loss 0.5"', "loss=0.5@5"],
  ['level=info ts=2026-01-31T10:11:12.1Z caller=run.go:45 msg="epoch=3 val_loss=0.25"', "val_loss=0.25@3"],
  ['{"ts": 171.5, "msg": "Epoch 3/10"}\n{"ts": 172.5, "msg": "val_loss: 0.75"}', "val_loss=0.75@3"],
])("what is said in a logger's object is read: %s", (log, expected) => {
  expect(points(log)).toBe(expected);
});

test.each([
  ['{"step": 80, "loss": 0.5, "message": "train loss: 0.25"}', "loss=0.5@80"],
  ['{"message": "Loading 3 files in 2.5s", "line": 45}', ""],
  ['{"message": "ValueError: loss: 0.5 is too small", "line": 45}', ""],
  [String.raw`{"message": "loss: 0.5 \q", "line": 45}`, ""],
])("and nothing beside its own numbers, or where it is none: %s", (log, expected) => {
  expect(points(log)).toBe(expected);
});
