import * as path from "node:path";

import { pythonEnvironment } from "../python-environment.ts";

/**
 * The Python of a virtual environment that has the pinned MLflow (and scikit-learn, which comes with it). Takes minutes
 * the first time and nothing afterwards.
 */
export async function mlflowPython(): Promise<string> {
  return pythonEnvironment("mlflow-venv", path.join(import.meta.dirname, "requirements.txt"));
}
