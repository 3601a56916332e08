import type { UploadOutcome } from "../upload/upload-run.ts";

/** How often a run is brought up to date with `--upload live`, in milliseconds. */
const INTERVAL_MS = 5000;
/** The longest pause after failures. */
const LONGEST_PAUSE_MS = 60_000;
/** The longest pause that a server may ask for. */
const LONGEST_WAIT_MS = 10 * 60_000;
/** What a live upload may still take once the run has ended; the last upload goes on where it stopped. */
const GRACE_MS = 2000;

/** Brings a run up to date at one backend. */
type UploadOnce = (backend: string, cancelled: AbortSignal) => Promise<UploadOutcome>;

/** Uploads a run every few seconds while it is going on, each backend by itself and at its own pace. */
export class LiveUploads {
  readonly #over = new AbortController();
  readonly #cancelled: AbortSignal;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #met = new Set<string>();
  #ending = false;

  constructor(backends: readonly string[], cancelled: AbortSignal, upload: UploadOnce) {
    this.#cancelled = AbortSignal.any([cancelled, this.#over.signal]);
    for (const backend of backends) this.#next(backend, upload, INTERVAL_MS);
  }

  /** Whether a backend has answered in this session: one that is away now may just be starting anew. */
  wasThere(backend: string): boolean {
    return this.#met.has(backend);
  }

  /** A server that hangs must not be waited for twice, first here and then in the last upload. */
  async end(): Promise<void> {
    this.#ending = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const grace = setTimeout(() => this.#over.abort(), GRACE_MS);
    await Promise.all(this.#underWay.values());
    clearTimeout(grace);
  }

  #next(backend: string, upload: UploadOnce, pause: number): void {
    this.#underWay.set(backend, this.#round(backend, upload, pause));
  }

  async #round(backend: string, upload: UploadOnce, pause: number): Promise<void> {
    const { error, state } = await upload(backend, this.#cancelled);
    if (error === undefined || state.remote !== undefined) this.#met.add(backend);
    if (this.#ending) return;
    // What fails for good may be mended meanwhile (a token, a right): it is tried again, but not every five seconds.
    const failed = error !== undefined;
    const wait = failed ? Math.max(pause, Math.min(error.retryAfter ?? 0, LONGEST_WAIT_MS)) : INTERVAL_MS;
    const later = failed ? Math.min(pause * 2, LONGEST_PAUSE_MS) : INTERVAL_MS;
    const timer = setTimeout(() => this.#next(backend, upload, later), wait);
    this.#timers.set(backend, timer);
  }
}
