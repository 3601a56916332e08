import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyFile, mkdtemp, rm } from "node:fs/promises";

import koffi from "koffi";
import { afterAll, onTestFinished } from "vitest";

import { isInstalled } from "./installed.ts";

const SOURCE = fileURLToPath(new URL("../fixtures/nvml/fake-nvml.c", import.meta.url));

/** Whether the library can be made here. */
export const canFakeNvml = process.platform === "linux" && isInstalled("gcc");

/** A library with NVML's functions that answers with what a text says; test/fixtures/nvml/fake-nvml.c has the words. */
export interface FakeNvml {
  /** Where it is. */
  readonly path: string;
  /** What it answers from now on. */
  readonly write: (text: string) => void;
  /** How often a function was called in this process. Not to be asked before the library is in use. */
  readonly calls: (name: string) => number;
}

/** A library of its own for one test. An old driver lacks what came after 2018. */
export async function fakeNvml(text: string, age: "new" | "old" = "new"): Promise<FakeNvml> {
  const folder = await mkdtemp(join(tmpdir(), "tracelet-nvml-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "libnvidia-ml.so.1");
  await copyFile(built(age), path);
  let written = 0;
  const write = (content: string) => {
    // Whoever reads it meanwhile has the one or the other, whole. A time of its own tells the library that it is another,
    // which the clock of a file system is too coarse for.
    writeFileSync(`${path}.new`, content);
    utimesSync(`${path}.new`, ++written, written);
    renameSync(`${path}.new`, `${path}.txt`);
  };
  write(text);
  return {
    path,
    write,
    calls: (name) => koffi.load(path).func("uint64_t fake_nvml_calls(const char *name)")(name) as number,
  };
}

const libraries = new Map<string, string>();
afterAll(() => {
  for (const path of libraries.values()) rmSync(dirname(path), { recursive: true });
});

/** Made once for all tests of a file. */
function built(age: "new" | "old"): string {
  const known = libraries.get(age);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "tracelet-nvml-"));
  const path = join(folder, "fake-nvml.so");
  const options = ["-shared", "-fPIC", "-O2", ...(age === "old" ? ["-DOLD_DRIVER"] : [])];
  execFileSync("gcc", [...options, "-o", path, SOURCE, "-ldl"]);
  libraries.set(age, path);
  return path;
}
