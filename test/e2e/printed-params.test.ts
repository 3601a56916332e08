import { expect, test } from "vitest";
import { readOnlyJournal, temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

const LOG = "Namespace(batch_size=64, lr=0.1, api_key='x', opt='a b')\nepoch 1 loss=0.5\nNamespace(late=1)\n";

test("settings that a command prints are params of its run, unless they were typed or are credentials", async () => {
  const cwd = await temporaryFolder();
  await tracelet(["run", "--param", "LR=3", "--", "printf", LOG, "--batch-size", "32"], { cwd });
  const params = (await readOnlyJournal(cwd)).filter(({ type }) => type === "params");
  expect(params).toEqual([{ type: "params", timestamp: expect.any(Number), params: { opt: "a b" } }]);
  const shown = JSON.parse(textOf(await tracelet(["show", "--json"], { cwd }))) as { params: unknown };
  expect(shown.params).toEqual({ "batch-size": "32", LR: "3", opt: "a b" });
});

test("so are those of a log that is imported", async () => {
  const cwd = await temporaryFolder();
  await tracelet(["import", "--param", "lr=3"], { cwd, input: LOG });
  const shown = JSON.parse(textOf(await tracelet(["show", "--json"], { cwd }))) as { params: unknown };
  expect(shown.params).toEqual({ lr: "3", batch_size: "64", opt: "a b" });
});
