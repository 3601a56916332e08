import { BackendError } from "../model/backend.ts";

/** Failures of the file system that may pass. */
const PASSING = ["EAGAIN", "EBUSY", "EDQUOT", "EINTR", "EIO", "EMFILE", "ENFILE", "ENOSPC", "ESTALE", "ETIMEDOUT"];

/** The calls of a backend that writes files: one after the other, and with failures as a `BackendError`. */
export class FileTurns {
  readonly #hint: string;

  #last: Promise<unknown> = Promise.resolve();

  /** @param hint what to do where the file system refuses */
  constructor(hint: string) {
    this.#hint = hint;
  }

  /**
   * One that hangs on a dead mount is left behind by its caller, and those that come to their turn then do nothing: otherwise
   * each would hold one of the few threads that this process has for files.
   */
  take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(() => attempt(signal, work, this.#hint));
    this.#last = done.catch(() => {});
    return done;
  }
}

async function attempt<Result>(signal: AbortSignal, work: () => Promise<Result>, hint: string): Promise<Result> {
  if (signal.aborted) throw new BackendError("the request was given up", { retryable: true, cause: signal.reason });
  try {
    return await work();
  } catch (error) {
    const { code, errno, message } = error as NodeJS.ErrnoException;
    if (error instanceof BackendError || code === undefined || errno === undefined) throw error;
    throw new BackendError(`its files cannot be written: ${message}`, {
      retryable: PASSING.includes(code),
      hint,
      cause: error,
    });
  }
}
