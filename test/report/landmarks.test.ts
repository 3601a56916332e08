import { describe, expect, test } from "vitest";
import { LandmarkFinder } from "../../src/report/landmarks.ts";

function found(...lines: readonly string[]) {
  const finder = new LandmarkFinder();
  for (const [time, line] of lines.entries()) finder.add(line, time);
  return finder.landmarks.map(({ kind, timestamp, count }) => [kind, timestamp, count]);
}

describe("landmarks of an output", () => {
  test.each([
    ["Epoch 3/90", "epoch"],
    ["epoch: 3 loss 0.3", "epoch"],
    ["saved checkpoint to out/ckpt_3.pt", "checkpoint"],
    ["Saving model weights", "checkpoint"],
    ["torch.py:12: UserWarning: deprecated", "warning"],
    ["2026-11-22 WARNING disk is slow", "warning"],
    ["Traceback (most recent call last):", "error"],
    ["torch.cuda.OutOfMemoryError: CUDA out of memory.", "error"],
    ["[ERROR] no such file", "error"],
  ])("%s", (line, kind) => {
    expect(found(line)).toEqual([[kind, 0, 1]]);
  });

  test.each(["loss 0.3", "mean absolute error 0.2", "3 epochs left", "saving time", "errors: 0"])(
    "are none of: %s",
    (line) => {
      expect(found(line)).toEqual([]);
    },
  );

  test("have each epoch once, and no earlier one again", () => {
    expect(found("Epoch 1 step 1", "Epoch 1 step 2", "Epoch 2", "Epoch 1")).toEqual([
      ["epoch", 0, 1],
      ["epoch", 2, 1],
    ]);
  });

  test("have warnings that differ in numbers once, with how many there were", () => {
    expect(found("WARNING step 1 slow", "WARNING step 2 slow", "WARNING other")).toEqual([
      ["warning", 0, 2],
      ["warning", 2, 1],
    ]);
  });

  test("of a long training are spread over all of it", () => {
    const lines = Array.from({ length: 10_000 }, (_, epoch) => `Epoch ${epoch + 1}/10000`);
    const times = found(...lines).map(([, time]) => Number(time));
    expect(times.length).toBeLessThanOrEqual(40);
    expect(times.length).toBeGreaterThan(15);
    expect(times.at(-1)).toBeGreaterThan(9000);
  });
});
