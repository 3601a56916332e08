import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isLeaseHeld } from "./lease.ts";
import { readOutline } from "./outline.ts";
import { thisProcess } from "./process-identity.ts";
import { startedOf } from "./run-id.ts";
import { statusOf } from "./run-status.ts";
import type { ResolvedRun } from "./store.ts";
import { asideName } from "./sweep-removed.ts";
import { isSystemError, wordsOf } from "./system-error.ts";

/**
 * Why a run must stay, in a few words; `undefined` where nothing speaks against removing it. A folder without a journal is
 * no run, and one that somebody writes to or uploads is in use.
 * @param clock milliseconds since the epoch
 */
export async function whyKept(run: ResolvedRun, clock: () => number): Promise<string | undefined> {
  try {
    const { header, launch, end } = await readOutline(run.journal);
    const started = header?.started ?? startedOf(run.id);
    if (started === undefined) return "its folder is not named as a run, and its first record cannot be read";
    const status = await statusOf(run, { started, launch, end }, clock);
    if (status === "running" || status === "orphaned") return "it is still going on";
    const leases = (await readdir(run.root)).filter((name) => name.endsWith(".lease"));
    for (const name of leases) {
      const isHeld = await isLeaseHeld(join(run.root, name), thisProcess().host, clock);
      if (isHeld) return name.startsWith("upload-") ? "it is being uploaded" : "another process writes to it";
    }
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === "ENOENT" ? "its folder has no journal" : `its journal cannot be read: ${wordsOf(error)}`;
  }
}

/**
 * Removes the folder of a run. It goes under another name first, by which `sweepRemoved` finds what was cut short.
 * @throws what the file system throws
 */
export async function removeRun(run: ResolvedRun): Promise<void> {
  const aside = join(dirname(run.root), asideName(run.id));
  await rename(run.root, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Bytes of all files of a run; what goes away meanwhile has none. */
export async function sizeOfRun(run: ResolvedRun): Promise<number> {
  const entries = await readdir(run.root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name));
  const sizes = await Promise.all(
    files.map(async (file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
