import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, thisProcess } from "./process-identity.ts";
import { runsFolder } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** How `removeRun` names a folder before it removes it: the run, and the process that does so. */
const ASIDE = /^\.removed-.+-(\d+)$/;

/** The name under which a run's folder goes before it is removed: a removal that is cut short leaves no half of a run. */
export function asideName(id: string): string {
  return `.removed-${id}-${process.pid}`;
}

/**
 * Removes what removals that were cut short have left in a store. One that is still at it is left alone; what cannot be
 * removed now is for the next time.
 */
export async function sweepRemoved(dir: string): Promise<void> {
  const runs = runsFolder(dir);
  try {
    for (const name of await readdir(runs)) {
      const [, pid] = ASIDE.exec(name) ?? [];
      if (pid === undefined || isAtIt(Number(pid))) continue;
      await rm(join(runs, name), { recursive: true, force: true });
    }
  } catch (error) {
    // Nobody has asked for this, and what was asked for is done.
    if (!isSystemError(error)) throw error;
  }
}

/** A later process with the number only puts it off. */
function isAtIt(pid: number): boolean {
  return pid !== process.pid && isAlive({ host: thisProcess().host, pid });
}
