import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTABLE, type JournalLine, start, temporaryFolder, tracelet } from "../support/tracelet.ts";
import { keepingMlflow } from "./keeping-mlflow.ts";

const mounts = spawnSync("unshare", ["-rm", "true"]).status === 0;
if (!mounts)
  process.stderr.write("skipped: the test on a full disk, since no disk can be mounted here (unshare -rm)\n");

/** Far more than the disk takes: 60,000 lines of metrics, and a status of its own. */
const CHILD = `
import sys
for step in range(60000):
    print(f"step {step} loss={1 / (step + 1):.6f} acc=0.5")
sys.exit(3)`;

test.skipIf(!mounts)("a full disk costs the record what does not fit, and nothing else", async () => {
  const cwd = await temporaryFolder();
  const mlflow = await keepingMlflow();
  const script = `
    mkdir disk && mount -t tmpfs -o size=1m disk disk || exit 99
    "$NODE" "$TRACELET" run --dir disk --backend mlflow -- python3 -c "$CHILD" > out
    echo $? > status
    cat disk/runs/*/journal.jsonl
    wc -l < out >&2
    cat status >&2`;
  const env = { NODE: process.execPath, TRACELET: EXECUTABLE, CHILD, MLFLOW_TRACKING_URI: mlflow.url };
  const ended = await start("unshare", ["-rm", "sh", "-c", script], { cwd, env }).ended;
  expect(ended.errors).toMatch(/\n60000\n3\n$/);
  const [warning, summary, ...more] = ended.errors.split("\n").filter((line) => line.startsWith("tracelet: "));
  expect(warning).toMatch(/^tracelet: the run directory cannot be read or written: .*ENOSPC/);
  expect(summary).toMatch(/^tracelet: failed with exit status 3 /);
  expect(more).toEqual([]);
  const lines = ended.stdout.toString().split("\n").flatMap(parsed);
  expect(lines.filter(({ type }) => type === "end")).toMatchObject([{ status: "failed", exitCode: 3 }]);
  expect(lines.filter(({ type }) => type === "gap").map(({ what }) => what)).toEqual(
    expect.arrayContaining(["output", expect.stringMatching(/^\d+ metrics records$/)]),
  );
  const [run, another] = mlflow.runs.values();
  expect([run?.status, run?.ends, another]).toEqual(["FAILED", 1, undefined]);
  const kept = lines.filter(({ type }) => type === "metrics").map(({ step }) => step);
  expect(run?.points.filter(({ key }) => key === "loss").map(({ step }) => step)).toEqual(kept);
});

describe("a command whose output goes to a full disk says so:", () => {
  test.skipIf(!existsSync("/dev/full"))("one that takes nothing", async () => {
    const cwd = await temporaryFolder();
    const args = ["-c", `"$@" > /dev/full`, "sh", process.execPath, EXECUTABLE, "runs", "--json"];
    const { code, errors } = await start("sh", args, { cwd }).ended;
    expect([code, errors]).toEqual([
      2,
      "tracelet: stdout cannot be written (ENOSPC): see to the disk or the file it goes to\n",
    ]);
  });

  test.skipIf(!existsSync("/dev/full"))("one that takes nothing of sync, which uploads all the same", async () => {
    const cwd = await temporaryFolder();
    const imported = await tracelet(["import", "--backend", "tensorboard"], { cwd, input: "step 1 loss=1\n" });
    expect(imported.code).toBe(0);
    const args = ["-c", `"$@" > /dev/full`, "sh", process.execPath, EXECUTABLE, "sync"];
    const { code, errors } = await start("sh", args, { cwd }).ended;
    expect(code).toBe(2);
    expect(errors).toMatch(/^tracelet: stdout cannot be written \(ENOSPC\): .*\n$/);
    expect((await tracelet(["sync"], { cwd })).stdout.toString()).toContain("nothing new");
  });

  test.skipIf(!mounts)("one that takes a part", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "train.log"), Array.from({ length: 900 }, (_, step) => `step ${step} loss=1\n`).join(""));
    expect((await tracelet(["import", "train.log"], { cwd })).code).toBe(0);
    const script = `
      mkdir disk && mount -t tmpfs -o size=16k disk disk || exit 99
      "$NODE" "$TRACELET" export > disk/out; echo $? && wc -c < disk/out`;
    const env = { NODE: process.execPath, TRACELET: EXECUTABLE };
    const ended = await start("unshare", ["-rm", "sh", "-c", script], { cwd, env }).ended;
    expect(ended.errors).toMatch(/^tracelet: stdout cannot be written \(ENOSPC\): .*\n$/);
    expect(ended.stdout.toString()).toBe("2\n16384\n");
  });
});

/** The record of a line; none for the one that the disk has torn. */
function parsed(line: string): JournalLine[] {
  try {
    return [JSON.parse(line) as JournalLine];
  } catch {
    return []; // torn, or the empty end
  }
}
