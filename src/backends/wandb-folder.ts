import { mkdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { RunHeader } from "../model/run.ts";

/** Where a run is kept for `wandb sync`. */
export interface WandbFolder {
  /** Absolute. */
  readonly root: string;
  /** The log of records. */
  readonly log: string;
  /** What is uploaded as files of the run. */
  readonly files: string;
}

/**
 * The folder that W&B's own client would make: `wandb/offline-run-<local time>-<id>` below `WANDB_DIR` or the folder of the
 * run; `.wandb` in place of `wandb` where there is one.
 */
export async function wandbFolder(
  dir: string | undefined,
  { id, cwd, started }: Pick<RunHeader, "id" | "cwd" | "started">,
  runId: string,
): Promise<WandbFolder> {
  const parent = resolve(cwd, dir ?? ".");
  const hidden = join(parent, ".wandb");
  const base = (await isFolder(hidden)) ? hidden : join(parent, "wandb");
  // Several runs may go on with one at the same second.
  const suffix = id === runId ? "" : `-${id.split("-").at(-1)}`;
  return folderAt(join(base, `offline-run-${localTime(started)}-${runId}${suffix}`), runId);
}

export function folderAt(root: string, runId: string): WandbFolder {
  return { root, log: join(root, `run-${runId}.wandb`), files: join(root, "files") };
}

/** Makes the folder, and has `latest-run` beside it lead to the newest. */
export async function makeFolder({ root, files }: WandbFolder): Promise<void> {
  await mkdir(files, { recursive: true });
  const name = root.slice(resolve(root, "..").length + 1);
  const link = join(root, "..", "latest-run");
  const present = await readlink(link).catch(() => ""); // not there, or no link
  if (startOf(present) > startOf(name)) return;
  const temporary = `${link}.${name}.tmp`;
  try {
    await symlink(name, temporary);
    await rename(temporary, link);
  } catch {
    // A file system or a user without links: it is a convenience, and the run is there without it.
    await rm(temporary, { force: true });
  }
}

/** The time in the name of a run's folder, which sorts as text. */
function startOf(name: string): string {
  return /run-(\d{8}_\d{6})-/.exec(name)?.[1] ?? "";
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function localTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${date}_${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
