import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../examples/train.py");

async function train(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("python3", [SCRIPT, ...args]);
  return stdout;
}

function numbersOf(output: string, key: string): number[] {
  return [...output.matchAll(new RegExp(`\\b${key}=(\\S+)`, "g"))].map(([, value]) => Number(value));
}

test("the example learns to read digits it has not seen, and says so epoch by epoch", async () => {
  const output = await train("--epochs", "4");
  expect(output.match(/^epoch \d+: train_loss=\S+ val_loss=\S+ val_accuracy=\S+$/gm)).toHaveLength(4);
  const losses = numbersOf(output, "train_loss");
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 3);
  expect(numbersOf(output, "val_accuracy").at(-1)).toBeGreaterThan(0.9);
});

test("the example does the same with the same seed and something else with another", async () => {
  const [first, again, other] = await Promise.all([
    train("--epochs", "1"),
    train("--epochs", "1"),
    train("--epochs", "1", "--seed", "7"),
  ]);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("the example's learning rate matters", async () => {
  const [slow] = numbersOf(await train("--epochs", "1", "--lr", "3e-4"), "train_loss");
  expect(slow).toBeGreaterThan(1);
});
