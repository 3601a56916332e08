import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";
import type { RunDirectory } from "../journal/run-directory.ts";
import { isSystemError } from "../journal/system-error.ts";
import { uploadSummary } from "../journal/upload-states.ts";
import { type Backend, BackendError } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import type { RunEnd } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import type { UploadSummary } from "../model/view.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";
import { uploadFailed, wandbSynced } from "../terminal/upload-warnings.ts";
import { listArtifacts } from "../upload/artifact-list.ts";
import { leftOf } from "../upload/left.ts";
import { drawPicture } from "../upload/picture.ts";
import { writeReportFile } from "../upload/report-file.ts";
import type { UploadOutcome } from "../upload/upload-run.ts";
import { newUploadState } from "../upload/upload-state.ts";
import { uploadWithLease } from "../upload/upload-with-lease.ts";
import { followingBackends } from "./following-backends.ts";
import { LiveUploads } from "./live-uploads.ts";

/** Longest wait for the folders that are searched for artifacts; a dead mount would hold the run's end up for ever. */
const LISTING_TIMEOUT_MS = 10_000;
/** Picture and page take half a second each, the page of a million points three; longer on a machine that is very busy. */
const VIEWS_TIMEOUT_MS = 30_000;

export interface UploadsOptions {
  readonly order: WatchOrder;
  readonly run: RunDirectory;
  readonly env: NodeJS.ProcessEnv;
  /** A line for the user. */
  readonly notify: (text: string) => void;
  /** A server has acknowledged something or takes a file, or one upload has made way for the next. */
  readonly onProgress: () => void;
}

/** The uploads of one run to its backends. Their failures never reach the sampling. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #cancelled = new AbortController();
  readonly #backends = new Map<string, Promise<Backend>>();
  #live: LiveUploads | undefined;
  #views: Promise<void> | undefined;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** The run has begun, and with it the uploads that do not wait for its end. */
  begin(): void {
    const backends = followingBackends(this.#options.order.settings);
    if (backends.length === 0) return;
    this.#live = new LiveUploads(backends, this.#cancelled.signal, (id, cancelled) => this.#one(id, cancelled));
  }

  /** The command has ended, and its end is not yet recorded: what it has left behind is listed. */
  async listArtifacts(): Promise<void> {
    const { run, order, onProgress } = this.#options;
    if (order.header.artifacts === undefined) return;
    const listed = listArtifacts(run, order.header, order.settings.dir, onProgress).catch((error: unknown) => {
      // Without a list the upload says of each pattern that there is none.
      if (!isSystemError(error)) process.stderr.write(`${inspect(error)}\n`);
    });
    await Promise.race([listed, wait(LISTING_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /**
   * The run has ended, and how: brings everything over, or says what is left and how to fetch it.
   * @returns how far each upload has come; on a full disk the run directory may not say so
   */
  async finish(end: RunEnd): Promise<UploadSummary[]> {
    await this.#live?.end();
    const { order, onProgress } = this.#options;
    onProgress();
    const summaries: UploadSummary[] = [];
    if (order.settings.upload !== "never") {
      // While it is drawn the servers are asked already.
      if (order.settings.backend.length > 0) void this.#drawn();
      await Promise.all(
        order.settings.backend.map(async (id) => {
          const outcome = await this.#one(id, this.#cancelled.signal, end);
          await this.#tell(id, outcome);
          summaries.push(uploadSummary(id, JSON.stringify(outcome.state)));
          if (id === "wandb" && order.settings.wandbSync) await this.#syncWithWandb(outcome);
        }),
      );
    }
    const backends = await Promise.allSettled(this.#backends.values());
    for (const opened of backends) if (opened.status === "fulfilled") opened.value.close();
    return summaries;
  }

  /** The user does not want to wait; the journal has everything. */
  cancel(): void {
    this.#cancelled.abort();
  }

  async #tell(backend: string, { error }: UploadOutcome): Promise<void> {
    if (error === undefined) return;
    const { order, run, env, notify } = this.#options;
    const { message, hint } = error;
    const left = await leftOf(run, await this.#backend(backend).catch(() => ({ id: backend })));
    notify(uploadFailed({ backend, reason: message, hint, left, header: order.header, dir: order.settings.dir, env }));
  }

  /** The run is written; what the user's own program does with it is its own trouble. */
  async #syncWithWandb({ state, error }: UploadOutcome): Promise<void> {
    const { command } = state;
    if (error !== undefined || command === undefined) return;
    const { order, env, notify, onProgress } = this.#options;
    const { syncWithWandb } = await import("./wandb-sync.ts");
    const timeout = order.settings.uploadTimeout;
    const outcome = await syncWithWandb({ command, env, timeout, cancelled: this.#cancelled.signal, onProgress });
    notify(wandbSynced(outcome, command));
  }

  async #one(id: string, cancelled: AbortSignal, end?: RunEnd): Promise<UploadOutcome> {
    try {
      const { run, order, onProgress } = this.#options;
      return await uploadWithLease({
        run,
        backend: await this.#backend(id),
        timeout: order.settings.uploadTimeout,
        cancelled,
        end,
        now: () => performance.now(),
        wasThere: this.#live?.wasThere(id) ?? false,
        onProgress,
        prepare: () => this.#drawn(),
      });
    } catch (error) {
      return { state: newUploadState(id), sent: 0, error: asBackendError(error) };
    }
  }

  /** One picture and one page for all backends. */
  #drawn(): Promise<void> {
    this.#views ??= this.#draw();
    return this.#views;
  }

  /** Never rejects: without them the run lacks nothing that the journal does not have. */
  async #draw(): Promise<void> {
    const { run, order, onProgress } = this.#options;
    // The wrapper waits for a step forward as long as an upload may take without one.
    const timeout = Math.min(VIEWS_TIMEOUT_MS, order.settings.uploadTimeout * 1000);
    const limits = { timeout, cancelled: this.#cancelled.signal };
    const views = [drawPicture(run, { ...limits, onProgress }), writeReportFile(run, limits).then(onProgress)];
    for (const view of await Promise.allSettled(views)) {
      if (view.status === "rejected" && !limits.cancelled.aborted) process.stderr.write(`${inspect(view.reason)}\n`);
    }
  }

  /** One for all rounds, so that a live upload keeps its connection and what it knows of the remote run. */
  #backend(id: string): Promise<Backend> {
    const { order, env } = this.#options;
    const backend = this.#backends.get(id) ?? openBackend(id, env, order.settings);
    this.#backends.set(id, backend);
    return backend;
  }
}

/** What speaks to servers is loaded where there is one: a watcher without is there sooner, and smaller. */
async function openBackend(id: string, env: NodeJS.ProcessEnv, settings: Settings): Promise<Backend> {
  const { createBackend } = await import("../backends/index.ts");
  return createBackend(id, env, settings);
}

/** Whatever goes wrong with an upload is the upload's trouble alone. A fault of ours also leaves its trace in watcher.log. */
function asBackendError(cause: unknown): BackendError {
  if (cause instanceof BackendError) return cause;
  if (!(cause instanceof UserError)) process.stderr.write(`${inspect(cause)}\n`);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new BackendError(message, { retryable: false, cause });
}
