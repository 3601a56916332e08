import * as path from "node:path";
import { pythonEnvironment } from "../python-environment.ts";

/** The Python of a virtual environment that has a pinned TensorBoard, without TensorFlow. */
export function tensorboardPython(): Promise<string> {
  return pythonEnvironment("tensorboard-venv", path.join(import.meta.dirname, "requirements.txt"));
}

/**
 * Whether the tests with a real TensorBoard can run here. Where the package cannot be installed they are skipped with a
 * line that says so; with `CI=true` they fail instead.
 */
export async function tensorboardAvailable(): Promise<boolean> {
  try {
    await tensorboardPython();
    return true;
  } catch (error) {
    if ((process.env["CI"] ?? "") !== "") throw error;
    const reason = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error);
    process.stderr.write(`skipped: the tests with a real TensorBoard, which cannot be installed here (${reason})\n`);
    return false;
  }
}
