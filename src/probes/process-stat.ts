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
  /** Page faults of its own threads for which something had to be read. */
  readonly ownMajorFaults: number;
  /** The same of its children that ended and were waited for, and of theirs. */
  readonly reapedMajorFaults: number;
  readonly threads: number;
  /** Ticks after boot; together with the pid it tells a process from a later one with the same pid. */
  readonly startTicks: number;
  /** Resident pages. */
  readonly rssPages: number;
}

const BLANK = 0x20;
const OPENING = 0x28;
const CLOSING = 0x29;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BEYOND_ASCII = 0x80;

/** Fields behind the state, counted from the parent, which is the first. */
const WANTED = {
  parent: 0,
  session: 2,
  majorFaults: 8,
  reapedMajorFaults: 9,
  threads: 16,
  user: 10,
  system: 11,
  reapedUser: 12,
  reapedSystem: 13,
  start: 18,
  rss: 20,
};
/** The signal that the parent gets at the end: -1 for a thread, by which the kernel itself tells it. */
const EXIT_SIGNAL = 34;

/**
 * Pure; `undefined` for a line that is cut short or damaged. Fields behind the resident pages are ignored. It works on
 * bytes: making a text of each line, and texts of its fields, takes as long as reading it.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 *
 *   6019 (cat) R 6006 6006 3344 0 -1 4194304 98 0 0 0 0 0 0 0 20 0 1 0 112974 3133440 379 …
 *   pid  name    parent     session               f cf u s cu cs     threads  start      rss
 *
 * @param length how many of the bytes are the line
 * @param before an earlier reading: a name that has not changed since is not made again
 */
export function parseProcessStat(
  bytes: Buffer,
  length = bytes.length,
  before?: Pick<ProcessStat, "name">,
): ProcessStat | undefined {
  const opening = bytes.indexOf(OPENING);
  // A program may have parentheses and blanks in its own name.
  const closing = lastIndexBefore(bytes, CLOSING, length);
  const pid = wholeNumber(bytes, 0, opening - 1);
  if (pid === undefined || closing < opening || bytes[opening - 1] !== BLANK) return undefined;
  if (bytes[closing + 1] !== BLANK || bytes[closing + 3] !== BLANK) return undefined;
  const fields = numbersFrom(bytes, closing + 4, length, WANTED.rss + 1);
  if (fields === undefined) return undefined;
  const field = (index: number) => fields[index] ?? 0;
  return {
    pid,
    name:
      before !== undefined && hasName(before.name, bytes, opening + 1, closing)
        ? before.name
        : bytes.toString("utf8", opening + 1, closing),
    state: String.fromCharCode(bytes[closing + 2] ?? 0),
    parent: field(WANTED.parent),
    session: field(WANTED.session),
    ownTicks: field(WANTED.user) + field(WANTED.system),
    reapedTicks: field(WANTED.reapedUser) + field(WANTED.reapedSystem),
    ownMajorFaults: field(WANTED.majorFaults),
    reapedMajorFaults: field(WANTED.reapedMajorFaults),
    threads: field(WANTED.threads),
    startTicks: field(WANTED.start),
    rssPages: field(WANTED.rss),
  };
}

/** Whether the bytes are this name; one that is not plain ASCII never is. */
function hasName(name: string, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code >= BEYOND_ASCII || bytes[from + index] !== code) return false;
  }
  return true;
}

/**
 * Whether a line is that of a thread: /proc shows a thread below its own pid as well, with the numbers of its whole process.
 * A line that is too short to tell is none. Pure.
 */
export function isThread(bytes: Buffer, length = bytes.length): boolean {
  let index = lastIndexBefore(bytes, CLOSING, length) + 4;
  for (let field = 0; field < EXIT_SIGNAL && index < length; index += 1) if (bytes[index] === BLANK) field += 1;
  return index < length && bytes[index] === MINUS;
}

function lastIndexBefore(bytes: Buffer, byte: number, end: number): number {
  let index = end - 1;
  while (index >= 0 && bytes[index] !== byte) index -= 1;
  return index;
}

function wholeNumber(bytes: Buffer, from: number, to: number): number | undefined {
  if (to <= from) return undefined;
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < ZERO || byte > NINE) return undefined;
    value = 10 * value + (byte - ZERO);
  }
  return value;
}

/** So many whole numbers with one blank between two of them; `undefined` where there is anything else. */
function numbersFrom(bytes: Buffer, from: number, end: number, count: number): number[] | undefined {
  const numbers: number[] = [];
  let index = from;
  while (numbers.length < count) {
    const isNegative = bytes[index] === MINUS;
    if (isNegative) index += 1;
    const first = index;
    let value = 0;
    for (; index < end; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      value = 10 * value + (byte - ZERO);
    }
    const isLast = numbers.length === count - 1;
    if (index === first || (!isLast && (index >= end || bytes[index] !== BLANK))) return undefined;
    numbers.push(isNegative ? -value : value);
    index += 1;
  }
  return numbers;
}

/** What tells a process from all others, and who started it. */
export type ProcessIdentity = Pick<ProcessStat, "pid" | "parent" | "startTicks">;

/** Whether two readings are of one process, not of two that had the same pid. */
export function isSameProcess(one: ProcessIdentity | undefined, other: ProcessIdentity | undefined): boolean {
  return one !== undefined && other !== undefined && one.pid === other.pid && one.startTicks === other.startTicks;
}

/** Ticks that a process used since an earlier reading of the table; one that is new counts from its start. */
export function ticksSince(before: ReadonlyMap<number, ProcessStat>, process: ProcessStat): number {
  const earlier = before.get(process.pid);
  if (earlier === undefined || !isSameProcess(earlier, process)) return process.ownTicks;
  return Math.max(0, process.ownTicks - earlier.ownTicks);
}
