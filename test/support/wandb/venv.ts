import * as path from "node:path";
import { pythonEnvironment } from "../python-environment.ts";

/** The Python of a virtual environment that has the pinned wandb, with its `wandb` command beside it. */
export function wandbPython(): Promise<string> {
  return pythonEnvironment("wandb-venv", path.join(import.meta.dirname, "requirements.txt"));
}
