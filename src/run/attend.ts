import { isatty } from "node:tty";
import { acquireLease, type Lease } from "../journal/lease.ts";
import { OutputLog } from "../journal/output-log.ts";
import { processHere, thisProcess } from "../journal/process-identity.ts";
import type { StreamName } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import type { OutputGap, WatchOrder } from "../model/watcher-protocol.ts";
import { checksNotMade, exitStatusBecause } from "../terminal/check-lines.ts";
import { cannotWrite, diskRefused, internalError, notKept, stillEnding, watcherGone } from "../terminal/warnings.ts";
import { restOfTerminal } from "../tty/rest-of-terminal.ts";
import { keepYoungHeapSmall, quietV8, tidyHeap } from "../watch/quiet-v8.ts";
import type { BegunRun } from "./begin-run.ts";
import { within } from "./bounded.ts";
import { endOf, outcomeOf } from "./child-exit.ts";
import { type ChildStreams, type OutputWay, waysOf } from "./child-streams.ts";
import { EXIT_CHECK_FAILED, EXIT_TRACELET_FAILED, type Outcome } from "./exit-status.ts";
import { recordEnd } from "./last-word.ts";
import type { Launched } from "./launch.ts";
import {
  fillStreams,
  openOwnStream,
  type OwnStream,
  releaseOwnStdin,
  releaseOwnStdout,
  releaseTerminals,
} from "./own-stream.ts";
import { reapOrphans } from "./reaper.ts";
import { Relay } from "./relay.ts";
import { heldBy, resizing, sourceOf } from "./stream-ends.ts";
import type { RunOptions } from "./run.ts";
import { signalChild, type SignalForwarding } from "./signals.ts";
import { TerminalJob } from "./terminal-job.ts";
import { WatcherKeeper } from "./watcher-keeper.ts";

/** The process number of whoever came first in a container. */
const FIRST_PROCESS = 1;
/** Longest wait for a disk at the end of a run: for the output log, and for a lease. */
const DISK_TIMEOUT_MS = 5000;
/** Somebody at a terminal is told what we are still doing after this long. */
const PATIENCE_MS = 2000;
/** Longest wait for the reader of our stderr to take our own last lines. */
const LAST_LINES_TIMEOUT_MS = 2000;
/** Pieces of output from one look through the whole heap to the next: it grows by about 60 bytes with each. */
const PIECES_BETWEEN_TIDIES = 16_384;

export interface Attended extends BegunRun {
  readonly options: RunOptions;
  readonly streams: ChildStreams;
  readonly signals: SignalForwarding;
  readonly child: Launched;
  readonly ignoreHangUp: boolean;
}

/**
 * Everything between the launch and our own end. Nothing in here may change how the child fares, and nothing that goes
 * wrong in here may change how we end.
 */
export async function attend(attended: Attended): Promise<Outcome> {
  // Should the event loop ever run empty before there is an outcome, that is a failure and no success.
  process.exitCode = EXIT_TRACELET_FAILED;
  const { options, header, directory, errorLog, clock, streams, signals, child, ignoreHangUp } = attended;
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  const say = (text: string) => messages.insert(text);
  process.on("uncaughtException", (error) => say(internalError(error)));
  quietV8();
  keepYoungHeapSmall();
  const tidy = tidyHeap(PIECES_BETWEEN_TIDIES);

  let isRefused = false;
  /** The signals that rules have had sent. */
  const sent = new Set<NodeJS.Signals>();
  const job = terminalJob(attended, (state) => watcher.terminal(state));
  const log = OutputLog.create(directory, {
    limit: options.settings.logLimit,
    onGrowth: () => watcher.outputGrew(),
  });
  const ownStdout = openOwnStream(1);
  const stdout = relay("stdout", streams.stdout, ownStdout);
  const stderr = streams.stderr && relay("stderr", streams.stderr, openOwnStream(2));
  const messages = stderr ?? stdout;
  const watcher = new WatcherKeeper({
    script: options.watcherScript,
    order: watchOrder(attended),
    clock,
    errorLog,
    held: heldBy(streams),
    say,
    onRefused: (reason) => {
      // One that takes over meets the same disk.
      if (!isRefused) say(diskRefused(reason));
      isRefused = true;
    },
    onSignal: (signal) => {
      if (signalChild(child, signal)) sent.add(signal);
    },
    onRead: (offset) => log.release(offset),
  });
  job?.begin(stdout);
  signals.control(job ? { job, resized: () => job.resized() } : resizing(streams));
  streams.notices.forEach(say);
  if (!job) releaseOwnStdin();
  const lease = takeLease(directory.wrapperLease);
  if (process.pid === FIRST_PROCESS) void reapOrphans((pid) => pid === child.pid || watcher.isWatcher(pid));

  // Before the listener that stops us.
  process.prependListener("SIGTSTP", () => watcher.tell("stopping"));
  process.on("SIGCONT", () => watcher.tell("resumed"));

  const exit = await child.exit;
  job?.childEnded();
  for (const [, way] of waysOf(streams)) if (way.kind === "terminal") way.terminal.closeSlave();
  let cutBy: NodeJS.Signals | undefined;
  let hasFailed = false;
  signals.divert((signal) => {
    // Nobody takes the rest of the output, and the user does not want to wait for it: what a writer would die of.
    const isCut = [stdout.cut(), stderr?.cut()].includes(true);
    if (isCut) cutBy ??= signal;
    watcher.hurry();
  });
  try {
    await Promise.all([
      // Where it is stderr as well, we have still something to say on it.
      stdout.drainAfterExit().then(() => stderr && releaseOwnStdout(ownStdout)),
      stderr?.drainAfterExit(),
    ]);
    // A command that a signal ended could not put the screen in order itself.
    if (job && exit.signal !== null) await within(LAST_LINES_TIMEOUT_MS, write(ownStdout, job.reset()));
    job?.end();
    const gaps = await closeLog(log);
    const isWatched = isatty(2) && !options.settings.quiet;
    const patience = isWatched ? setTimeout(() => say(stillEnding(header.id)), PATIENCE_MS) : undefined;
    const ended = await watcher.end({ end: endOf(exit), gaps, sent: [...sent], ...signals.received });
    clearTimeout(patience);
    // Of a disk that refused the journal too that was told.
    if (!isRefused) for (const gap of gaps) say(notKept(gap.bytes, gap.reason));
    if (ended === undefined) {
      recordEnd(directory, endOf(exit), [...gaps, ...log.removed]);
      if (!watcher.isLost) say(watcherGone(header.id));
    } else if (ended.summary !== "" && !options.settings.quiet) {
      say(ended.summary);
    }
    const against = ended?.failed ?? unchecked(options.settings);
    against.forEach(say);
    hasFailed = against.length > 0 && exit.code === 0;
    if (hasFailed) say(exitStatusBecause());
    await within(DISK_TIMEOUT_MS, release(lease));
  } catch (error) {
    say(internalError(error));
  }
  await within(LAST_LINES_TIMEOUT_MS, messages.flush());
  job?.end();
  releaseTerminals(terminals);
  fillStreams();
  signals.remove();
  if (cutBy !== undefined) return { signal: cutBy };
  return hasFailed ? { code: EXIT_CHECK_FAILED } : outcomeOf(exit);

  function relay(stream: StreamName, way: OutputWay, target: ReturnType<typeof openOwnStream>): Relay {
    const isHome = way.kind === "terminal" && way.terminal === streams.home;
    return new Relay({
      stream,
      now: () => clock.now(),
      source: sourceOf(way, child, stream),
      ...(way.kind === "terminal" ? { rest: () => restOfTerminal(way.terminal.master) } : {}),
      target,
      outlivesReader: way.kind === "terminal" && ignoreHangUp,
      ...(isHome && job ? { screen: job } : {}),
      onPiece: (from, timestamp, bytes) => {
        log.append(from, timestamp, bytes);
        tidy();
      },
      onEnded: (from) => watcher.forget(from),
      onBroken: (from, error) => {
        watcher.release(from);
        // A reader that has gone is no news; a full disk is.
        if (error.code !== "EPIPE") say(cannotWrite(from, error.code ?? error.message));
      },
    });
  }
}

/** The child as a job in a terminal of its own; absent where it lives in ours. */
function terminalJob(
  { streams: { calls, home }, child }: Attended,
  onChange: WatcherKeeper["terminal"],
): TerminalJob | undefined {
  return calls && home && new TerminalJob({ calls, home, childPid: child.pid, onChange });
}

/** A gate that nobody has looked at is not open. */
function unchecked({ failOn, require }: Settings): string[] {
  return failOn === undefined && require.length === 0 ? [] : [checksNotMade()];
}

function write(stream: OwnStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === "") resolve();
    // That the reader is gone makes no difference any more.
    else stream.write(Buffer.from(text), () => resolve());
  });
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

function watchOrder({ options, directory, header, child, streams }: Attended): WatchOrder {
  const { started } = processHere(child.pid);
  return {
    directory: directory.root,
    header,
    settings: options.settings,
    childPid: child.pid,
    ...(started === undefined ? {} : { childStarted: started }),
    launched: child.launched,
    terminal: isatty(2),
    held: (["stdout", "stderr"] as const).filter((stream) => heldBy(streams)[stream] !== undefined),
  };
}
