import { BackendError } from "../model/backend.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** The part of its patience that a server gets which was never there: the journal keeps what it would have got. */
const PATIENCE_WITH_ABSENT = 1 / 6;

/** How long an attempt has to tell in its own words that it was given up; one that does not is left behind. */
const LAST_WORD_MS = 500;

/** One try; `onProgress` says that something moves, and gives it more time. */
type Attempt<Result> = (signal: AbortSignal, onProgress: () => void) => Promise<Result>;

/** What an upload may take: it gives up when the server has acknowledged nothing for a while. */
export class Patience {
  readonly #milliseconds: number;
  readonly #now: () => number;
  readonly #cancelled: AbortSignal;
  readonly #onProgress: () => void;
  #deadline: number;
  /** When to give up a server at whose address nobody listens; absent once there was somebody. */
  #absentDeadline: number | undefined;

  /**
   * @param milliseconds without progress after which to give up
   * @param now milliseconds of a clock that never goes back
   * @param cancelled aborts everything at once
   * @param onProgress called for all that moves: an acknowledgement, a piece of a file
   * @param wasThere the server has answered a while ago: if it is away now, it may just be starting anew
   */
  constructor(
    milliseconds: number,
    now: () => number,
    cancelled: AbortSignal,
    onProgress: () => void = () => {},
    wasThere = false,
  ) {
    this.#milliseconds = milliseconds;
    this.#now = now;
    this.#cancelled = cancelled;
    this.#onProgress = onProgress;
    this.#deadline = now() + milliseconds;
    if (!wasThere) this.#absentDeadline = now() + milliseconds * PATIENCE_WITH_ABSENT;
  }

  /** Something was acknowledged: the time starts anew. */
  progressed(): void {
    this.#onProgress();
    this.#deadline = this.#now() + this.#milliseconds;
  }

  /** Does one thing until the server acknowledges it, which is progress. Throws as `keepTrying` does. */
  async insist<Result>(attempt: Attempt<Result>): Promise<Result> {
    const result = await this.keepTrying(attempt);
    this.#absentDeadline = undefined;
    this.progressed();
    return result;
  }

  /**
   * Does one thing until it succeeds, pausing longer after each failure, and as long as the server asks for. One that asks
   * for more time than there is is not asked again.
   * @throws BackendError the last failure, when it cannot pass or time is up
   */
  async keepTrying<Result>(attempt: Attempt<Result>): Promise<Result> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#once(attempt);
      } catch (error) {
        if (!(error instanceof BackendError) || !error.retryable || this.#cancelled.aborted) throw error;
        if (!error.absent) this.#absentDeadline = undefined;
        // Half of the pause is chance, so that a hundred jobs of one cluster do not come back at the same moment.
        const wait = pause * (0.5 + Math.random() / 2) + (error.retryAfter ?? 0);
        if (this.#now() + wait >= Math.min(this.#deadline, this.#absentDeadline ?? Infinity)) throw error;
        await this.#sleep(wait);
      }
    }
  }

  /**
   * One attempt, given up when time is over. What moves gives this attempt more time, and no later one: a server that
   * takes a whole file and then fails would be tried for ever. An attempt that ignores its signal, such as one that
   * hangs in a system call on a dead mount, is left behind.
   */
  async #once<Result>(attempt: Attempt<Result>): Promise<Result> {
    // One controller and no `AbortSignal.any`, which leaves a trace of every attempt on a signal that lives for weeks.
    const over = new AbortController();
    const giveUp = () => over.abort(new DOMException("no progress in time", "TimeoutError"));
    const cancel = () => over.abort(this.#cancelled.reason);
    let timer = setTimeout(giveUp, Math.max(1, this.#deadline - this.#now()));
    const onProgress = () => {
      this.#onProgress();
      clearTimeout(timer);
      if (!over.signal.aborted) timer = setTimeout(giveUp, this.#milliseconds);
    };
    this.#cancelled.addEventListener("abort", cancel);
    if (this.#cancelled.aborted) cancel();
    const leftBehind = leaveBehind(over.signal);
    try {
      return await Promise.race([attempt(over.signal, onProgress), leftBehind.promise]);
    } catch (error) {
      // Who cancelled may have a better reason than the attempt that only noticed.
      throw this.#cancelled.reason instanceof BackendError ? this.#cancelled.reason : error;
    } finally {
      clearTimeout(timer);
      leftBehind.forget();
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

/** Rejects a moment after a signal. */
function leaveBehind(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      timer = setTimeout(() => reject(noAnswer(signal.reason)), LAST_WORD_MS);
    });
    if (signal.aborted) timer = setTimeout(() => reject(noAnswer(signal.reason)), LAST_WORD_MS);
  });
  return { promise, forget: () => clearTimeout(timer) };
}

function noAnswer(cause: unknown): BackendError {
  if (cause instanceof BackendError) return cause;
  const isOver = cause instanceof DOMException && cause.name === "TimeoutError";
  return new BackendError(isOver ? "it did not come to an end in time" : "it was given up", { retryable: true, cause });
}
