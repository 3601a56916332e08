import { readFileSync, readlinkSync } from "node:fs";

/** The bits of open(2)'s flags that say whether a file is open for reading, writing or both. */
const ACCESS_MODE = 0o3;
const WRITE_ONLY = 0o1;

/**
 * Whether we were started by `nohup`. It has the hang-up ignored, but Node sets every signal back to its default action
 * before any of our code runs. What is left to see: GNU nohup replaces a terminal on stdin by the null device, opened
 * for writing only, which nobody else does. https://www.gnu.org/software/coreutils/manual/html_node/nohup-invocation.html
 */
export function isUnderNohup(): boolean {
  try {
    if (readlinkSync("/proc/self/fd/0") !== "/dev/null") return false;
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync("/proc/self/fdinfo/0", "latin1"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) === WRITE_ONLY;
  } catch {
    return false; // no /proc, or stdin is closed
  }
}
