import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import { withLock } from "./lock.ts";

const run = promisify(execFile);

const HERE = import.meta.dirname;
const CACHE = path.resolve(HERE, "../../../.cache");
const VENV = path.join(CACHE, "mlflow-venv");
const PYTHON = path.join(VENV, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const REQUIREMENTS = path.join(HERE, "requirements.txt");

/**
 * The Python of a virtual environment that has the pinned MLflow (and scikit-learn, which comes with it). Made once, in
 * `.cache/mlflow-venv`; made again when the pin changes. Takes minutes the first time and nothing afterwards.
 */
export async function mlflowPython(): Promise<string> {
  const pin = await readFile(REQUIREMENTS, "utf8");
  if (await isComplete(pin)) return PYTHON;
  await mkdir(CACHE, { recursive: true });
  return withLock(path.join(CACHE, "mlflow-venv.lock"), async () => {
    // Another test file may have made it while this one waited.
    if (!(await isComplete(pin))) await make(pin);
    return PYTHON;
  });
}

/** Written last, so that an environment whose making was interrupted does not count. */
const MARKER = path.join(VENV, "complete.txt");

async function isComplete(pin: string): Promise<boolean> {
  try {
    return (await readFile(MARKER, "utf8")) === pin;
  } catch {
    // Not made yet.
    return false;
  }
}

async function make(pin: string): Promise<void> {
  process.stderr.write("making the virtual environment of the MLflow tests, once; this takes minutes\n");
  await run("python3", ["-m", "venv", "--clear", VENV]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
  await run(PYTHON, pip, { maxBuffer: 64 * 1024 * 1024 });
  await writeFile(MARKER, pin);
}
