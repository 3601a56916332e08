import { access } from "node:fs/promises";
import { OutputLog } from "../journal/output-log.ts";
import { settleOutput } from "../journal/output-room.ts";
import { type RunDirectory, runDirectory } from "../journal/run-directory.ts";
import type { Death } from "../model/death.ts";
import type { RunEnd, StreamName } from "../model/run.ts";
import type { RunView } from "../model/view.ts";
import type { OutputGap, WatcherMessage, WatchOrder, WrapperEnd } from "../model/watcher-protocol.ts";
import { renderSummary } from "../terminal/summary.ts";
import { readJudgedRun } from "../upload/judged-run.ts";
import { begin, type Watched, type WatchParts } from "./begin.ts";
import { childEnd } from "./child-end.ts";
import { isKnown } from "./known-gap.ts";
import { COMMAND_ENDED, signalChild } from "./signal-child.ts";
import { appendStepSummary } from "./step-summary.ts";
import { throttled } from "./throttled.ts";
import { unseenRules } from "./unseen-rules.ts";
import { Uploads } from "./uploads.ts";
import { verdictOf } from "./verdict.ts";

/** Once the child has ended, what reading the rest of its output for metrics may take. */
const MOST_READING_MS = 30_000;

/** The size of what was lost is not known, nor whether it was anything. */
const WRAPPER_KILLED: Lost = {
  reason: "the wrapper was killed: what it had read and not yet written, if anything, is lost",
};

/** Output that was not kept. */
type Lost = Pick<OutputGap, "reason"> & Partial<OutputGap>;

export interface WatcherOptions {
  readonly order: WatchOrder;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly send: (message: WatcherMessage) => void;
  /** Nothing can be recorded any more. */
  readonly fail: (error: unknown) => void;
  readonly parts?: Partial<WatchParts>;
}

/** One run from the watcher's side: reads the machine and the output log, writes the journal, ends and uploads the run. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #run: RunDirectory;
  readonly #ready: Promise<Watched | undefined>;
  readonly #uploads: Uploads;
  readonly #progress: () => void;
  #ending = false;
  #abandoned = false;
  #isAlone = false;
  #log: OutputLog | undefined;
  #readTo = 0;

  constructor(options: WatcherOptions) {
    const { order, env, now, send, fail, parts } = options;
    this.#options = options;
    this.#run = runDirectory(order.directory);
    const tell = throttled(
      () => send({ type: "progress" }),
      () => performance.now(),
    );
    this.#progress = () => {
      if (this.#ending) tell();
    };
    const notify = (text: string) => send({ type: "notice", text });
    const onRefused = (reason: string) => send({ type: "refused", reason });
    this.#uploads = new Uploads({ order, run: this.#run, env, notify, onProgress: this.#progress });
    this.#ready = begin({
      order,
      env,
      signal: (signal) => this.#signal(signal),
      run: this.#run,
      now,
      notify,
      onRefused,
      onProgress: this.#progress,
      onRead: (offset) => {
        this.#readTo = offset;
        this.#log?.release(offset);
        send({ type: "read", offset });
      },
      onLost: () => fail(new Error(`another process has taken the journal ${this.#run.journal} over`)),
      ...(parts === undefined ? {} : { parts }),
    });
    this.#ready.then((watched) => watched && this.#uploads.begin(), fail);
    // Word of it may have gone to the watcher before.
    void this.outputGrew();
  }

  /** There is more in the output log. */
  async outputGrew(): Promise<void> {
    if (this.#abandoned) return;
    // That it could not begin was told already.
    const watched = await this.#ready.catch(() => undefined);
    await watched?.tail.readNew();
  }

  /** The wrapper is about to stop, and has told the child. */
  stopping(): void {
    this.#afterBegin(({ stops, sampler }) => {
      stops.announced();
      sampler.pause();
    });
  }

  /** The wrapper goes on. */
  resumed(): void {
    this.#afterBegin(({ stops, sampler }) => {
      stops.resumed();
      sampler.resume();
    });
  }

  /** This process was stopped itself, as a scheduler does that suspends a whole job. */
  wasStopped(): void {
    this.#afterBegin(({ sampler }) => sampler.resume());
  }

  /** The wrapper was killed. */
  wrapperGone(): void {
    this.#isAlone = true;
    this.#afterBegin(({ stops }) => stops.wrapperGone());
    if (!this.#ending && this.#options.order.settings.onWrapperDeath === "terminate") this.#signal("SIGTERM");
  }

  /** Leaves what is not uploaded to `tracelet sync`. */
  hurry(): void {
    this.#uploads.cancel();
    this.#afterBegin(({ tail, channel, alerting }) => {
      tail.hurry();
      channel.hurry();
      alerting.hurry();
    });
  }

  /** Writes the run's end, uploads it and tells the wrapper what the user reads last. */
  async end(ended: WrapperEnd): Promise<void> {
    const { send, env, order, now } = this.#options;
    this.#ending = true;
    const { end } = ended;
    const death = await this.#finish(end, ended.gaps, ended);
    // What is left of the run is nothing that could be told of. The wrapper, which sees us end, says so.
    await access(this.#run.journal);
    const uploads = await this.#uploads.finish(end);
    const view = await readJudgedRun(this.#run, now, this.#progress);
    const uploadsTold = order.settings.upload !== "never";
    // On a full disk the end may not be in the journal, nor how far the uploads are; it is known all the same.
    const told: RunView = {
      ...(view.end === undefined ? { ...view, status: end.status, end, uploads } : view),
      ...(death === undefined ? {} : { death }),
    };
    const unseen = unseenRules((await this.#ready)?.alerting.desk.unseen() ?? [], told);
    const failed = verdictOf(told, order.settings);
    await appendStepSummary(told, { env, unseen, failed });
    send({ type: "done", summary: renderSummary(told, { isTTY: order.terminal, env, uploadsTold, unseen }), failed });
  }

  /**
   * Ends the run when the wrapper is gone and the child's output has ended: how the child ended is then not known.
   */
  async endAlone(): Promise<void> {
    await childEnd(this.#options.order);
    if (this.#abandoned) return;
    await this.#log?.close();
    const end: RunEnd = { status: "crashed", ended: this.#options.now() };
    await this.#finish(end, [WRAPPER_KILLED, ...(this.#log?.gaps ?? [])]);
    await this.#uploads.finish(end);
  }

  /** Output that the wrapper can no longer keep: from now on we are the log's writer. */
  takeOver(stream: StreamName, bytes: Uint8Array): void {
    if (this.#abandoned) return;
    if (this.#log === undefined) {
      const { logLimit: limit } = this.#options.order.settings;
      this.#log = OutputLog.continue(this.#run, { limit, onGrowth: () => void this.outputGrew() });
      this.#log.release(this.#readTo);
    }
    this.#log.append(stream, this.#options.now(), bytes);
  }

  /** Writes nothing more. */
  abandon(): void {
    this.#abandoned = true;
    this.#uploads.cancel();
    this.#afterBegin(({ sampler }) => sampler.halt());
  }

  #afterBegin(act: (watched: Watched) => void): void {
    this.#ready.then(
      (watched) => watched && act(watched),
      () => {}, // that it could not begin was told already
    );
  }

  /** Has the child get a signal, by the one that knows best whether it is still there. */
  #signal(signal: NodeJS.Signals): string | undefined {
    if (this.#ending) return COMMAND_ENDED;
    if (this.#isAlone) return signalChild(this.#options.order, signal);
    this.#options.send({ type: "signal", signal });
    return undefined;
  }

  async #finish(end: RunEnd, lost: readonly Lost[], known?: WrapperEnd): Promise<Death | undefined> {
    const watched = await this.#ready;
    if (watched === undefined) return undefined;
    const { lease, heartbeat, journal, probes, sampler, tail, channel, alerting, machine } = watched;
    await Promise.all([
      sampler.stop().then(this.#progress),
      tail.finish(MOST_READING_MS),
      channel.finish(MOST_READING_MS),
      machine,
    ]);
    const death = await alerting.conclude(end, known);
    this.#progress();
    // The log is complete and looked at, and its writer has left it to us.
    const removed = await settleOutput(this.#run, this.#options.order.settings.logLimit);
    for (const loss of [...lost, ...removed]) {
      const gap = { what: "output", ...loss };
      if (!isKnown(watched, gap)) journal.append({ type: "gap", timestamp: this.#options.now(), ...gap });
    }
    await this.#uploads.listArtifacts();
    journal.append({ type: "end", ...end });
    await journal.close();
    this.#progress();
    probes.close();
    heartbeat.stop();
    await lease.release();
    return death;
  }
}
