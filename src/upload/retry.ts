import { BackendError } from "../model/backend.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** One try; `onProgress` says that something moves, and gives it more time. */
type Attempt<Result> = (signal: AbortSignal, onProgress: () => void) => Promise<Result>;

/** What an upload may take: it gives up when the server has acknowledged nothing for a while. */
export class Patience {
  readonly #milliseconds: number;
  readonly #now: () => number;
  readonly #cancelled: AbortSignal;
  #deadline: number;

  /**
   * @param milliseconds without progress after which to give up
   * @param now milliseconds of a clock that never goes back
   * @param cancelled aborts everything at once
   */
  constructor(milliseconds: number, now: () => number, cancelled: AbortSignal) {
    this.#milliseconds = milliseconds;
    this.#now = now;
    this.#cancelled = cancelled;
    this.#deadline = now() + milliseconds;
  }

  /** Something was acknowledged: the time starts anew. */
  progressed(): void {
    this.#deadline = this.#now() + this.#milliseconds;
  }

  /** Does one thing until the server acknowledges it, which is progress. Throws as `keepTrying` does. */
  async insist<Result>(attempt: Attempt<Result>): Promise<Result> {
    const result = await this.keepTrying(attempt);
    this.progressed();
    return result;
  }

  /**
   * Does one thing until it succeeds, pausing longer after each failure.
   * @throws BackendError the last failure, when it cannot pass or time is up
   */
  async keepTrying<Result>(attempt: Attempt<Result>): Promise<Result> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#once(attempt);
      } catch (error) {
        const mayPass = error instanceof BackendError && error.retryable && !this.#cancelled.aborted;
        // Half of the pause is chance, so that a hundred jobs of one cluster do not come back at the same moment.
        const wait = pause * (0.5 + Math.random() / 2);
        if (!mayPass || this.#now() + wait >= this.#deadline) throw error;
        await this.#sleep(wait);
      }
    }
  }

  /**
   * One attempt, given up when time is over. What moves gives this attempt more time, and no later one: a server that
   * takes a whole file and then fails would be tried for ever.
   */
  async #once<Result>(attempt: Attempt<Result>): Promise<Result> {
    // One controller and no `AbortSignal.any`, which leaves a trace of every attempt on a signal that lives for weeks.
    const over = new AbortController();
    const giveUp = () => over.abort(new DOMException("no progress in time", "TimeoutError"));
    const cancel = () => over.abort(this.#cancelled.reason);
    let timer = setTimeout(giveUp, Math.max(1, this.#deadline - this.#now()));
    const onProgress = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, this.#milliseconds);
    };
    this.#cancelled.addEventListener("abort", cancel);
    if (this.#cancelled.aborted) cancel();
    try {
      return await attempt(over.signal, onProgress);
    } finally {
      clearTimeout(timer);
      this.#cancelled.removeEventListener("abort", cancel);
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#cancelled.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#cancelled.addEventListener("abort", done);
    });
  }
}
