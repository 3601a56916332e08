import { BackendError } from "../model/backend.ts";

/** Codes that may pass by themselves. */
const PASSING = new Set(["ENOSPC", "EDQUOT", "EIO", "EAGAIN", "EBUSY", "EMFILE", "ENFILE", "ESTALE", "ETIMEDOUT"]);

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
}

/** Why a folder cannot be written. */
export function whatFailed(folder: string, cause: NodeJS.ErrnoException & { readonly code: string }): BackendError {
  return new BackendError(`${folder} cannot be written: ${cause.code}`, {
    retryable: PASSING.has(cause.code),
    hint: "see to its disk and its permissions, or set WANDB_DIR to another folder",
    cause,
  });
}
