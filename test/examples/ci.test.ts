import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder } from "../support/tracelet.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

/** What the step of the workflow types, with the words for this machine in place of those for the runner. */
async function step(script: string): Promise<string> {
  const workflow = await readFile(join(EXAMPLES, "ci/train.yml"), "utf8");
  const lines = workflow.split("\n").map((line) => line.trim());
  const from = lines.indexOf("tracelet run");
  const to = lines.findIndex((line) => line.startsWith("-- python "));
  const typed = lines.slice(from, to).join(" ").replace("tracelet", `"${process.execPath}" "${EXECUTABLE}"`);
  return `${typed} -- ${script}`;
}

test("the workflow in examples/ci passes with a good script and fails with a bad one", async () => {
  const cwd = await temporaryFolder();
  const train = `python3 '${join(EXAMPLES, "train.py")}'`;
  const good = await start("sh", ["-c", await step(`${train} --epochs 6`)], { cwd }).ended;
  expect([good.code, good.errors.includes("check failed")]).toEqual([0, false]);
  const bad = await start("sh", ["-c", await step(`${train} --epochs 1 --lr 0`)], { cwd }).ended;
  expect(bad.code).toBe(3);
  expect(bad.errors).toContain("tracelet: check failed: val_accuracy >= 0.9 is required, and it is ");
});
