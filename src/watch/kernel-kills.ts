import { readFileSync } from "node:fs";

/**
 * Processes that the kernel of this machine has killed for want of memory since it was started: `oom_kill` of
 * /proc/vmstat, there since Linux 4.13, for the whole machine also in a container.
 * https://docs.kernel.org/admin-guide/mm/index.html
 *
 *   oom_kill 3
 *
 * @param proc root of procfs
 * @returns `undefined` where it is not told
 */
export function readKernelKills(proc: string): number | undefined {
  try {
    return parseKernelKills(readFileSync(`${proc}/vmstat`, "latin1"));
  } catch {
    return undefined; // not Linux, or /proc is hidden: then this is no evidence
  }
}

/** The number in the text of /proc/vmstat. */
export function parseKernelKills(text: string): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}
