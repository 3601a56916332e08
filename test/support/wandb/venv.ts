import * as path from "node:path";
import { pythonEnvironment } from "../python-environment.ts";

/** The Python of a virtual environment that has the pinned wandb, with its `wandb` command beside it. */
export function wandbPython(): Promise<string> {
  return pythonEnvironment("wandb-venv", path.join(import.meta.dirname, "requirements.txt"));
}

/**
 * Whether the tests with the real package can run here. Where it cannot be installed they are skipped with a line that
 * says so; with `CI=true` they fail instead.
 */
export async function wandbAvailable(): Promise<boolean> {
  try {
    await wandbPython();
    return true;
  } catch (error) {
    if ((process.env["CI"] ?? "") !== "") throw error;
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    process.stderr.write(`skipped: the tests with the wandb package, which cannot be installed here (${reason})\n`);
    return false;
  }
}
