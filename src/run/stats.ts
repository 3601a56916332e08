import { statSync, type Stats } from "node:fs";

/**
 * What is at a path; undefined where nothing is, where this user may not look, and where a path is no path. For what is
 * only asked to say more of a run: whoever goes on to read the file is told then what is wrong.
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
