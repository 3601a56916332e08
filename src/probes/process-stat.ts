/** One process as /proc/<pid>/stat shows it. CPU times are in clock ticks since its start. */
export interface ProcessStat {
  readonly pid: number;
  /** At most 15 bytes of the program's name. */
  readonly name: string;
  /** The kernel's letter. */
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** User and system time of its own threads. */
  readonly ownTicks: number;
  /** The same of its children that ended and were waited for, and of theirs. */
  readonly reapedTicks: number;
  /** Ticks after boot; together with the pid it tells a process from a later one with the same pid. */
  readonly startTicks: number;
  /** Resident pages. */
  readonly rssPages: number;
}

/**
 * pid, name, state, parent, session, utime, stime, cutime, cstime, starttime, rss. The name is greedy: a program may have
 * parentheses and blanks in its own. One expression, since it is what a reading of the process table is made of.
 */
const LINE =
  /^(\d+) \((.*)\) (\S) (\d+) -?\d+ (\d+) (?:-?\d+ ){7}(\d+) (\d+) (-?\d+) (-?\d+) (?:-?\d+ ){4}(\d+) \d+ (\d+)/s;

/**
 * Pure; `undefined` for a line that is cut short or damaged. Fields behind the resident pages are ignored.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 *
 *   6019 (cat) R 6006 6006 3344 0 -1 4194304 98 0 0 0 0 0 0 0 20 0 1 0 112974 3133440 379 …
 *   pid  name    parent     session                   u s cu cs          start         rss
 */
export function parseProcessStat(line: string): ProcessStat | undefined {
  const fields = LINE.exec(line);
  if (fields === null) return undefined;
  const [, pid, name = "", state = "", parent, session, user, system, reapedUser, reapedSystem, start, rss] = fields;
  return {
    pid: Number(pid),
    name,
    state,
    parent: Number(parent),
    session: Number(session),
    ownTicks: Number(user) + Number(system),
    reapedTicks: Number(reapedUser) + Number(reapedSystem),
    startTicks: Number(start),
    rssPages: Number(rss),
  };
}

/** Whether two readings are of one process, not of two that had the same pid. */
export function isSameProcess(one: ProcessStat | undefined, other: ProcessStat | undefined): boolean {
  return one !== undefined && other !== undefined && one.pid === other.pid && one.startTicks === other.startTicks;
}

/** Ticks that a process used since an earlier reading of the table; one that is new counts from its start. */
export function ticksSince(before: ReadonlyMap<number, ProcessStat>, process: ProcessStat): number {
  const earlier = before.get(process.pid);
  if (earlier === undefined || !isSameProcess(earlier, process)) return process.ownTicks;
  return Math.max(0, process.ownTicks - earlier.ownTicks);
}
