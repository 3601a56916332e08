import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

import { pythonEnvironment } from "../python-environment.ts";

/**
 * The Python of a virtual environment that has the pinned MLflow (and scikit-learn, which comes with it). Takes minutes
 * the first time and nothing afterwards.
 */
export async function mlflowPython(): Promise<string> {
  return pythonEnvironment("mlflow-venv", path.join(import.meta.dirname, "requirements.txt"));
}

/**
 * A folder for PYTHONPATH that has what MLflow's own login pages need beside it. In an environment of its own: the other
 * one is in use by servers.
 */
export async function mlflowAuthPackages(): Promise<string> {
  const python = await pythonEnvironment("mlflow-auth-venv", path.join(import.meta.dirname, "requirements-auth.txt"));
  const { stdout } = await promisify(execFile)(python, [
    "-c",
    "import sysconfig; print(sysconfig.get_path('purelib'))",
  ]);
  return stdout.trim();
}
