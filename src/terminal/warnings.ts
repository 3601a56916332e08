import { formatBytes, formatNumber } from "../model/format.ts";
import { printable } from "./printable.ts";

/** Every line in which tracelet speaks for itself begins like this, so that nobody takes it for the command's. */
export function ownLine(text: string): string {
  return `tracelet: ${text}`;
}

/** System monitoring lacks what everybody looks at first; the run goes on. */
export function missingCriticalMetrics(metrics: readonly string[], reason: string): string {
  return ownLine(`missing critical metrics: [${metrics.join(", ")}] (${reason})`);
}

/** What `--interval auto` has chosen for this machine. `interval` is in seconds. */
export function paceChosen(pace: {
  readonly interval: number;
  readonly perCpu: boolean;
  readonly processes: boolean;
}): string {
  const allowed = (is: boolean) => (is ? "as set" : "none here");
  return ownLine(
    `--interval auto: a sample every ${pace.interval} s; series per core: ${allowed(pace.perCpu)}; ` +
      `list of processes: ${allowed(pace.processes)}`,
  );
}

/** `--interval auto` samples at another pace from now on. `interval` is in seconds, `cost` and `budget` in percent of a core. */
export function paceChanged(change: {
  readonly interval: number;
  readonly cost: number;
  readonly isSlower: boolean;
  readonly budget: number;
}): string {
  return ownLine(`--interval auto: a sample every ${change.interval} s from now on: ${paceReason(change)}`);
}

/** Why the pace has changed, in the words that the journal has as well. */
export function paceReason(change: {
  readonly cost: number;
  readonly isSlower: boolean;
  readonly budget: number;
}): string {
  const took = `sampling took ${formatNumber(change.cost)} % of a core`;
  const budget = `${change.budget} % (--interval-budget)`;
  return change.isSlower ? `${took}, more than ${budget}` : `${took}, far less than ${budget}`;
}

/** A probe of a settings file gives no numbers now; it is tried again, without another word. */
export function customProbeSkipped(name: string, reason: string): string {
  return ownLine(`the probe '${printable(name)}' is skipped: ${printable(reason)}; tracelet doctor tries it again`);
}

/** The command could not be started. `errno` is the system's code. */
export function cannotExecute(command: string, errno: string): string {
  if (errno === "ENOENT") return ownLine(`there is no command '${command}'; check its name and PATH`);
  if (errno === "EISDIR") return ownLine(`'${command}' is a folder; type the program in it that is to run`);
  if (errno === "EACCES")
    return ownLine(`'${command}' is not executable; type chmod +x ${command}, or its interpreter first`);
  if (["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"].includes(errno)) {
    return ownLine(
      `'${command}' could not be started (${errno}): too few descriptors, processes or memory; see ulimit -a`,
    );
  }
  return ownLine(`'${command}' cannot be executed (${errno})`);
}

/** The command's output is passed on, but not all of it is kept. */
export function notKept(bytes: number, reason: string): string {
  return ownLine(`${formatBytes(bytes)} of the output were not kept in the run directory: ${reason}`);
}

/** The run directory takes or gives nothing now; it is tried again. `reason` is the system's own. */
export function diskRefused(reason: string): string {
  return ownLine(
    `the run directory cannot be read or written: ${reason}; what cannot be kept by the end will be missing from the run`,
  );
}

/** Somebody has removed the run directory. */
export function runRemoved(directory: string): string {
  return ownLine(
    `the run directory ${directory} was removed while the command ran: nothing of this run is kept; the command is not affected`,
  );
}

/** Some of the output was kept, but nobody looked for metrics in it. `bytes` is absent where the amount is not known. */
export function metricsNotLookedFor(reason: string, bytes?: number): string {
  const what = bytes === undefined ? "part" : formatBytes(bytes);
  return ownLine(`metrics were not looked for in ${what} of the output: ${printable(reason)}`);
}

/** A line that the command appended to the metrics file says nothing, or the file cannot be read. */
export function channelProblem(reason: string): string {
  return ownLine(`${printable(reason)}; lines that count are like {"loss": 0.3, "step": 10}`);
}

/** One of our own streams takes no more. `code` is the system's, such as ENOSPC. */
export function cannotWrite(stream: string, code: string): string {
  return ownLine(`${stream} cannot be written (${code}); the command is told by SIGPIPE, as if its reader had gone`);
}

/** The command has ended, and we have not yet. */
export function stillEnding(runId: string): string {
  return ownLine(
    `the command has ended; still reading its output or uploading (Ctrl-C leaves that to tracelet sync ${runId})`,
  );
}

/** There is no `mkfifo` here, or no folder that takes a FIFO. */
export function pipesUnavailable(): string {
  return ownLine("no pipe could be made with mkfifo, so the command cannot open /dev/stdout; all else is as usual");
}

/** No pseudo-terminal could be had where the user has a terminal. `reason` is the system's own. */
export function terminalUnavailable(reason: string): string {
  return ownLine(
    `no pseudo-terminal could be had, so the command finds a pipe where you have a terminal: ${printable(reason)}`,
  );
}

/** A watcher died, and another goes on where it stopped. */
export function watcherReplaced(): string {
  return ownLine("the watcher ended unexpectedly and was started again; the command is not affected");
}

/** A watcher hung, and another has taken its place. */
export function watcherHung(seconds: number): string {
  return ownLine(
    `the watcher has not stirred for ${seconds} s and was replaced by another one; the command is not affected`,
  );
}

/** Watchers keep dying, and no other is started. */
export function watcherLost(runId: string): string {
  return ownLine(
    `the watcher keeps ending and is not started again: no more samples and alerts, while the command and its output ` +
      `are not affected; see watcher.log of run ${runId}`,
  );
}

/** No watcher could be kept alive to the end. */
export function watcherGone(runId: string): string {
  return ownLine(`the watcher did not answer; the output and the exit status are kept, type: tracelet show ${runId}`);
}

/** A fault of ours while the command runs. */
export function internalError(error: unknown): string {
  return ownLine(
    `internal error, the command is not affected: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** A fault of ours that ends what was typed, with what a report of it needs. */
export function internalFailure(error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return ownLine(`this is a fault of tracelet's own; please report it with these lines\n${detail}`);
}
