import { setTimeout as wait } from "node:timers/promises";
import { createExtractor } from "../extract/index.ts";
import { selectionOf } from "../extract/rules/selection.ts";
import { type Heartbeat, startHeartbeat } from "../journal/heartbeat.ts";
import { acquireLease, type Lease } from "../journal/lease.ts";
import { type OutputCursor, readOutputCursor, writeOutputCursor } from "../journal/output-cursor.ts";
import { thisProcess } from "../journal/process-identity.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { isDescriptorShortage, isSystemError, wordsOf } from "../journal/system-error.ts";
import { readRunView } from "../journal/view.ts";
import { type JournalWriter, openJournal } from "../journal/writer.ts";
import type { Workload } from "../model/probe.ts";
import type { Gap } from "../model/view.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";
import { thisHost } from "../probes/host.ts";
import { customProbes } from "../probes/custom.ts";
import { openProbes, PROBES, type ProbeSet } from "../probes/index.ts";
import { readInventory } from "../probes/inventory.ts";
import { metricsNotLookedFor, paceChanged, paceChosen, paceReason } from "../terminal/warnings.ts";
import { Alerting } from "./alerting.ts";
import { paceOf, thisMachineSize } from "./auto-pace.ts";
import { FIXED_PACE, keepPace } from "./keep-pace.ts";
import { recordMachine } from "./machine.ts";
import type { PaceChange } from "./pace-keeper.ts";
import { beginChannel } from "./begin-channel.ts";
import type { MetricsChannel } from "./metrics-channel.ts";
import { isKnown } from "./known-gap.ts";
import { OutputTail } from "./output-tail.ts";
import { Recorder } from "./recorder.ts";
import { countedIn, readResumed } from "./resumed.ts";
import { gpusGivenUp } from "./gpus-given-up.ts";
import { Sampler } from "./sampler.ts";
import { StopKeeper } from "./stop-keeper.ts";

/** How often the lease of a watcher before us is looked at again while that one is dying. */
const LEASE_RETRY_MS = 100;
const LEASE_TRIES = 50;

/** What may wait to be written before no more output is looked at, in bytes. */
const MOST_WAITING = 256 * 1024;

/** What may be something else in a test. */
export interface WatchParts {
  readonly createExtractor: typeof createExtractor;
  readonly readInventory: typeof readInventory;
  /** Milliseconds between two signs of life for the journal's lease. */
  readonly heartbeat: number;
}

export interface BeginOptions {
  readonly order: WatchOrder;
  readonly run: RunDirectory;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A line for the user. */
  readonly notify: (text: string) => void;
  /** The run directory takes or gives nothing now, for this reason; what waits is written when it does. */
  readonly onRefused: (reason: string) => void;
  /** It has come a step further: the journal was read, the probes are open, output was read. */
  readonly onProgress: () => void;
  /** The output is looked at up to this byte, and what was found is in the journal. */
  readonly onRead: (offset: number) => void;
  /** Somebody else writes the journal from now on. */
  readonly onLost: () => void;
  readonly env: NodeJS.ProcessEnv;
  /** Has the child get a signal. Returns why not, where it cannot. */
  readonly signal: (signal: NodeJS.Signals) => string | undefined;
  readonly parts?: Partial<WatchParts>;
}

/** Everything that is open while a run is watched. */
export interface Watched {
  readonly lease: Lease;
  readonly heartbeat: Heartbeat;
  readonly journal: JournalWriter;
  readonly probes: ProbeSet;
  readonly sampler: Sampler;
  readonly stops: StopKeeper;
  readonly tail: OutputTail;
  readonly alerting: Alerting;
  readonly channel: MetricsChannel;
  readonly machine: Promise<void>;
  /** What is in the journal already. */
  readonly gaps: readonly Gap[];
}

/**
 * Begins to watch a run, or goes on where another watcher has stopped. `undefined`: the run's end is recorded, and
 * nothing is left to watch.
 */
export async function begin(options: BeginOptions): Promise<Watched | undefined> {
  const { order, run, now, notify, onRefused, onProgress, onRead, onLost, parts } = options;
  const { settings, header } = order;
  // Other hosts compare its heartbeat with their own clocks.
  const lease = await takeLease(run, Date.now);
  onProgress();
  const before = await readRunView(run, now, onProgress);
  const resumed = await readResumed(order, now, onProgress);
  if (before.end !== undefined) {
    await lease.release();
    return undefined;
  }
  const journal = await openJournal(run.journal, {
    reserve: run.journalReserve,
    now,
    onError: (error) => onRefused(isSystemError(error) ? wordsOf(error) : error.message),
  });
  if (before.launched === undefined) {
    const { childStarted: started } = order;
    const identity = started === undefined ? {} : { started };
    journal.append({ type: "launch", timestamp: order.launched, pid: order.childPid, ...identity });
  }
  journal.append({ type: "watcher", timestamp: now(), pid: process.pid });
  const nextSample = Math.max(before.nextSample, resumed?.nextSample ?? 0);
  const registry = [...PROBES, ...customProbes(settings.probe, false)];
  const { interval, selection, chosen } = paceOf(settings, thisMachineSize());
  const keepInterval = (seconds: number, reason: string) =>
    journal.append({ type: "interval", timestamp: now(), interval: seconds, reason });
  if (chosen !== undefined) keepInterval(interval, "chosen for the size of this machine");
  if (chosen !== undefined && before.launched === undefined) quietly(options)(paceChosen(chosen));
  const gpus = gpusGivenUp(order);
  const host = thisHost(header.cwd, gpus === undefined ? { choice: settings.gpus, env: options.env } : undefined);
  const probes = await openProbes(host, gpus === undefined ? selection : { ...selection, gpu: false }, registry);
  onProgress();
  const workload: Workload = { pid: order.childPid, runId: header.id, ownPids: [process.pid, process.ppid] };
  const watching = { order, run, journal, before, host, selection, interval, workload, now, notify: quietly(options) };
  const alerting = new Alerting({ ...watching, env: options.env, signal: options.signal });
  const recorder = new Recorder({
    journal,
    alerts: alerting,
    before: { ...before, nextSample },
    now,
    notify: quietly(options),
  });
  recorder.unavailable([...probes.unavailable, ...(gpus === undefined || !selection.gpu ? [] : [gpus])]);
  const kill = (pid: number, signal: NodeJS.Signals) => void process.kill(pid, signal);
  const stops = new StopKeeper({ read: (pid) => lookAt(probes, pid), order, wrapperPid: process.ppid, kill });
  const counted = countedIn(before);
  const room = async (): Promise<void> => {
    if (journal.waiting > MOST_WAITING) await journal.flush();
  };
  const channel = beginChannel({
    run,
    before,
    journal,
    recorder,
    counted: new Map([...(resumed?.counted ?? []), ...counted]),
    room,
    notify,
    onRefused,
    onProgress,
    now,
  });
  const budget = settings.intervalBudget;
  const clock = () => performance.now();
  const onChange = (change: PaceChange) => {
    sampler.changeInterval(change.interval);
    keepInterval(change.interval, paceReason({ ...change, budget }));
    quietly(options)(paceChanged({ ...change, budget }));
  };
  const pace =
    chosen === undefined ? FIXED_PACE : keepPace({ interval, budget, proc: host.proc, now: clock, onChange });
  const sampler = new Sampler({
    interval,
    now: clock,
    sample: (settled, isLast) =>
      pace.take(async () => {
        channel.look();
        const { readings, failures, processes } = await probes.sample(workload, isLast ? "all" : "due");
        recorder.unavailable(failures);
        recorder.sample(readings, processes, settled);
      }),
    isStopped: () => {
      const isStopped = stops.look();
      if (isStopped !== true) alerting.look();
      // No sample comes that those before it could wait for.
      else void journal.flush();
      return isStopped;
    },
    restart: async () => void (await probes.sample(workload)),
    onResumed: (stoppedFor) => {
      pace.restart();
      recorder.stopped(stoppedFor);
    },
  });
  const cursor = await readOutputCursor(run);
  const told = new Set<string>();
  if (cursor !== undefined) onRead(cursor.offset);
  const tail = new OutputTail({
    run,
    cursor,
    extractor: (parts?.createExtractor ?? createExtractor)(await selectionOf(settings)),
    recorded: before.recorded,
    onLine: (line) => recorder.line(line),
    onParams: (params, timestamp) => recorder.params(params, timestamp),
    room,
    counted,
    resumed: resumed?.counted,
    keep: async (cursor) => {
      // The other way round a watcher that is killed in between would have found what nobody finds again.
      if ((await journal.flush()) && (await isKept(run, cursor))) onRead(cursor.offset);
    },
    onGap: (found, error) => {
      const gap = { what: "metrics", ...found };
      // The same bytes fail in every watcher that goes through them.
      if (isKnown(before, gap)) return;
      journal.append({ type: "gap", timestamp: now(), ...gap });
      if (told.has(found.reason)) return;
      told.add(found.reason);
      if (isDescriptorShortage(error)) onRefused(wordsOf(error));
      else notify(metricsNotLookedFor(found.reason, found.bytes));
    },
    onProgress: () => {
      alerting.desk.printed();
      onProgress();
    },
    now: () => performance.now(),
  });
  const isKnownMachine = Object.keys(before.machine).length > 0;
  const machine = isKnownMachine
    ? undefined
    : recordMachine(journal, now, () => (parts?.readInventory ?? readInventory)(host));
  const heartbeat = startHeartbeat(lease, onLost, parts?.heartbeat);
  return {
    lease,
    heartbeat,
    journal,
    probes,
    sampler,
    stops,
    tail,
    alerting,
    channel,
    machine: machine ?? Promise.resolve(),
    gaps: before.gaps,
  };
}

/** Without a descriptor, nothing can be known of a process now. */
function lookAt(probes: ProbeSet, pid: number): ReturnType<ProbeSet["look"]> {
  try {
    return probes.look(pid);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** On a disk that refuses, the output stays as it is until twice the limit is reached. */
async function isKept(run: RunDirectory, cursor: OutputCursor): Promise<boolean> {
  try {
    await writeOutputCursor(run, cursor);
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** The journal's lease; one that belongs to a watcher that is just being killed is waited for. */
async function takeLease(run: RunDirectory, now: () => number): Promise<Lease> {
  for (let tries = 0; tries < LEASE_TRIES; tries += 1) {
    const lease = await acquireLease(run.journalLease, thisProcess(), now);
    if (lease.held) return lease;
    await wait(LEASE_RETRY_MS);
  }
  throw new Error(`the journal ${run.journal} is held by another watcher`);
}

function quietly({ order, notify }: BeginOptions): (text: string) => void {
  return order.settings.quiet ? () => {} : notify;
}
