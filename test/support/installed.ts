import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is on the PATH; where it is not, that its tests are skipped is said. */
export function isInstalled(program: string): boolean {
  const found = (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, program)));
  if (!found) process.stderr.write(`skipped: the tests with ${program}, which is not installed here\n`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not in this folder
  }
}
