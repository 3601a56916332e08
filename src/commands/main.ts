import { exitLike } from "../run/exit-status.ts";
import { runCommandLine } from "./command-line.ts";
import { explain } from "./failure.ts";

/** tracelet from what was typed to the end of the process. Called by bin/run.js. */
export async function main(argv: readonly string[]): Promise<void> {
  const outcome = await runCommandLine(argv).catch((error: unknown) => explain(error, argv));
  exitLike(outcome);
}

/** Goes as far on the way to a launch as can be gone without one, for the code cache that the build makes. */
export async function warmUp(): Promise<void> {
  // There is no command behind the separator, so this ends in a UserError just before the launch.
  await runCommandLine(["run", "--interval", "5", "--no-track-gpu", "--"]).catch(() => {});
}
