import { rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import { createRun, RunIdTakenError } from "../journal/create-run.ts";
import { acquireLease } from "../journal/lease.ts";
import { thisProcess } from "../journal/process-identity.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { newRunId, newRunName } from "../journal/run-id.ts";
import type { RunEnd, RunHeader, StreamName } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import {
  cannotExecute,
  internalError,
  notKept,
  pipesUnavailable,
  watcherGone,
  watcherReplaced,
} from "../terminal/warnings.ts";
import { describeRun } from "./describe-run.ts";
import { EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, type Outcome } from "./exit-status.ts";
import { type ChildExit, type Launched, launch } from "./launch.ts";
import { recordEnd } from "./last-word.ts";
import { OutputLog } from "../journal/output-log.ts";
import { closePipes, closeWriteEnds, openOutputPipes, type OutputPipes } from "./pipes.ts";
import { openOwnStream, type OwnStream, releaseOwnStdout } from "./own-stream.ts";
import { Relay } from "./relay.ts";
import { SignalForwarding } from "./signals.ts";
import { WatcherProcess } from "./watcher-process.ts";

const MOST_ID_TRIES = 20;

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
  const { header, directory } = begin(options);
  const pipes = await openOutputPipes([directory.root, tmpdir()]);
  const signals = new SignalForwarding();
  const child = await launch({
    command: options.command,
    env: childEnvironment(options, header.id),
    stdout: pipes?.stdout.write ?? "pipe",
    stderr: pipes?.stderr.write ?? "pipe",
  });
  if ("errno" in child) {
    signals.remove();
    return abandon(child.errno, options.command, directory, pipes);
  }
  const launched = Date.now();
  signals.to(child.pid);
  if (pipes) closeWriteEnds(pipes);
  return attend({ options, header, directory, pipes, signals, child, launched });
}

interface Attended {
  readonly options: RunOptions;
  readonly header: RunHeader;
  readonly directory: RunDirectory;
  readonly pipes: OutputPipes | undefined;
  readonly signals: SignalForwarding;
  readonly child: Launched;
  readonly launched: number;
}

/** Everything between the launch and our own end. Nothing in here may change how the child fares. */
async function attend(attended: Attended): Promise<Outcome> {
  const { options, directory, pipes, signals, child } = attended;
  process.on("uncaughtException", (error) => say(internalError(error)));
  const log = OutputLog.create(directory, () => watcher.outputGrew());
  const ownStdout = openOwnStream(1);
  const stdout = relay("stdout", ownStdout);
  const stderr = relay("stderr", openOwnStream(2));
  const say = (text: string) => stderr.insert(text);
  const watcher = new WatcherProcess({
    script: options.watcherScript,
    order: watchOrder(attended),
    errorLog: join(directory.root, "watcher.log"),
    held: pipes ? { stdout: pipes.stdout.read, stderr: pipes.stderr.read } : {},
    onNotice: say,
    onReplaced: () => say(watcherReplaced()),
  });
  if (!pipes) say(pipesUnavailable());

  const lease = await acquireLease(directory.wrapperLease, thisProcess(), Date.now).catch(leaveIt);

  const exit = await child.exit;
  await Promise.all([stdout.drainAfterExit().then(() => releaseOwnStdout(ownStdout)), stderr.drainAfterExit()]);
  await log.close();
  for (const gap of log.gaps) say(notKept(gap.bytes, gap.reason));

  const end = endOf(exit);
  signals.divert(() => watcher.hurry());
  const summary = await watcher.end(end, log.gaps);
  if (summary === undefined) {
    recordEnd(directory, end);
    say(watcherGone(attended.header.id));
  } else if (summary !== "" && !options.settings.quiet) {
    say(summary);
  }
  if (lease?.held) await lease.release().catch(leaveIt);
  await stderr.flush();
  signals.remove();
  return outcomeOf(exit);

  /** Without the lease the run looks crashed while its watcher is being replaced: no reason to trouble anybody. */
  function leaveIt(): undefined {}

  function relay(stream: StreamName, target: OwnStream): Relay {
    return new Relay({
      stream,
      source: pipes?.[stream].read ?? socketOf(child, stream),
      target,
      onPiece: (from, timestamp, bytes) => log.append(from, timestamp, bytes),
      onEnded: (from) => watcher.forget(from),
      onBroken: (from) => void watcher.release(from),
    });
  }
}

/** Node's own end of the socket pair that it made for a stream. */
function socketOf(child: Launched, stream: StreamName): Socket {
  const socket = child.process[stream];
  if (!(socket instanceof Socket)) throw new Error(`the child's ${stream} is no socket`);
  return socket;
}

/** Many jobs may start in one second in one store: an id that is taken is drawn again. */
function begin(options: RunOptions): { header: RunHeader; directory: RunDirectory } {
  for (let tries = 1; ; tries += 1) {
    const header = describe(options);
    try {
      return { header, directory: createRun(options.settings.dir, header) };
    } catch (error) {
      if (!(error instanceof RunIdTakenError) || tries === MOST_ID_TRIES) throw error;
    }
  }
}

function describe(options: RunOptions): RunHeader {
  const started = Date.now();
  return describeRun({
    id: newRunId(new Date(started), Math.random),
    name: options.settings.name ?? newRunName(Math.random),
    command: options.command,
    cwd: options.cwd,
    started,
    version: options.version,
    settings: options.settings,
  });
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
function abandon(errno: string, command: readonly string[], directory: RunDirectory, pipes?: OutputPipes): Outcome {
  if (pipes) closePipes(pipes);
  rmSync(directory.root, { recursive: true, force: true });
  process.stderr.write(`${cannotExecute(command[0] ?? "", errno)}\n`);
  return { code: errno === "ENOENT" ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE };
}

function watchOrder(attended: Attended) {
  const { options, directory, header, child, launched, pipes } = attended;
  const held: readonly StreamName[] = pipes ? ["stdout", "stderr"] : [];
  return {
    directory: directory.root,
    header,
    settings: options.settings,
    childPid: child.pid,
    launched,
    terminal: isatty(2),
    held,
  };
}

function endOf(exit: ChildExit): RunEnd {
  const ended = Date.now();
  if (exit.signal !== null) return { status: "killed", ended, signal: exit.signal };
  const exitCode = exit.code ?? 0;
  return { status: exitCode === 0 ? "finished" : "failed", ended, exitCode };
}

function outcomeOf(exit: ChildExit): Outcome {
  return exit.signal === null ? { code: exit.code ?? 0 } : { signal: exit.signal };
}
