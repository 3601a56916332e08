import { closeSync, openSync } from "node:fs";

/**
 * Lets go of our stdout, so that the next program of a pipeline sees its end while we still upload. The descriptor is
 * given to the null device: nothing that is opened later may get the number 1 and what is written to stdout with it.
 */
export function releaseOwnStdout(): void {
  try {
    closeSync(1);
    openSync("/dev/null", "w");
  } catch {
    // Closed already, or no null device: then there is nothing to let go of, or no safe way to do it.
  }
}
