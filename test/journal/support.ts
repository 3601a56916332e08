import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";
import type { RunHeader } from "../../src/model/run.ts";

/** An empty folder that is gone when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program of `programs/` in one file that Node runs without help. */
export function bundled(program: string, folder: string): string {
  const outfile = join(folder, `${program}.mjs`);
  const entry = join(import.meta.dirname, "programs", `${program}.ts`);
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return outfile;
}

export async function collect<T>(generator: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of generator) all.push(entry);
  return all;
}

export function runHeader(changes: Partial<RunHeader> = {}): RunHeader {
  return {
    id: "20261122-201530-k3f9",
    name: "brisk-otter-42",
    project: "digits",
    command: ["python", "train.py", "--lr", "3e-4"],
    cwd: "/home/ada/digits",
    host: "trainer",
    started: Date.UTC(2026, 10, 22, 20, 15, 30),
    tracelet: "0.1.0",
    params: { lr: "3e-4" },
    tags: {},
    interval: 10,
    backends: [],
    ...changes,
  };
}
