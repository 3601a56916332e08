import { expect, test } from "vitest";
import { uploadFailed, wandbSynced } from "../../src/terminal/upload-warnings.ts";

const failed = {
  backend: "mlflow",
  reason: "connection refused",
  hint: "start it",
  left: { points: 12, isComplete: false, filesLeft: true, rejected: 0 },
  header: { id: "20261122-201530-k3f9", cwd: "/home/ada" },
  dir: "/home/ada/.tracelet",
  env: {},
};
const start = "tracelet: not uploaded to mlflow: connection refused (start it); ";

test("where the command was typed, what to type there is enough", () => {
  expect(uploadFailed(failed)).toBe(
    `${start}12 points are left; to try again, type: tracelet sync 20261122-201530-k3f9`,
  );
  expect(uploadFailed({ ...failed, dir: "/data/runs of ada" })).toBe(
    `${start}12 points are left; to try again, type: tracelet sync --dir '/data/runs of ada' 20261122-201530-k3f9`,
  );
});

test("under Slurm it has the whole path, and in CI it says what to keep", () => {
  expect(uploadFailed({ ...failed, env: { SLURM_JOB_ID: "7", CI: "true" } })).toBe(
    `${start}12 points are left; to try again from a node that reaches the server, type: tracelet sync --dir /home/ada/.tracelet 20261122-201530-k3f9`,
  );
  expect(uploadFailed({ ...failed, env: { CI: "true" } })).toBe(
    `${start}12 points are left; to try again, keep the folder /home/ada/.tracelet with the job's artifacts and type in it: tracelet sync --dir . 20261122-201530-k3f9`,
  );
});

test.each([
  [{ points: 1, filesLeft: true }, "1 point is left"],
  [{ points: 0, filesLeft: true }, "the run's end and its files are left"],
  [{ points: 0, filesLeft: false }, "the run's end is left"],
])("%j: %s", (left, says) => {
  expect(uploadFailed({ ...failed, left: { ...failed.left, ...left } })).toContain(`; ${says}; `);
});

test("what the user's own wandb did is one line, with what to type where it failed", () => {
  const command = ["wandb", "sync", "/data/runs of ada/wandb/offline-run-1"];
  expect(wandbSynced({ url: "https://wandb.ai/ada/digits/runs/1" }, command)).toBe(
    "tracelet: uploaded by wandb sync to https://wandb.ai/ada/digits/runs/1",
  );
  expect(wandbSynced({ url: undefined }, command)).toBe("tracelet: uploaded by wandb sync");
  expect(wandbSynced({ failure: "no \u001b[31mlogin" }, command)).toMatch(
    /^tracelet: not uploaded by wandb sync: no .{0,8}login; to try again, type: wandb sync '\/data\/runs of ada\/wandb\/offline-run-1'$/,
  );
});
