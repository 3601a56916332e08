import type { MetricSpec, Reading } from "../model/metric.ts";

import { keepOpen } from "./kept-file.ts";
import { createProcessReader } from "./process-files.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
import type { IoMembers, ProcessIo } from "./workload-io-members.ts";
import { readIoAgain } from "./workload-io-members.ts";
import { growthBetween } from "./workload-ticks.ts";

const SOURCE = "/proc/<pid>/io";
const METRICS = [
  {
    key: "workload_read_bytes",
    unit: "bytes",
    kind: "counter",
    description:
      "Bytes that the command read through system calls since its start, from wherever: disks, caches, pipes.",
    source: SOURCE,
  },
  {
    key: "workload_write_bytes",
    unit: "bytes",
    kind: "counter",
    description: "Bytes that the command wrote through system calls since its start, to wherever.",
    source: SOURCE,
  },
  {
    key: "workload_disk_read_bytes",
    unit: "bytes",
    kind: "counter",
    description:
      "Bytes that had to be fetched from disks for the command since its start; what was in memory is not in it.",
    source: SOURCE,
  },
  {
    key: "workload_disk_write_bytes",
    unit: "bytes",
    kind: "counter",
    description: "Bytes that the command has made the kernel write to disks since its start, now or later.",
    source: SOURCE,
  },
] as const satisfies readonly MetricSpec[];

// The kernel adds what a child moved to its parent's own count when it is waited for.
const COUNTS = METRICS.map((_, index) => ({ own: () => 0, reaped: ({ counts }: ProcessIo) => counts[index] ?? 0 }));

/**
 * What the command and everything below it read and wrote. Both levels, since they tell different things: a data set that
 * is in memory is read through system calls and never from a disk; files that are mapped are read without any.
 * https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields
 *
 * It is read where the process shows that it did something, and every five seconds.
 *
 * Unavailable: the kernel does not account for it, or lets nobody look. Left out: everything where there is no workload,
 * and while none of its processes lets us look, as those of another user.
 */
export const workloadIo: ScanningProbe = {
  id: "workload_io",
  metrics: METRICS,
  open(host, scan) {
    const own = keepOpen(`${host.proc}/self/io`, keysOf(METRICS));
    if (isReason(own)) return Promise.resolve(own);
    const text = own.read();
    own.close();
    if (parseProcessIo(Buffer.from(text)) === undefined) {
      return Promise.resolve(unavailable(keysOf(METRICS), `${own.path} has no such counts`));
    }
    const reader = createProcessReader({ proc: host.proc, file: "io", parse: parseProcessIo });
    const from = { proc: host.proc, read: reader.readOften };
    let totals = METRICS.map(() => 0);
    let last: IoMembers = new Map();
    return Promise.resolve({
      sample(target): Reading[] {
        if (target.pid === undefined) return [];
        const now = readIoAgain(scan.workload(target).processes, last, { ...from, at: host.now() });
        if (now.size === 0) return [];
        if (hasOthers(last, now)) reader.keepOnly(now.keys());
        const growth = growthBetween(last, now, COUNTS);
        totals = totals.map((total, index) => total + (growth[index] ?? 0));
        last = now;
        return readingsOf(Object.fromEntries(METRICS.map(({ key }, index) => [key, totals[index]])));
      },
      close: () => reader.close(),
    });
  },
};

function hasOthers(before: IoMembers, after: IoMembers): boolean {
  if (before.size !== after.size) return true;
  for (const pid of after.keys()) if (!before.has(pid)) return true;
  return false;
}

/**
 * Bytes read and written through system calls, then those of disks; nothing where one of the four is missing. Pure.
 *
 *   rchar: 323934931
 *   wchar: 323929600
 *   syscr: 632687            not needed, as the others
 *   read_bytes: 0
 *   write_bytes: 323932160
 */
export function parseProcessIo(bytes: Buffer, length = bytes.length): readonly number[] | undefined {
  const counts: number[] = [];
  let line = 0;
  for (const name of NAMES) {
    // Always in this order; what is between them is passed over.
    while (line < length && !startsWith(bytes, line, name)) line = lineBehind(bytes, line, length);
    const count = wholeNumber(bytes, line + name.length, length);
    if (count === undefined) return undefined;
    counts.push(count);
  }
  return counts;
}

const NAMES = ["rchar: ", "wchar: ", "read_bytes: ", "write_bytes: "].map((name) => Buffer.from(name));
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;

function startsWith(bytes: Buffer, at: number, name: Buffer): boolean {
  for (let index = 0; index < name.length; index += 1) if (bytes[at + index] !== name[index]) return false;
  return true;
}

function lineBehind(bytes: Buffer, at: number, end: number): number {
  let index = at;
  while (index < end && bytes[index] !== NEWLINE) index += 1;
  return index + 1;
}

/** The number at this place, up to the end of its line; one that is cut short is none. */
function wholeNumber(bytes: Buffer, from: number, end: number): number | undefined {
  let value = 0;
  for (let index = from; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === NEWLINE) return index === from ? undefined : value;
    if (byte < ZERO || byte > NINE) return undefined;
    value = 10 * value + (byte - ZERO);
  }
  return undefined;
}
