import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where execvp(3) looks when there is no PATH. */
const USUAL_PATH = "/bin:/usr/bin";

/**
 * Why a command cannot be executed: ENOENT or EACCES, as execvp(3) would have it. To be asked where a shell stands
 * between us and the command, which would report it in words of its own. Absent where nothing speaks against it.
 */
export function whyNotExecutable(file: string, env: NodeJS.ProcessEnv): "ENOENT" | "EACCES" | undefined {
  if (file === "") return "ENOENT";
  const paths = file.includes("/")
    ? [file]
    : (env["PATH"] ?? USUAL_PATH).split(delimiter).map((folder) => join(folder === "" ? "." : folder, file));
  const reasons = paths.map(whyNot);
  if (reasons.includes(undefined)) return undefined;
  return reasons.includes("EACCES") ? "EACCES" : "ENOENT";
}

function whyNot(path: string): "ENOENT" | "EACCES" | undefined {
  try {
    if (!statSync(path).isFile()) return "EACCES";
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "EACCES" : "ENOENT";
  }
}
