import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitLike } from "../run/exit-status.ts";
import { runCommandLine } from "./command-line.ts";
import { explain } from "./failure.ts";

/** tracelet from what was typed to the end of the process. Called by bin/run.js. */
export async function main(argv: readonly string[]): Promise<void> {
  const outcome = await runCommandLine(argv).catch((error: unknown) => explain(error, argv));
  exitLike(outcome);
}

/** Wraps a command that does nothing, so that the code cache made at build time holds what a launch needs. */
export async function warmUp(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tracelet-warm-up-"));
  await runCommandLine([
    "run",
    "--quiet",
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
