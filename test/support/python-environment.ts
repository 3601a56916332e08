import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import { withLock } from "./mlflow/lock.ts";

const run = promisify(execFile);

const CACHE = path.resolve(import.meta.dirname, "../../.cache");

/**
 * The Python of a virtual environment that has what `requirements` (a file) pins. Made once, in `.cache/<name>`; made
 * again when the pins change.
 */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const folder = path.join(CACHE, name);
  const python = path.join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  // Written last, so that an environment whose making was interrupted does not count.
  const marker = path.join(folder, "complete.txt");
  const pins = await readFile(requirements, "utf8");
  if (await isComplete(marker, pins)) return python;
  await mkdir(CACHE, { recursive: true });
  return withLock(path.join(CACHE, `${name}.lock`), async () => {
    // Another test file may have made it while this one waited.
    if (await isComplete(marker, pins)) return python;
    process.stderr.write(`making the virtual environment ${name} for the tests, once; this may take minutes\n`);
    await run("python3", ["-m", "venv", "--clear", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(python, pip, { maxBuffer: 64 * 1024 * 1024 });
    await writeFile(marker, pins);
    return python;
  });
}

/**
 * Whether tests with packages of Python can run here. Where those cannot be installed, a line says that the tests are
 * skipped; with `CI=true` they fail instead.
 */
export async function isAvailable(what: string, make: () => Promise<unknown>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (/^(true|1)$/i.test(process.env["CI"] ?? "")) throw error;
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    process.stderr.write(`skipped: the tests with ${what}, which cannot be installed here (${reason})\n`);
    return false;
  }
}

async function isComplete(marker: string, pins: string): Promise<boolean> {
  try {
    return (await readFile(marker, "utf8")) === pins;
  } catch {
    // Not made yet.
    return false;
  }
}
