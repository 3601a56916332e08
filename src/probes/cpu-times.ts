/**
 * What /proc/stat says of the CPUs. https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat
 *
 *   cpu  7568 0 4234 211418 677 0 143 2138 0 0
 *   cpu0 2935 0 1836 107228 35 0 30 1083 0 0
 *        user nice system idle iowait irq softirq steal guest guest_nice      in jiffies (1/100 s) since boot
 */
export interface CpuStat {
  /** The line `cpu`: all cores together. */
  readonly all?: CpuTimes;
  /** The lines `cpu0`, `cpu1` …: cores that are online. */
  readonly cores: ReadonlyMap<string, CpuTimes>;
}

/**
 * user, nice, system, idle, iowait, irq, softirq, steal, in jiffies. guest and guest_nice are left out: the kernel
 * has them in user and nice already.
 */
export type CpuTimes = readonly number[];

const FIELDS = 8;
/** Kernels before 2.6 have no more than user, nice, system and idle. */
const FEWEST_FIELDS = 4;
const IDLE = 3;
const IOWAIT = 4;

/** Pure. A line that is cut short or damaged is left out. */
export function parseCpuStat(text: string): CpuStat {
  const cores = new Map<string, CpuTimes>();
  let all: CpuTimes | undefined;
  for (const line of cpuLines(text)) {
    const { name, times } = parseCpuLine(line);
    if (times === undefined) continue;
    if (name === "cpu") all = times;
    else cores.set(name, times);
  }
  return { cores, ...(all === undefined ? {} : { all }) };
}

/** All cores together, and how many are online: on machines with hundreds of cores their lines need not be read. */
export interface CpuTotal {
  readonly all?: CpuTimes;
  readonly online: number;
}

/** Pure. */
export function parseCpuTotal(text: string): CpuTotal {
  let online = 0;
  let all: CpuTimes | undefined;
  for (const line of cpuLines(text)) {
    if (line.startsWith("cpu ")) all = parseCpuLine(line).times;
    else if (/^cpu\d+ /.test(line)) online += 1;
  }
  return { online, ...(all === undefined ? {} : { all }) };
}

function parseCpuLine(line: string): { name: string; times?: CpuTimes } {
  const [name = "", ...fields] = line.split(/ +/, FIELDS + 1);
  const times = fields.map(Number);
  const isGood = times.length >= FEWEST_FIELDS && fields.every((field) => field !== "") && times.every(Number.isFinite);
  return isGood ? { name, times } : { name };
}

/** The CPU lines come first; what follows (`intr` alone can be several kB) is never split. */
function* cpuLines(text: string): Generator<string> {
  let start = 0;
  while (text.startsWith("cpu", start)) {
    const end = text.indexOf("\n", start);
    yield text.slice(start, end === -1 ? undefined : end);
    if (end === -1) return;
    start = end + 1;
  }
}

/** Jiffies that passed between two readings, summed over the cores a line stands for. */
export function jiffiesBetween(before: CpuTimes, after: CpuTimes): number {
  return deltas(before, after).reduce((sum, delta) => sum + delta, 0);
}

/**
 * Busy share of the time between two readings, 0–100, in psutil's meaning: everything but idle and iowait, steal
 * included. `undefined` when no time passed.
 */
export function busyPercent(before: CpuTimes, after: CpuTimes): number | undefined {
  const spent = deltas(before, after);
  const total = spent.reduce((sum, delta) => sum + delta, 0);
  if (total === 0) return undefined;
  const idle = (spent[IDLE] ?? 0) + (spent[IOWAIT] ?? 0);
  return (100 * (total - idle)) / total;
}

/** idle and iowait may go back by some jiffies (the kernel says so itself); that counts as no time. */
function deltas(before: CpuTimes, after: CpuTimes): number[] {
  return after.map((time, field) => Math.max(0, time - (before[field] ?? 0)));
}
