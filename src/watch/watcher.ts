import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { acquireLease, type Lease } from "../journal/lease.ts";
import { parseStart, thisProcess } from "../journal/process-identity.ts";
import { OutputLog } from "../journal/output-log.ts";
import { type RunDirectory, runDirectory } from "../journal/run-directory.ts";
import { readRunView } from "../journal/view.ts";
import { type JournalWriter, openJournal } from "../journal/writer.ts";
import type { Workload } from "../model/probe.ts";
import type { RunEnd, StreamName } from "../model/run.ts";
import type { OutputGap, WatcherMessage, WatchOrder } from "../model/watcher-protocol.ts";
import { thisHost } from "../probes/host.ts";
import { openProbes, type ProbeSet } from "../probes/index.ts";
import { readInventory } from "../probes/inventory.ts";
import { renderSummary } from "../terminal/summary.ts";
import { OutputTail } from "./output-tail.ts";
import { selectionOf } from "../probes/selection.ts";
import { Recorder } from "./recorder.ts";
import { Sampler } from "./sampler.ts";
import { Uploads } from "./uploads.ts";

/** How often the journal's lease says that its holder is alive. */
const HEARTBEAT_MS = 30_000;
/** How often the wrapper hears from us while the run is being ended. */
const SIGN_OF_LIFE_MS = 1000;
/** How often the lease of a watcher before us is looked at again while that one is dying. */
const LEASE_RETRY_MS = 100;
const LEASE_TRIES = 50;
/** How often a child whose wrapper was killed is looked for. */
const CHILD_POLL_MS = 500;

export interface WatcherOptions {
  readonly order: WatchOrder;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly send: (message: WatcherMessage) => void;
}

/** One run from the watcher's side: reads the machine and the output log, writes the journal, ends and uploads the run. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #run: RunDirectory;
  readonly #ready: Promise<Watched>;
  readonly #uploads: Uploads;
  #log: OutputLog | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#run = runDirectory(options.order.directory);
    this.#uploads = new Uploads({
      runId: options.order.header.id,
      run: this.#run,
      settings: options.order.settings,
      env: options.env,
      notify: (text) => this.#notify(text),
    });
    this.#ready = this.#begin();
  }

  /** There is more in the output log. */
  async outputGrew(): Promise<void> {
    const { tail } = await this.#ready;
    await tail.readNew();
  }

  /** Leaves what is not uploaded to `tracelet sync`. */
  hurry(): void {
    this.#uploads.cancel();
  }

  /** Writes the run's end, uploads it and tells the wrapper what the user reads last. */
  async end(end: RunEnd, gaps: readonly OutputGap[]): Promise<void> {
    const { send, env, order } = this.#options;
    const alive = setInterval(() => send({ type: "progress" }), SIGN_OF_LIFE_MS);
    await this.#finish(end, gaps);
    await this.#uploads.finish();
    const summary = renderSummary(await readRunView(this.#run), { isTTY: order.terminal, env });
    send({ type: "done", summary });
    clearInterval(alive);
  }

  /**
   * Ends the run when the wrapper is gone and the child's output has ended: how the child ended is then not known.
   */
  async endAlone(): Promise<void> {
    await processEnd(this.#options.order.childPid);
    await this.#log?.close();
    await this.#finish({ status: "crashed", ended: this.#options.now() }, this.#log?.gaps ?? []);
    await this.#uploads.finish();
  }

  /** Output that the wrapper can no longer keep: from now on we are the log's writer. */
  takeOver(stream: StreamName, bytes: Uint8Array): void {
    this.#log ??= OutputLog.continue(this.#run, () => void this.outputGrew());
    this.#log.append(stream, this.#options.now(), bytes);
  }

  async #begin(): Promise<Watched> {
    const { order, now } = this.#options;
    const { settings, header } = order;
    const lease = await this.#takeLease();
    const before = await readRunView(this.#run);
    const journal = await openJournal(this.#run.journal);
    const first = before.nextSample === 0 && before.outputOffset === 0;
    if (first) journal.append({ type: "launch", timestamp: order.launched, pid: order.childPid });
    journal.append({ type: "watcher", timestamp: now(), pid: process.pid });
    const recorder = new Recorder({
      journal,
      rules: settings.alert,
      earlierAlerts: before.alerts,
      nextSample: before.nextSample,
      now,
      notify: settings.quiet ? () => {} : (text) => this.#notify(text),
    });
    const probes = await openProbes(thisHost(header.cwd), selectionOf(settings));
    recorder.unavailable(probes.unavailable);
    const workload: Workload = { pid: order.childPid, ownPids: [process.pid, process.ppid] };
    const sampler = new Sampler({
      interval: settings.metricsInterval,
      now: () => performance.now(),
      sample: async (settled) => {
        const { readings, failures, processes } = await probes.sample(workload);
        recorder.unavailable(failures);
        recorder.sample(readings, processes, settled);
      },
    });
    const tail = new OutputTail(this.#run, before.outputOffset, (line) => recorder.line(line));
    const heartbeat = setInterval(() => void lease.heartbeat(), HEARTBEAT_MS);
    this.#uploads.begin();
    return { lease, journal, probes, sampler, tail, heartbeat, machine: recordMachine(journal, now) };
  }

  async #finish(end: RunEnd, gaps: readonly OutputGap[]): Promise<void> {
    const { lease, journal, probes, sampler, tail, heartbeat, machine } = await this.#ready;
    await Promise.all([sampler.stop(), tail.finish(), machine]);
    for (const { bytes, reason } of gaps) {
      journal.append({ type: "gap", timestamp: this.#options.now(), what: "output", bytes, reason });
    }
    journal.append({ type: "end", ...end });
    await journal.close();
    probes.close();
    clearInterval(heartbeat);
    await lease.release();
  }

  /** The journal's lease; one that belongs to a watcher that is just being killed is waited for. */
  async #takeLease(): Promise<Lease> {
    for (let tries = 0; tries < LEASE_TRIES; tries += 1) {
      const lease = await acquireLease(this.#run.journalLease, thisProcess(), this.#options.now);
      if (lease.held) return lease;
      await wait(LEASE_RETRY_MS);
    }
    throw new Error(`the journal ${this.#run.journal} is held by another watcher`);
  }

  #notify(text: string): void {
    this.#options.send({ type: "notice", text });
  }
}

interface Watched {
  readonly lease: Lease;
  readonly journal: JournalWriter;
  readonly probes: ProbeSet;
  readonly sampler: Sampler;
  readonly tail: OutputTail;
  readonly heartbeat: NodeJS.Timeout;
  readonly machine: Promise<void>;
}

/** What this machine is. Slow on some systems, so nothing waits for it but the end of the run. */
async function recordMachine(journal: JournalWriter, now: () => number): Promise<void> {
  const facts = await readInventory();
  journal.append({ type: "machine", timestamp: now(), facts });
}

/** Waits until a process is gone. It is not our child, so there is nothing but to look. */
async function processEnd(pid: number): Promise<void> {
  while (exists(pid)) await wait(CHILD_POLL_MS);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // Orphaned by the wrapper's end, it may stay a zombie: the first process of many containers never reaps.
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return parseStart(readFileSync(`/proc/${pid}/stat`, "utf8")) === "dead";
  } catch {
    return false; // no /proc, or gone in this moment, which the next look tells
  }
}
