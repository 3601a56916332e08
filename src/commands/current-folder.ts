import { UserError } from "../model/error.ts";

/** The folder in which tracelet was started. @throws UserError when somebody has removed it since */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UserError("the current folder does not exist any more; type cd and a folder that does, then try again", {
      cause: error,
    });
  }
}
