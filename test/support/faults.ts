import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled } from "./installed.ts";

const SOURCE = fileURLToPath(new URL("../fixtures/faults/faults.c", import.meta.url));

/** Whether faults can be made here. */
export const canMakeFaults = process.platform === "linux" && isInstalled("gcc");

export interface Fault {
  /** What goes wrong: with changes below `folder`, or with the wall clock. */
  readonly folder?: string;
  /** The system's number for how they fail. */
  readonly errno?: number;
  /** Milliseconds that each takes. */
  readonly delay?: number;
  /** Seconds that the wall clock is ahead. */
  readonly clock?: number;
}

/** The numbers that Linux has for these. */
export const EROFS = 30;

/**
 * The environment in which a fault is there for a program and all that it starts, while there is a file `fault` in `cwd`: see
 * test/fixtures/faults/faults.c.
 */
export function faultEnvironment(cwd: string, { folder, errno, delay, clock }: Fault): Record<string, string> {
  const library = join(cwd, "faults.so");
  if (!existsSync(library)) execFileSync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"]);
  return {
    LD_PRELOAD: library,
    FAULT_WHEN: join(cwd, "fault"),
    ...(folder === undefined ? {} : { FAULT_FOLDER: folder }),
    ...(errno === undefined ? {} : { FAULT_ERRNO: String(errno) }),
    ...(delay === undefined ? {} : { FAULT_DELAY: String(delay) }),
    ...(clock === undefined ? {} : { FAULT_CLOCK: String(clock) }),
  };
}

export async function beginFault(cwd: string): Promise<void> {
  await writeFile(join(cwd, "fault"), "");
}

export async function endFault(cwd: string): Promise<void> {
  await rm(join(cwd, "fault"));
}
