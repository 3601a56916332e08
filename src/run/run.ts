import { closeSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Settings } from "../model/settings.ts";
import { cannotExecute } from "../terminal/warnings.ts";
import { type BegunRun, beginRun } from "./begin-run.ts";
import { EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, EXIT_TRACELET_FAILED, type Outcome } from "./exit-status.ts";
import { ignoringHangUp, isUnderNohup } from "./hang-up.ts";
import { launch } from "./launch.ts";
import { closePipes, closeWriteEnds, openOutputPipes, type OutputPipes } from "./pipes.ts";
import { SignalForwarding } from "./signals.ts";

/** There was not enough of something to start any command. */
const NOT_ENOUGH = ["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"];

export interface RunOptions {
  readonly command: readonly string[];
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** tracelet's version. */
  readonly version: string;
  /** The script that starts a watcher. */
  readonly watcherScript: string;
}

/** Wraps one command from its launch to its end, and returns how tracelet is to end. */
export async function run(options: RunOptions): Promise<Outcome> {
  const begun = beginRun(options);
  const pipes = await openOutputPipes([begun.directory.root, tmpdir()]);
  const ignoreHangUp = options.settings.ignoreHup || isUnderNohup();
  const signals = new SignalForwarding({ forward: options.settings.forwardSignals, ignoreHangUp });
  const child = await launch({
    command: ignoreHangUp ? ignoringHangUp(options.command) : options.command,
    env: childEnvironment(options, begun.header.id),
    stdout: pipes?.stdout.write ?? "pipe",
    stderr: pipes?.stderr.write ?? "pipe",
  });
  if ("errno" in child) {
    signals.remove();
    return abandon(child.errno, options.command, begun, pipes);
  }
  signals.to(child.pid);
  if (pipes) closeWriteEnds(pipes);
  // The child is on its way: time for what the launch did not need.
  const { attend } = await import("./attend.ts");
  return attend({ options, ...begun, pipes, signals, child });
}

/**
 * The user's environment and two things: the run's id, and PYTHONUNBUFFERED, without which Python keeps what it prints
 * to a pipe until 8 KiB have come together: metrics would arrive late, and the last lines before a kill never.
 */
function childEnvironment(options: RunOptions, id: string): NodeJS.ProcessEnv {
  const unbuffered = options.settings.unbuffered && options.env["PYTHONUNBUFFERED"] === undefined;
  return { ...options.env, TRACELET_RUN_ID: id, ...(unbuffered ? { PYTHONUNBUFFERED: "1" } : {}) };
}

/** There is no child: nothing is left behind, and the status is the one that shells and `timeout` use. */
function abandon(errno: string, command: readonly string[], begun: BegunRun, pipes?: OutputPipes): Outcome {
  if (pipes) closePipes(pipes);
  if (begun.errorLog !== "ignore") closeSync(begun.errorLog);
  rmSync(begun.directory.root, { recursive: true, force: true });
  process.stderr.write(`${cannotExecute(command[0] ?? "", errno)}\n`);
  return { code: statusOf(errno) };
}

/** As GNU `timeout` has it: what is wrong with the command, and what with us. */
function statusOf(errno: string): number {
  if (errno === "ENOENT") return EXIT_NOT_FOUND;
  return NOT_ENOUGH.includes(errno) ? EXIT_TRACELET_FAILED : EXIT_NOT_EXECUTABLE;
}
