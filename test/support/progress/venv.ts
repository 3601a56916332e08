import * as path from "node:path";
import { pythonEnvironment } from "../python-environment.ts";

/** The Python of a virtual environment that has pinned versions of tqdm and rich. */
export function progressPython(): Promise<string> {
  return pythonEnvironment("progress-venv", path.join(import.meta.dirname, "requirements.txt"));
}

/**
 * Whether the tests with them can run here. Where the packages cannot be installed they are skipped with a line that
 * says so; with `CI=true` they fail instead.
 */
export async function progressAvailable(): Promise<boolean> {
  try {
    await progressPython();
    return true;
  } catch (error) {
    if ((process.env["CI"] ?? "") !== "") throw error;
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    process.stderr.write(`skipped: the tests with tqdm and rich, which cannot be installed here (${reason})\n`);
    return false;
  }
}
