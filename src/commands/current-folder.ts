import { statSync } from "node:fs";
import { UserError } from "../model/error.ts";

/** What Node puts in a name where bytes are no UTF-8: the name is that of another folder then, which is not there. */
const LOST = "\uFFFD";

/** The folder in which tracelet was started. @throws UserError when somebody has removed it since, or it cannot be named */
export function currentFolder(): string {
  const folder = workingFolder();
  if (!folder.includes(LOST) || isHere(folder)) return folder;
  throw new UserError(
    `the current folder ${folder} has a name that is not UTF-8, which tracelet cannot write; rename it, or type cd and another one`,
  );
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UserError("the current folder does not exist any more; type cd and a folder that does, then try again", {
      cause: error,
    });
  }
}

function isHere(folder: string): boolean {
  const [named, here] = [statSync(folder, { throwIfNoEntry: false }), statSync(".")];
  return named?.ino === here.ino && named.dev === here.dev;
}
