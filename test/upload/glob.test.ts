import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { matchFiles } from "../../src/upload/glob.ts";
import { emptyStore } from "./run-on-disk.ts";

const FILES = [
  "a.pt",
  "b.pt",
  "a[1].txt",
  "out/c.pt",
  "out/deep/d.pt",
  "out/.hidden.pt",
  ".git/e.pt",
  ".tracelet/f.pt",
];

describe("a path or pattern", () => {
  test.each<[string, string[]]>([
    ["a.pt", ["a.pt"]],
    ["./out/../a.pt", ["a.pt"]],
    ["*.pt", ["a.pt", "b.pt"]],
    ["?.pt", ["a.pt", "b.pt"]],
    ["[!a].pt", ["b.pt"]],
    ["[a-b].pt", ["a.pt", "b.pt"]],
    ["{a,out/c}.pt", ["a.pt", "out/c.pt"]],
    ["{a,{b,out/c}}.pt", ["a.pt", "b.pt", "out/c.pt"]],
    ["**/*.pt", ["a.pt", "b.pt", "out/c.pt", "out/deep/d.pt"]],
    ["out/**", ["out/c.pt", "out/deep/d.pt"]],
    ["out", ["out/.hidden.pt", "out/c.pt", "out/deep/d.pt"]],
    ["out/*", ["out/c.pt", "out/deep/d.pt"]],
    ["out/.*", ["out/.hidden.pt"]],
    ["*/deep/*.pt", ["out/deep/d.pt"]],
    // It exists as it is.
    ["a[1].txt", ["a[1].txt"]],
    [".tracelet/*", []],
    ["nothing*", []],
    ["[z-a]*", []],
    ["[", []],
    ["no/such/folder/*", []],
  ])("%s means %j", async (pattern, expected) => {
    const cwd = folderWithFiles();
    const { files } = await matchFiles(pattern, { cwd, except: join(cwd, ".tracelet"), onProgress: () => {} });
    expect(files.map((path) => relative(cwd, path))).toEqual(expected);
  });

  test("is not followed up a link, and a link to a file is that file", async () => {
    const cwd = folderWithFiles();
    symlinkSync(cwd, join(cwd, "out", "up"));
    symlinkSync(join(cwd, "a.pt"), join(cwd, "out", "link.pt"));
    symlinkSync(join(cwd, "gone"), join(cwd, "out", "broken.pt"));
    const options = { cwd, except: join(cwd, ".tracelet"), onProgress: () => {} };
    const names = async (pattern: string) =>
      (await matchFiles(pattern, options)).files.map((path) => relative(cwd, path));
    expect(await names("out")).toEqual(["out/.hidden.pt", "out/c.pt", "out/deep/d.pt", "out/link.pt"]);
    expect(await names("**/*.pt")).toContain("out/link.pt");
    expect(await names("**/*.pt")).toHaveLength(5);
  });
});

function folderWithFiles(): string {
  const cwd = emptyStore();
  for (const file of FILES) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), file);
  }
  return cwd;
}
