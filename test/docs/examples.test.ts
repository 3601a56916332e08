import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { expect, test } from "vitest";
import { EXECUTABLE, start, temporaryFolder } from "../support/tracelet.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A block of commands in the documentation that says of itself, in a comment above it, with which status it ends. */
interface Example {
  readonly place: string;
  readonly commands: string;
  readonly status: number;
}

const examples = pages().flatMap(examplesIn);

test("there are examples to run", () => {
  expect(examples.length).toBeGreaterThan(1);
});

test.each(examples)("the example at $place does what it says", async ({ commands, status }) => {
  const cwd = await temporaryFolder();
  cpSync(join(ROOT, "examples"), join(cwd, "examples"), { recursive: true });
  const programs = join(cwd, "programs");
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, "node"));
  writeFileSync(join(programs, "tracelet"), `#!/bin/sh\nexec node '${EXECUTABLE}' "$@"\n`, { mode: 0o755 });
  const env = { PATH: `${programs}${delimiter}${process.env["PATH"] ?? ""}` };
  const ended = await start("sh", ["-e", "-c", commands], { cwd, env }).ended;
  expect(ended.code, `${ended.stdout.toString()}${ended.errors}`).toBe(status);
});

function pages(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    "examples/README.md",
    ...docs.filter((path) => path.endsWith(".md")).map((path) => `docs/${path}`),
  ];
}

function examplesIn(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/<!-- run: (\d+) -->\n+```\w*\n([\s\S]*?)```/g)].map(
    ({ 1: status, 2: commands = "", index }) => ({
      place: `${relative(ROOT, join(ROOT, page))}:${text.slice(0, index).split("\n").length}`,
      commands,
      status: Number(status),
    }),
  );
}
