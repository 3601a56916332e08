import { copyFile, mkdir, stat } from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import { type Artifact, BackendError } from "../model/backend.ts";

/** The folder of a store that is one; `undefined` for anything else. */
export function localFolder(store: string): string | undefined {
  if (store.startsWith("/")) return store;
  if (!store.startsWith("file:") || !URL.canParse(store) || new URL(store).host !== "") return undefined;
  return fileURLToPath(store);
}

/** Copies a file into a store that is a folder of this host. */
export async function copyInto(folder: string, name: readonly string[], file: Artifact): Promise<void> {
  // `<root>/<experiment>/<run>/artifacts`: MLflow makes the inner ones on the first write. Where the root is missing,
  // the path is the server's, on another host, and making it here would hide the file.
  const experiment = path.resolve(folder, "../..");
  const root = path.dirname(experiment);
  const isHere = (await isFolder(experiment)) || (root !== path.parse(root).root && (await isFolder(root)));
  if (!isHere) throw notHere(file, folder);
  const target = path.join(folder, ...name);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(file.path, target);
  } catch (cause) {
    throw new BackendError(`"${file.name}" cannot be copied to ${target}`, { retryable: false, cause });
  }
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    // Whatever hides the folder, we cannot write there.
    return false;
  }
}

function notHere(file: Artifact, folder: string): BackendError {
  return new BackendError(`"${file.name}" was not uploaded: the server keeps artifacts in its own folder ${folder}`, {
    retryable: false,
    hint: "start the server with --serve-artifacts",
  });
}
