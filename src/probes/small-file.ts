import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The trimmed text of a small file that is read once, or `undefined` where there is none or it may not be read: for
 * facts that many machines do not have, such as a sensor's label.
 */
export function readSmallFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined; // absence is the answer
  }
}

/** Where a symbolic link leads, or `undefined` where there is none or it may not be read. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // absence is the answer
  }
}

/** The names in a folder, sorted, or `undefined` where there is none or it may not be read. */
export function listFolder(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch {
    return undefined; // absence is the answer
  }
}
