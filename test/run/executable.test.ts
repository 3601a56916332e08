import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whyNotExecutable } from "../../src/run/executable.ts";
import { temporaryFolder } from "../support/tracelet.ts";

/** `bin/tool` can be executed, `bin/text` cannot, `bin/folder` is a folder. */
async function makeBin(): Promise<string> {
  const bin = join(await temporaryFolder(), "bin");
  await mkdir(join(bin, "folder"), { recursive: true });
  await writeFile(join(bin, "tool"), "#!/bin/sh\n");
  await chmod(join(bin, "tool"), 0o755);
  await writeFile(join(bin, "text"), "");
  return bin;
}

test("commands are looked for on the PATH", async () => {
  const PATH = `/nonexistent:${await makeBin()}`;
  const answers = ["tool", "text", "folder", "missing", ""].map((name) => whyNotExecutable(name, { PATH }));
  expect(answers).toEqual([undefined, "EACCES", "EACCES", "ENOENT", "ENOENT"]);
});

test("a path is taken as it is", async () => {
  const bin = await makeBin();
  const answers = ["tool", "text", "missing"].map((name) => whyNotExecutable(join(bin, name), { PATH: "" }));
  expect(answers).toEqual([undefined, "EACCES", "ENOENT"]);
});

test("without a PATH it is the usual one", () => {
  expect(whyNotExecutable("sh", {})).toBeUndefined();
});

test("an empty part of the PATH is this folder", () => {
  expect(whyNotExecutable("package.json", { PATH: ":/nonexistent" })).toBe("EACCES");
});
