import { closeSync, openSync, readSync } from "node:fs";

import { errorCode } from "./kept-file.ts";
import { readSmallFile } from "./small-file.ts";

/** Reads one file of single processes, through descriptors that stay open as long as there is room for them. */
export interface ProcessReader<Value> {
  /** A process as it is now; `undefined` when it is gone or hidden. Throws the system's error for everything else. */
  readonly read: (pid: number) => Value | undefined;
  /** The same for a process that may not be read again: no descriptor stays open for it. */
  readonly readOnce: (pid: number) => Value | undefined;
  /** The same for a process that is read in every tick: it has room of its own. */
  readonly readOften: (pid: number) => Value | undefined;
  /** Lets go of the descriptors of all processes but these. */
  keepOnly(pids: Iterable<number>): void;
  close(): void;
}

/** The kernel keeps a page for each descriptor of this kind: 2 MiB at most. */
const MOST_KEPT = 512;
const KEPT_FOR_OFTEN = 64;
/** The share of the descriptors that this process may have. */
const SHARE = 1 / 4;
/** `stat` is some 300 bytes and `io` some 100: they always fit. */
const MOST_BYTES = 4096;
/** Counts grow by a digit now and then. */
const MARGIN = 32;
const NO_BYTES = Buffer.alloc(0);
const GONE = new Set(["ENOENT", "ESRCH"]);
/** The mount option hidepid. */
const HIDDEN = new Set(["EACCES", "EPERM"]);

export interface ProcessReaderOptions<Value> {
  /** Root of procfs. */
  readonly proc: string;
  /** The file's name below the process's folder. */
  readonly file: string;
  /** What the first `length` of these bytes say, given what they said before; nothing when they are damaged. */
  readonly parse: (bytes: Buffer, length: number, before?: Value) => Value | undefined;
  /** Called when a process is there and may not be looked at. */
  readonly onHidden?: () => void;
}

/** A descriptor that stays open, and what was read through it last. */
interface Kept<Value> {
  readonly fd: number;
  bytes: Buffer;
  length: number;
  value: Value | undefined;
}

/**
 * A descriptor that was kept belongs to its process: when that has ended and been waited for it reads ESRCH, also when
 * another process has the pid by then. Reading it takes half the time of opening the path, reading and closing. Most processes
 * of a machine do nothing most of the time: what reads as it did is not parsed again.
 */
export function createProcessReader<Value>({
  proc,
  file,
  parse,
  onHidden,
}: ProcessReaderOptions<Value>): ProcessReader<Value> {
  const buffer = Buffer.allocUnsafe(MOST_BYTES);
  const kept = new Map<number, Kept<Value>>();
  let room: number | undefined;
  const readAgain = (one: Kept<Value>) => {
    const length = readSync(one.fd, buffer, 0, MOST_BYTES, 0);
    if (length === one.length && startsAlike(buffer, one.bytes, length)) return one.value;
    if (one.bytes.length < length) one.bytes = Buffer.allocUnsafe(length + MARGIN);
    one.length = buffer.copy(one.bytes, 0, 0, length);
    one.value = parse(buffer, length, one.value);
    return one.value;
  };
  const forget = (pid: number) => {
    const one = kept.get(pid);
    kept.delete(pid);
    if (one !== undefined) closeSync(one.fd);
  };
  const absent = (error: unknown) => {
    const code = errorCode(error) ?? "";
    if (HIDDEN.has(code)) onHidden?.();
    else if (!GONE.has(code)) throw error;
    return undefined;
  };
  const readOnce = (pid: number) => {
    try {
      const fd = openSync(`${proc}/${pid}/${file}`, "r");
      try {
        return parse(buffer, readSync(fd, buffer, 0, MOST_BYTES, 0));
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      return absent(error);
    }
  };
  const readKept = (pid: number, most: number) => {
    let one = kept.get(pid);
    if (one === undefined && kept.size >= most) return readOnce(pid);
    try {
      one ??= { fd: openSync(`${proc}/${pid}/${file}`, "r"), bytes: NO_BYTES, length: 0, value: undefined };
      kept.set(pid, one);
      return readAgain(one);
    } catch (error) {
      forget(pid);
      return absent(error);
    }
  };
  const most = () => (room ??= Math.min(MOST_KEPT, Math.floor(SHARE * descriptorLimit(proc))));
  return {
    read: (pid) => readKept(pid, most()),
    readOnce,
    readOften: (pid) => readKept(pid, most() + KEPT_FOR_OFTEN),
    keepOnly(pids) {
      const wanted = new Set(pids);
      for (const pid of kept.keys()) if (!wanted.has(pid)) forget(pid);
    },
    close() {
      for (const { fd } of kept.values()) closeSync(fd);
      kept.clear();
    },
  };
}

/** In most readings they differ early on: Buffer's own comparison takes longer to be called. */
function startsAlike(one: Buffer, other: Buffer, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** How many files this process may have open at a time; what every system grants where that is not told. */
function descriptorLimit(proc: string): number {
  return parseDescriptorLimit(readSmallFile(`${proc}/self/limits`) ?? "") ?? 256;
}

/**
 * The soft limit. Pure. https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 *
 *   Max open files            1024                 1048576              files
 */
export function parseDescriptorLimit(text: string): number | undefined {
  const [, limit] = /^Max open files +(\d+|unlimited) /m.exec(text) ?? [];
  if (limit === undefined) return undefined;
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
