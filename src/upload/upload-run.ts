import { readJournal, readJournalChunks } from "../journal/reader.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { readOutline } from "../journal/outline.ts";
import { isOver } from "../journal/run-status.ts";
import { isDiskRefusal } from "../journal/system-error.ts";
import { readRunView, totalsOf } from "../journal/view.ts";
import {
  type Artifact,
  type Backend,
  BackendError,
  type Batch,
  type Rejection,
  type RemoteRun,
  type WriteResult,
} from "../model/backend.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd, RunHeader } from "../model/run.ts";
import type { RunView } from "../model/view.ts";
import { batchesOf } from "./batches.ts";
import { JudgedRun, readJudgedRun } from "./judged-run.ts";
import type { Patience } from "./retry.ts";
import { outputBatches } from "./send-output.ts";
import { sendables } from "./send-artifacts.ts";
import { loadUploadState, newUploadState, saveUploadState, type UploadState, withRejections } from "./upload-state.ts";

export interface UploadOptions {
  readonly run: RunDirectory;
  readonly backend: Backend;
  readonly patience: Patience;
  /** Aborted when somebody else uploads this run from now on: its state is no longer ours to write. */
  readonly lost?: AbortSignal;
  readonly onProgress?: () => void;
  /**
   * Makes the files of ours that are only there for trackers. Called where the run has ended and the backend has opened it,
   * and waited for before files are sent.
   */
  readonly prepare?: () => Promise<void>;
  /** How the run has ended, where that is known and the journal could not take it. */
  readonly end?: RunEnd | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Told how far in the journal the backend is. */
  readonly onCursor?: (cursor: number) => void;
}

/**
 * Milliseconds between two times that the cursor of a server is written down: what it gets twice does no harm there, and
 * with thousands of batches the writing would cost as much as the sending. Of a file it is written after each batch.
 */
const SAVE_EVERY_MS = 1000;

/** How an upload ended. `error` says why it is not complete. */
export interface UploadOutcome {
  readonly state: UploadState;
  /** Points that this call brought over. */
  readonly sent: number;
  /** Everything was there before this call. */
  readonly unchanged?: true;
  readonly error?: BackendError;
}

/**
 * Brings a run to a backend from where the last upload left off, up to what its journal holds now. A run that has ended
 * is closed there too; one that is going on stays open. Calling it again after it is done does nothing. The caller
 * holds the lease for this backend.
 * @throws what the file system throws; a backend's failure is an outcome
 */
export async function uploadRun(options: UploadOptions): Promise<UploadOutcome> {
  const upload = new Upload(
    options,
    await loadUploadState(options.run.uploadState(options.backend.id), options.backend.id),
  );
  return upload.run();
}

class Upload {
  readonly #options: UploadOptions;
  readonly #patience: Patience;
  #state: UploadState;
  /** The run behind everything that was written, saved or not. */
  #remote: RemoteRun | undefined;
  #sent = 0;
  /** When the state was last written down, and whether there is something new in it. */
  #saved = -Infinity;
  #isUnsaved = false;
  /** What the run comes to, where its whole journal has gone by on the way to the backend. */
  #judged: JudgedRun | undefined;
  /** Under way, or done. */
  #prepared: Promise<void> | undefined;

  constructor(options: UploadOptions, state: UploadState) {
    this.#options = options;
    this.#patience = options.patience;
    this.#state = state;
  }

  async run(): Promise<UploadOutcome> {
    if (await this.#isComplete()) return { state: this.#state, sent: 0, unchanged: true };
    try {
      const { header, hasEnded } = await this.#outline();
      await this.#open(header);
      if (hasEnded) this.#prepare();
      await this.#describe(header);
      await this.#sendPoints(header, hasEnded);
      await this.#sendOutput();
      if (hasEnded) await this.#finish(header);
      if (this.#state.error !== undefined) await this.#save({}, ["error"]);
      return { state: this.#state, sent: this.#sent };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      // What was written since the cursor was saved will be written again, from there.
      this.#remote = this.#state.remote;
      if (this.#options.lost?.aborted !== true) await this.#save({ error: error.message });
      return { state: this.#state, sent: this.#sent, error };
    }
  }

  async #isComplete(): Promise<boolean> {
    if (this.#state.state !== "done" || this.#state.target !== this.#options.backend.target) return false;
    // Not the file's size: behind the last record there may be a torn line, which will never be more than that.
    for await (const _entry of readJournal(this.#options.run.journal, { from: this.#state.cursor })) return false;
    return true;
  }

  /** A live upload comes by every few seconds: it must not read the whole journal each time. */
  async #outline(): Promise<{ header: RunHeader; hasEnded: boolean }> {
    const { run } = this.#options;
    const { header, end = this.#options.end } = await readOutline(run.journal);
    // Says what is wrong with a journal that does not begin as it should.
    if (header === undefined) return { header: (await readRunView(run)).header, hasEnded: end !== undefined };
    return { header, hasEnded: await isOver(run, { started: header.started, end }, Date.now) };
  }

  async #open(header: RunHeader): Promise<void> {
    const { backend } = this.#options;
    const { remote: known } = this.#state;
    const remote = await this.#patience.insist((signal) => backend.openRun(header, known, signal));
    if (known !== undefined && (known.remoteId !== remote.remoteId || known.position !== remote.position)) {
      // Another server, or a run that was purged: nothing of what was sent is there.
      this.#state = newUploadState(backend.id);
    }
    this.#remote = remote;
    const { url, command } = remote;
    const { target } = backend;
    await this.#save({
      ...(url === undefined ? {} : { url }),
      ...(command === undefined ? {} : { command }),
      ...(target === undefined ? {} : { target }),
    });
  }

  /** While the points are sent. Its failure is told where it is waited for. */
  #prepare(): void {
    this.#prepared = this.#options.prepare?.();
    this.#prepared?.catch(() => {});
  }

  async #describe({ params, tags }: RunHeader): Promise<void> {
    if (this.#state.described) return;
    const { backend } = this.#options;
    for (const part of partsOf(params, backend.limits.params)) {
      await this.#write({ metrics: [], system: [], params: part, tags: {} });
    }
    for (const part of partsOf(tags, backend.limits.tags)) {
      await this.#write({ metrics: [], system: [], params: {}, tags: part });
    }
    await this.#save({ described: true });
  }

  async #sendPoints({ thin = false }: RunHeader, isWhole: boolean): Promise<void> {
    const { run, backend, now } = this.#options;
    const from = this.#state;
    const start = from.samplesFrom ?? from.cursor;
    const judged = isWhole && start === 0 ? new JudgedRun() : undefined;
    const entries = readJournalChunks(run.journal, { from: start, onDamage: (damage) => judged?.addDamage(damage) });
    const onRecord = (record: JournalRecord): void => judged?.add(record);
    const batches = batchesOf(entries, { limits: backend.limits, from, thin, isWhole, onRecord });
    for await (const { batch, cursor, samplesFrom, points } of batches) {
      for (const params of partsOf(batch.params, backend.limits.params)) {
        await this.#write({ metrics: [], system: [], params, tags: {} });
      }
      const hasEvents = batch.alerts !== undefined || batch.facts !== undefined;
      if (points > 0 || hasEvents) await this.#write({ ...batch, params: {} });
      this.#sent += points;
      const open = samplesFrom === undefined ? {} : { samplesFrom };
      this.#change(
        { cursor, uploaded: this.#state.uploaded + points, ...open },
        samplesFrom === undefined ? ["samplesFrom"] : [],
      );
      if (backend.isLocal === true || now() - this.#saved >= SAVE_EVERY_MS) await this.#save();
    }
    if (this.#isUnsaved) await this.#save();
    this.#judged = judged;
  }

  async #sendOutput(): Promise<void> {
    const { run, backend } = this.#options;
    if (backend.writeOutput === undefined) return;
    for await (const { output, cursor } of outputBatches(run, this.#state.output)) {
      const write = (signal: AbortSignal) => backend.writeOutput?.(this.#run, output, signal);
      const result = output.length > 0 ? await this.#patience.insist(async (signal) => write(signal)) : undefined;
      if (result !== undefined) this.#wrote(result);
      await this.#save({ output: cursor });
    }
  }

  /**
   * Status and totals first: whoever looks at the run must not wait for a large file to learn how it ended. Files of this
   * machine are looked at when they are whole: their end is written last.
   */
  async #finish(header: RunHeader): Promise<void> {
    const { isLocal = false } = this.#options.backend;
    if (isLocal) await this.#sendArtifacts(header);
    await this.#end();
    if (!isLocal) await this.#sendArtifacts(header);
    await this.#save({ state: "done" });
  }

  async #end(): Promise<void> {
    const { run, backend, onProgress } = this.#options;
    const view = await (this.#judged?.view(run, Date.now) ?? readJudgedRun(run, Date.now, onProgress));
    const end = view.end ?? this.#options.end ?? givenUp(view);
    await this.#patience.insist((signal) => backend.endRun(this.#run, end, totalsOf(view), signal));
  }

  async #sendArtifacts(header: RunHeader): Promise<void> {
    const { run, backend } = this.#options;
    await this.#prepared;
    for await (const file of sendables(run, header, this.#run, backend.writeOutput === undefined)) {
      const name = "name" in file ? file.name : file.what;
      if (this.#state.artifacts.includes(name)) continue;
      if ("name" in file) await this.#sendArtifact(file);
      else this.#reject(file);
      await this.#save({ artifacts: [...this.#state.artifacts, name] });
    }
  }

  /** An artifact that is refused for good must not keep the run open for ever. */
  async #sendArtifact(artifact: Artifact): Promise<void> {
    const { backend } = this.#options;
    try {
      await this.#patience.insist((signal, onProgress) =>
        backend.uploadArtifact(this.#run, artifact, signal, onProgress),
      );
    } catch (error) {
      if (!(error instanceof BackendError) || error.retryable) throw error;
      this.#reject({ what: artifact.name, reason: error.message });
    }
  }

  #reject(...rejections: readonly Rejection[]): void {
    this.#state = withRejections(this.#state, rejections);
  }

  async #write(batch: Batch): Promise<void> {
    const { backend } = this.#options;
    this.#wrote(await this.#patience.insist((signal) => backend.write(this.#run, batch, signal)));
  }

  #wrote({ rejected, remote }: WriteResult): void {
    if (remote !== undefined) this.#remote = remote;
    this.#reject(...rejected);
  }

  get #run(): RemoteRun {
    if (this.#remote === undefined) throw new Error("the run was not opened");
    return this.#remote;
  }

  async #save(change: Partial<UploadState> = {}, without: readonly (keyof UploadState)[] = []): Promise<void> {
    this.#change(change, without);
    await this.#keep();
    this.#isUnsaved = false;
    this.#saved = this.#options.now();
  }

  /** The state as it is from now on. */
  #change(change: Partial<UploadState>, without: readonly (keyof UploadState)[]): void {
    this.#options.lost?.throwIfAborted();
    const remote = this.#remote === undefined ? {} : { remote: this.#remote };
    const next = Object.entries({ ...this.#state, ...remote, ...change }).filter(
      ([key]) => !without.includes(key as keyof UploadState),
    );
    this.#state = Object.fromEntries(next) as unknown as UploadState;
    this.#isUnsaved = true;
    this.#options.onProgress?.();
    this.#options.onCursor?.(this.#state.cursor);
  }

  /** On a full disk the backend gets what there is all the same; the next upload brings it once more, which does no harm. */
  async #keep(): Promise<void> {
    const { run, backend } = this.#options;
    try {
      await saveUploadState(run.uploadState(backend.id), this.#state);
    } catch (error) {
      if (!isDiskRefusal(error)) throw error;
    }
  }
}

/** A run without a recorded end was given up by a tracelet that crashed: its end is when it was last seen. */
function givenUp({ lastSeen }: RunView): RunEnd {
  return { status: "crashed", ended: lastSeen };
}

function partsOf(entries: Readonly<Record<string, string>>, most: number): Record<string, string>[] {
  const all = Object.entries(entries);
  const parts: Record<string, string>[] = [];
  for (let index = 0; index < all.length; index += most) parts.push(Object.fromEntries(all.slice(index, index + most)));
  return parts;
}
