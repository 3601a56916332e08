import { describe, expect, test } from "vitest";
import { paramsOfCommand } from "../../src/run/command-params.ts";
import { withoutSecrets } from "../../src/run/secrets.ts";

describe("the params of a command", () => {
  test.each([
    [["python", "train.py", "--lr", "3e-4", "--epochs", "8"], { lr: "3e-4", epochs: "8" }],
    [["python", "train.py", "--lr=3e-4", "-b", "32", "--amp"], { lr: "3e-4", b: "32", amp: "true" }],
    [["python", "train.py", "--betas", "0.9", "0.999", "--wd", "-1"], { betas: "0.9 0.999", wd: "-1" }],
    [["python", "train.py", "--lr", "3e-4", "data.csv"], { lr: "3e-4" }],
    [["python", "train.py", "--data", "a.csv", "out/"], { data: "a.csv" }],
    [["python", "train.py", "lr=3e-4", "+model.depth=3"], { lr: "3e-4", "model.depth": "3" }],
    [["python", "-u", "train.py", "--lr", "1"], { lr: "1" }],
    [["python", "-m", "pkg.train", "--lr", "1"], { lr: "1" }],
    [["torchrun", "--nproc_per_node", "2", "train.py", "--lr", "1"], { lr: "1" }],
    [["env", "A=b", "python3", "-m", "json.tool", "--indent", "3", "/dev/null"], { indent: "3" }],
    [["sh", "-c", "train --lr 1", "--x", "2"], {}],
    [["./train", "--lr", "1", "--", "--not", "mine"], { lr: "1" }],
    [["python", "train.py", "--api-key", "abc", "--password=x", "--lr", "1"], { lr: "1" }],
    [["true"], {}],
    [[], {}],
  ])("%j", (command, params) => {
    expect(paramsOfCommand(command)).toEqual(params);
  });
});

test("a recorded command has no credentials", () => {
  const typed = "env HF_TOKEN=abc train --api-key k --password=p=q --url https://me:secret@host/x --lr 1";
  const recorded = "env HF_TOKEN=*** train --api-key *** --password=*** --url https://me:***@host/x --lr 1";
  expect(withoutSecrets(typed.split(" "))).toEqual(recorded.split(" "));
});
