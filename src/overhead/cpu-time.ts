import { readdirSync, readFileSync } from "node:fs";

/**
 * Milliseconds of CPU time of all threads of some processes so far. Undefined where the kernel does not tell it, or one
 * of them has ended. To the nanosecond, where /proc/<pid>/stat counts in hundredths of a second.
 *
 * Reads /proc/<pid>/task/<tid>/schedstat: `105820343 4133214 312`, the first of which is nanoseconds on a CPU.
 * https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 * @param proc root of procfs
 */
export function cpuTimeOf(proc: string, pids: readonly number[]): number | undefined {
  try {
    const texts = pids.flatMap((pid) => {
      const tasks = `${proc}/${pid}/task`;
      return readdirSync(tasks).map((task) => readFileSync(`${tasks}/${task}/schedstat`, "latin1"));
    });
    const nanoseconds = texts.map(parseSchedstat);
    if (nanoseconds.includes(undefined)) return undefined;
    return nanoseconds.reduce((sum: number, one) => sum + (one ?? 0), 0) / 1e6;
  } catch {
    return undefined; // not Linux, or one of them has just ended
  }
}

/** Nanoseconds on a CPU. */
export function parseSchedstat(text: string): number | undefined {
  const [, first] = /^(\d+) \d+ \d+\s*$/.exec(text) ?? [];
  return first === undefined ? undefined : Number(first);
}
