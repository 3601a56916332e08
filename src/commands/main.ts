import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "@oclif/core/command";
import { exitLike } from "../run/exit-status.ts";
import { runCommandLine } from "./command-line.ts";
import { explain } from "./failure.ts";
import { COMMANDS } from "./index.ts";

/** tracelet from what was typed to the end of the process. Called by bin/run.js. */
export async function main(argv: readonly string[]): Promise<void> {
  const outcome = await runCommandLine(argv).catch((error: unknown) => explain(error, argv));
  exitLike(outcome);
}

/** Every command by its id, for the program that writes docs/commands.md. */
export async function commandClasses(): Promise<Record<string, Command.Class>> {
  const classes = Object.entries(COMMANDS).map(async ([id, { load }]) => [id, await load()] as const);
  return Object.fromEntries(await Promise.all(classes));
}

/** Wraps a command that does nothing, so that the code cache made at build time holds what a launch needs. */
export async function warmUp(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tracelet-warm-up-"));
  await runCommandLine([
    "run",
    "--quiet",
    "--upload",
    "never",
    "--dir",
    dir,
    "--interval",
    "5",
    "--no-track-gpu",
    "--",
    process.execPath,
    "-e",
    "0",
  ]);
  await rm(dir, { recursive: true });
}
