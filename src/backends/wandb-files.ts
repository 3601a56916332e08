import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Artifact, BackendError } from "../model/backend.ts";

const PIECE_BYTES = 1024 * 1024;

/** Files that `wandb sync` makes itself and would write over. */
const OWN_NAMES = /^(config\.yaml|wandb-metadata\.json|wandb-summary\.json|diff\.patch|conda-environment\.yaml)$/;

/**
 * Keeps a copy of a file with the run: the next run may write another under its name. Throws what the file system throws.
 * @param onProgress called with every piece that was copied
 */
export async function keepFile(
  files: string,
  { path, name }: Artifact,
  signal: AbortSignal,
  onProgress: () => void = () => {},
): Promise<void> {
  const target = join(files, freeName(name));
  if (relative(files, target).startsWith("..")) {
    throw new BackendError(`"${name}" leads out of the run's folder`, { retryable: false });
  }
  await mkdir(dirname(target), { recursive: true });
  try {
    await copyFile(path, target, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // Few file systems copy without copying; what else is wrong shows once more.
    await copyBytes(path, target, signal, onProgress);
  }
}

async function copyBytes(from: string, to: string, signal: AbortSignal, onProgress: () => void): Promise<void> {
  async function* counted(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      onProgress();
      yield piece;
    }
  }
  try {
    const source = createReadStream(from, { highWaterMark: PIECE_BYTES });
    await pipeline(source, counted, createWriteStream(to), { signal });
  } catch (cause) {
    if (signal.aborted) throw new BackendError("the request was given up", { retryable: true, cause });
    const { path, code } = cause as NodeJS.ErrnoException;
    if (path === from) throw new BackendError(`${from} cannot be read: ${code}`, { retryable: false, cause });
    throw cause;
  }
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
