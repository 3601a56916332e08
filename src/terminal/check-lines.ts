import { ownLine } from "./warnings.ts";

/** How tracelet ends when a command succeeded and the run does not fulfil what was asked of it. */
const EXIT_CHECK_FAILED = 3;

/** The checks of a finished run could not be made. */
export function checksNotMade(): string {
  return ownLine("check failed: --fail-on and --require could not be checked, because no watcher was left to do it");
}

/** Why a command that succeeded is no success. */
export function exitStatusBecause(): string {
  return ownLine(`exit status ${EXIT_CHECK_FAILED}: the command succeeded, and the run failed a check`);
}
