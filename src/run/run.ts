import { closeSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { RunHeader } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import { cannotExecute } from "../terminal/warnings.ts";
import { type BegunRun, beginRun } from "./begin-run.ts";
import { EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, EXIT_TRACELET_FAILED, type Outcome } from "./exit-status.ts";
import { type ChildStreams, openChildStreams, type OutputWay, waysOf } from "./child-streams.ts";
import { whyNotExecutable } from "./executable.ts";
import { isUnderNohup } from "./hang-up.ts";
import { launch, type Launched, type NotLaunched } from "./launch.ts";
import { closePipe } from "./pipes.ts";
import { rawWords } from "./raw-words.ts";
import { throughShell } from "./shell-start.ts";
import { SignalForwarding } from "./signals.ts";
import { statsOf } from "./stats.ts";

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
  /** The run that this one goes on with. */
  readonly resumes?: RunHeader | undefined;
  /** Remote runs to write to, by backend. */
  readonly joins?: Readonly<Record<string, string>> | undefined;
}

/** Wraps one command from its launch to its end, and returns how tracelet is to end. */
export async function run(options: RunOptions): Promise<Outcome> {
  const begun = beginRun(options);
  const streams = await openChildStreams(options.settings.pty, [begun.directory.root, tmpdir()]);
  const ignoreHangUp = options.settings.ignoreHup || isUnderNohup();
  const signals = new SignalForwarding({ forward: options.settings.forwardSignals, ignoreHangUp });
  const child = await start(options, begun, streams, ignoreHangUp);
  if ("errno" in child) {
    signals.remove();
    return abandon(child.errno, options.command, begun, streams);
  }
  signals.to(child.pid);
  for (const [, way] of waysOf(streams)) if (way.kind === "pipe") closeSync(way.pipe.write);
  // The child is on its way: time for what the launch did not need.
  const { attend } = await import("./attend.ts");
  return attend({ options, ...begun, streams, signals, child, ignoreHangUp });
}

async function start(
  options: RunOptions,
  begun: BegunRun,
  { stdout, stderr, home }: ChildStreams,
  ignoreHangUp: boolean,
): Promise<Launched | NotLaunched> {
  const env = childEnvironment(options, begun, stdout);
  const raw = rawWords(options.command, options.env);
  const command = throughShell(options.command, {
    ignoreHangUp,
    terminal: home?.path,
    raw,
    env,
    has: (program) => whyNotExecutable(program, env) === undefined,
  });
  // Of a program whose name is no UTF-8 only the shell can tell.
  const isLeftToShell = command === options.command || raw.words.has(0);
  const errno = isLeftToShell ? undefined : whyNotExecutable(options.command[0] ?? "", env);
  if (errno !== undefined) return { errno };
  return launch({
    command,
    env,
    stdin: home?.slave ?? "inherit",
    stdout: writeEnd(stdout),
    stderr: writeEnd(stderr ?? stdout),
    ownSession: home !== undefined,
    now: () => begun.clock.now(),
  });
}

function writeEnd(way: OutputWay): number | "pipe" {
  if (way.kind === "pipe") return way.pipe.write;
  return way.kind === "terminal" ? way.terminal.slave : "pipe";
}

/**
 * The user's environment and a few things: what the run is, the file that metrics can be appended to, and PYTHONUNBUFFERED, without which Python keeps what it prints
 * to a pipe until 8 KiB have come together: metrics would arrive late, and the last lines before a kill never. On a
 * terminal it does not.
 */
function childEnvironment(options: RunOptions, { header, directory }: BegunRun, stdout: OutputWay): NodeJS.ProcessEnv {
  const isHeldBack = stdout.kind !== "terminal" && options.env["PYTHONUNBUFFERED"] === undefined;
  const unbuffered = options.settings.unbuffered && isHeldBack;
  return {
    ...options.env,
    TRACELET_RUN_ID: header.id,
    TRACELET_RUN_DIR: directory.root,
    TRACELET_METRICS: directory.metrics,
    ...(unbuffered ? { PYTHONUNBUFFERED: "1" } : {}),
  };
}

/** There is no child: nothing is left behind, and the status is the one that shells and `timeout` use. */
function abandon(errno: string, command: readonly string[], begun: BegunRun, streams: ChildStreams): Outcome {
  for (const [, way] of waysOf(streams)) {
    if (way.kind === "pipe") closePipe(way.pipe);
    if (way.kind === "terminal") way.terminal.close();
  }
  if (begun.errorLog !== "ignore") closeSync(begun.errorLog);
  rmSync(begun.directory.root, { recursive: true, force: true });
  const [file = ""] = command;
  process.stderr.write(`${cannotExecute(file, errno === "EACCES" && isFolder(file) ? "EISDIR" : errno)}\n`);
  return { code: statusOf(errno) };
}

/** The system has the same error for a folder as for a file without the right to be executed. */
function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

/** As GNU `timeout` has it: what is wrong with the command, and what with us. */
function statusOf(errno: string): number {
  if (errno === "ENOENT") return EXIT_NOT_FOUND;
  return NOT_ENOUGH.includes(errno) ? EXIT_TRACELET_FAILED : EXIT_NOT_EXECUTABLE;
}
