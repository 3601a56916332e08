import { Socket } from "node:net";
import { isatty } from "node:tty";
import { acquireLease, type Lease } from "../journal/lease.ts";
import { OutputLog } from "../journal/output-log.ts";
import { processHere, thisProcess } from "../journal/process-identity.ts";
import type { StreamName } from "../model/run.ts";
import type { OutputGap, WatchOrder } from "../model/watcher-protocol.ts";
import {
  cannotWrite,
  internalError,
  notKept,
  pipesUnavailable,
  stillEnding,
  watcherGone,
} from "../terminal/warnings.ts";
import type { BegunRun } from "./begin-run.ts";
import { within } from "./bounded.ts";
import { endOf, outcomeOf } from "./child-exit.ts";
import { EXIT_TRACELET_FAILED, type Outcome } from "./exit-status.ts";
import { recordEnd } from "./last-word.ts";
import type { Launched } from "./launch.ts";
import { openOwnStream, releaseOwnStdin, releaseOwnStdout } from "./own-stream.ts";
import type { OutputPipes } from "./pipes.ts";
import { Relay } from "./relay.ts";
import type { RunOptions } from "./run.ts";
import type { SignalForwarding } from "./signals.ts";
import { WatcherKeeper } from "./watcher-keeper.ts";

/** Longest wait for a disk at the end of a run: for the output log, and for a lease. */
const DISK_TIMEOUT_MS = 5000;
/** Somebody at a terminal is told what we are still doing after this long. */
const PATIENCE_MS = 2000;
/** Longest wait for the reader of our stderr to take our own last lines. */
const LAST_LINES_TIMEOUT_MS = 2000;

export interface Attended extends BegunRun {
  readonly options: RunOptions;
  readonly pipes: OutputPipes | undefined;
  readonly signals: SignalForwarding;
  readonly child: Launched;
}

/**
 * Everything between the launch and our own end. Nothing in here may change how the child fares, and nothing that goes
 * wrong in here may change how we end.
 */
export async function attend(attended: Attended): Promise<Outcome> {
  // Should the event loop ever run empty before there is an outcome, that is a failure and no success.
  process.exitCode = EXIT_TRACELET_FAILED;
  const { options, header, directory, errorLog, pipes, signals, child } = attended;
  const say = (text: string) => stderr.insert(text);
  process.on("uncaughtException", (error) => say(internalError(error)));

  const log = OutputLog.create(directory, () => watcher.outputGrew());
  const ownStdout = openOwnStream(1);
  const stdout = relay("stdout", ownStdout);
  const stderr = relay("stderr", openOwnStream(2));
  const watcher = new WatcherKeeper({
    script: options.watcherScript,
    order: watchOrder(attended),
    errorLog,
    held: pipes ? { stdout: pipes.stdout.read, stderr: pipes.stderr.read } : {},
    say,
  });
  if (!pipes) say(pipesUnavailable());
  releaseOwnStdin();
  const lease = takeLease(directory.wrapperLease);

  const exit = await child.exit;
  let cutBy: NodeJS.Signals | undefined;
  signals.divert((signal) => {
    // Nobody takes the rest of the output, and the user does not want to wait for it: what a writer would die of.
    const isCut = [stdout.cut(), stderr.cut()].includes(true);
    if (isCut) cutBy ??= signal;
    watcher.hurry();
  });
  try {
    await Promise.all([stdout.drainAfterExit().then(() => releaseOwnStdout(ownStdout)), stderr.drainAfterExit()]);
    const gaps = await closeLog(log);
    for (const gap of gaps) say(notKept(gap.bytes, gap.reason));
    const isWatched = isatty(2) && !options.settings.quiet;
    const patience = isWatched ? setTimeout(() => say(stillEnding(header.id)), PATIENCE_MS) : undefined;
    const summary = await watcher.end(endOf(exit), gaps);
    clearTimeout(patience);
    if (summary === undefined) {
      recordEnd(directory, endOf(exit), gaps);
      if (!watcher.isLost) say(watcherGone(header.id));
    } else if (summary !== "" && !options.settings.quiet) {
      say(summary);
    }
    await within(DISK_TIMEOUT_MS, release(lease));
  } catch (error) {
    say(internalError(error));
  }
  await within(LAST_LINES_TIMEOUT_MS, stderr.flush());
  signals.remove();
  return cutBy === undefined ? outcomeOf(exit) : { signal: cutBy };

  function relay(stream: StreamName, target: ReturnType<typeof openOwnStream>): Relay {
    return new Relay({
      stream,
      source: pipes?.[stream].read ?? socketOf(child, stream),
      target,
      onPiece: (from, timestamp, bytes) => log.append(from, timestamp, bytes),
      onEnded: (from) => watcher.forget(from),
      onBroken: (from, error) => {
        watcher.release(from);
        // A reader that has gone is no news; a full disk is.
        if (error.code !== "EPIPE") say(cannotWrite(from, error.code ?? error.message));
      },
    });
  }
}

/** Node's own end of the socket pair that it made for a stream. */
function socketOf(child: Launched, stream: StreamName): Socket {
  const socket = child.process[stream];
  if (!(socket instanceof Socket)) throw new Error(`the child's ${stream} is no socket`);
  return socket;
}

/** What of the output was not kept. A disk that does not answer costs the rest of it and no more time than this. */
async function closeLog(log: OutputLog): Promise<readonly OutputGap[]> {
  const closed = await within(
    DISK_TIMEOUT_MS,
    log.close().then(() => true),
  );
  if (closed) return log.gaps;
  return [...log.gaps, { reason: "the disk did not take the end of it", bytes: log.waitingBytes }];
}

/** Without this lease the run looks crashed while its watcher is being replaced: no reason to trouble anybody. */
async function takeLease(path: string): Promise<Lease | undefined> {
  const lease = await acquireLease(path, thisProcess(), Date.now).catch(() => undefined);
  return lease?.held ? lease : undefined;
}

async function release(taken: Promise<Lease | undefined>): Promise<void> {
  await (await taken)?.release();
}

function watchOrder({ options, directory, header, child, pipes }: Attended): WatchOrder {
  const { started } = processHere(child.pid);
  return {
    directory: directory.root,
    header,
    settings: options.settings,
    childPid: child.pid,
    ...(started === undefined ? {} : { childStarted: started }),
    launched: child.launched,
    terminal: isatty(2),
    held: pipes ? ["stdout", "stderr"] : [],
  };
}
