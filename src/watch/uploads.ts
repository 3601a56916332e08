import { inspect } from "node:util";
import { createBackend } from "../backends/index.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { BackendError } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";
import { retryCommand, uploadFailed } from "../terminal/warnings.ts";
import type { UploadOutcome } from "../upload/upload-run.ts";
import { newUploadState } from "../upload/upload-state.ts";
import { uploadWithLease } from "../upload/upload-with-lease.ts";

/** How often a run is brought up to date with `--upload live`. */
const LIVE_INTERVAL_MS = 5000;
/** What a live upload may still take once the run has ended; the last upload goes on where it stopped. */
const LIVE_GRACE_MS = 2000;

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
  readonly #liveOver = new AbortController();
  #live: NodeJS.Timeout | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** The run has begun: with `live` its upload begins too. */
  begin(): void {
    if (this.#options.order.settings.upload !== "live") return;
    const cancelled = AbortSignal.any([this.#cancelled.signal, this.#liveOver.signal]);
    const next = () => {
      this.#underWay = this.#all(cancelled, () => {}).finally(() => {
        this.#live = setTimeout(next, LIVE_INTERVAL_MS);
      });
    };
    next();
  }

  /** The run has ended: brings everything over, or says what is left and how to fetch it. */
  async finish(): Promise<void> {
    await this.#endLive();
    this.#options.onProgress();
    const { header, settings } = this.#options.order;
    const retry = retryCommand(header.id, settings.dir, header.cwd);
    if (settings.upload === "never") return;
    await this.#all(this.#cancelled.signal, (backend, outcome) => {
      const { error } = outcome;
      if (error) this.#options.notify(uploadFailed(backend, error.message, retry, error.hint));
    });
  }

  /** The user does not want to wait; the journal has everything. */
  cancel(): void {
    this.#cancelled.abort();
  }

  /** A server that hangs must not be waited for twice, first here and then in the last upload. */
  async #endLive(): Promise<void> {
    clearTimeout(this.#live);
    const grace = setTimeout(() => this.#liveOver.abort(), LIVE_GRACE_MS);
    await this.#underWay;
    clearTimeout(grace);
    clearTimeout(this.#live);
  }

  async #all(cancelled: AbortSignal, onOutcome: (backend: string, outcome: UploadOutcome) => void): Promise<void> {
    const { settings } = this.#options.order;
    await Promise.all(settings.backend.map(async (id) => onOutcome(id, await this.#one(id, cancelled))));
  }

  async #one(id: string, cancelled: AbortSignal): Promise<UploadOutcome> {
    try {
      return await this.#upload(id, cancelled);
    } catch (error) {
      return { state: newUploadState(id), sent: 0, error: asBackendError(error) };
    }
  }

  async #upload(id: string, cancelled: AbortSignal): Promise<UploadOutcome> {
    const { run, env, order, onProgress } = this.#options;
    const backend = createBackend(id, env);
    try {
      return await uploadWithLease({
        run,
        backend,
        timeout: order.settings.uploadTimeout,
        cancelled,
        now: () => performance.now(),
        onProgress,
      });
    } finally {
      backend.close();
    }
  }
}

/** Whatever goes wrong with an upload is the upload's trouble alone. A fault of ours also leaves its trace in watcher.log. */
function asBackendError(cause: unknown): BackendError {
  if (cause instanceof BackendError) return cause;
  if (!(cause instanceof UserError)) process.stderr.write(`${inspect(cause)}\n`);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new BackendError(message, { retryable: false, cause });
}
