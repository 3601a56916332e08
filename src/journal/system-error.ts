import { getSystemErrorMap } from "node:util";

/** Whether the file system or another system call refused; `code` is the errno's name, such as `ENOENT`. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

const REFUSALS: readonly string[] = ["EROFS", "ENOSPC", "EDQUOT"];

/** Whether a disk takes nothing, from nobody: it is read-only, or full. */
export function isDiskRefusal(error: unknown): boolean {
  return isSystemError(error) && REFUSALS.includes(error.code);
}

/** Whether there were no file descriptors left, for this process or for all. */
export function isDescriptorShortage(error: unknown): error is NodeJS.ErrnoException {
  return isSystemError(error) && (error.code === "EMFILE" || error.code === "ENFILE");
}

/** The system's own words and the errno's name: `permission denied (EACCES)`. */
export function wordsOf(error: NodeJS.ErrnoException): string {
  const words = (error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1]) ?? "refused";
  return `${words} (${error.code})`;
}
