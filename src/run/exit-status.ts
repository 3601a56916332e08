import { constants } from "node:os";

/** How tracelet ends: with an exit status or by a signal. */
export interface Outcome {
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
}

/** The command succeeded, and the run does not fulfil what `--fail-on` and `--require` ask of it. */
export const EXIT_CHECK_FAILED = 3;

/** Exit statuses of tracelet's own, as `timeout`, `env` and the shells have them. */
export const EXIT_TRACELET_FAILED = 125;
export const EXIT_NOT_EXECUTABLE = 126;
export const EXIT_NOT_FOUND = 127;

/** Node cannot die of these itself, or would leave a core file of its own: they become 128 + n. */
const NOT_OURS_TO_DIE_OF: readonly NodeJS.Signals[] = [
  "SIGQUIT",
  "SIGABRT",
  "SIGSEGV",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGTRAP",
  "SIGSYS",
  "SIGPROF",
];

/** The shell's convention for a child that a signal ended. https://tldp.org/LDP/abs/html/exitcodes.html */
export function statusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Ends this process as the child ended, so that a shell, Slurm or make sees no difference. Where a signal ends it, that
 * may be a moment after the return.
 */
export function exitLike(outcome: Outcome): void {
  const { signal } = outcome;
  if (signal === undefined || NOT_OURS_TO_DIE_OF.includes(signal)) {
    process.exit(signal === undefined ? (outcome.code ?? 0) : statusOfSignal(signal));
  }
  dieOf(signal);
}

function dieOf(signal: NodeJS.Signals): void {
  if (signal !== "SIGKILL" && signal !== "SIGSTOP") {
    // Node ignores SIGPIPE and takes SIGUSR1 for its inspector; adding and removing a listener brings back the
    // default action.
    const listener = () => {};
    process.on(signal, listener);
    process.removeListener(signal, listener);
  }
  process.kill(process.pid, signal);
  // A signal that is blocked or ignored around us leaves us here.
  setTimeout(() => process.exit(statusOfSignal(signal)), 250);
}
