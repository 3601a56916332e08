import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Workload } from "../model/probe.ts";

import { keepOpen } from "./kept-file.ts";
import { createProcessReader } from "./process-files.ts";
import type { ProcessScan } from "./process-scan.ts";
import type { ProcessIdentity } from "./process-stat.ts";
import { isSameProcess } from "./process-stat.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";
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

/** The counts of one process, its waited-for children included, in the order of the keys. */
interface ProcessIo extends ProcessIdentity {
  readonly counts: readonly number[];
}

/**
 * What the command and everything below it read and wrote. Both levels, since they tell different things: a data set that
 * is in memory is read through system calls and never from a disk; files that are mapped are read without any.
 * https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields
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
    const totals = METRICS.map(() => 0);
    let last: ReadonlyMap<number, ProcessIo> = new Map();
    return Promise.resolve({
      sample(target): Reading[] {
        if (target.pid === undefined) return [];
        const now = readMembers(scan, target, reader.readOften, last);
        if (now.size === 0) return [];
        reader.keepOnly(now.keys());
        // The kernel adds what a child moved to its parent's own count when it is waited for.
        for (const [index] of METRICS.entries()) {
          const count = { own: () => 0, reaped: ({ counts }: ProcessIo) => counts[index] ?? 0 };
          totals[index] = (totals[index] ?? 0) + growthBetween(last, now, count);
        }
        last = now;
        return readingsOf(Object.fromEntries(METRICS.map(({ key }, index) => [key, totals[index]])));
      },
      close: () => reader.close(),
    });
  },
};

function readMembers(
  scan: ProcessScan,
  target: Workload,
  read: (pid: number) => readonly number[] | undefined,
  last: ReadonlyMap<number, ProcessIo>,
): Map<number, ProcessIo> {
  const members = new Map<number, ProcessIo>();
  for (const { pid, parent, startTicks } of scan.workload(target).processes.values()) {
    const known = last.get(pid);
    const identity = { pid, parent, startTicks };
    // Between its end and its parent's waiting for it, it may not let us look: nothing is lost by then.
    const counts = read(pid) ?? (isSameProcess(known, identity) ? known?.counts : undefined);
    if (counts !== undefined) members.set(pid, { ...identity, counts });
  }
  return members;
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
  for (const name of NAMES) {
    const at = bytes.indexOf(name);
    // `cancelled_write_bytes` ends like another name.
    if (at === -1 || at >= length || (at > 0 && bytes[at - 1] !== NEWLINE)) return undefined;
    const count = wholeNumber(bytes, at + name.length, length);
    if (count === undefined) return undefined;
    counts.push(count);
  }
  return counts;
}

const NAMES = ["rchar: ", "wchar: ", "read_bytes: ", "write_bytes: "].map((name) => Buffer.from(name));
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;

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
