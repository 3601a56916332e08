import { constants } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";
import { type Artifact, BackendError } from "../model/backend.ts";

/** Files that `wandb sync` makes itself and would write over. */
const OWN_NAMES = /^(config\.yaml|wandb-metadata\.json|wandb-summary\.json|diff\.patch|conda-environment\.yaml)$/;

/** Keeps a copy of a file with the run: the next run may write another under its name. Throws what the file system throws. */
export async function keepFile(files: string, { path, name }: Artifact): Promise<void> {
  const target = join(files, freeName(name));
  if (relative(files, target).startsWith("..")) {
    throw new BackendError(`"${name}" leads out of the run's folder`, { retryable: false });
  }
  await mkdir(dirname(target), { recursive: true });
  // Some file systems copy without copying.
  await copyFile(path, target, constants.COPYFILE_FICLONE);
}

/** All files of a run, as W&B has their paths. */
export async function listFiles(files: string): Promise<string[]> {
  const names = await readdir(files, { recursive: true });
  const areFiles = await Promise.all(names.map(async (name) => (await stat(join(files, name))).isFile()));
  const paths = names.filter((_, index) => areFiles[index]);
  return paths.map((path) => path.split(sep).join("/")).sort();
}

function freeName(name: string): string {
  if (!OWN_NAMES.test(name)) return name;
  const ending = extname(name);
  return `${name.slice(0, name.length - ending.length)}_2${ending}`;
}
