import { setTimeout as wait } from "node:timers/promises";
import { type CpuReading, followCpu, percentBetween } from "./between-samples.ts";
import { type KernelSession, startKernel } from "./kernel-session.ts";
import { mostMemory, readRecord } from "./run-record.ts";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

/** What tracelet takes beside a command that waits. */
export interface QuietCost {
  /** Percent of one core. */
  readonly cpuPercent?: number;
  /** Percent of one core as well: the part of it that falls between samples. */
  readonly betweenPercent?: number;
  readonly memoryRss?: number;
  /** Milliseconds added to the way of a line. */
  readonly lineLatency?: number;
}

export interface QuietCostOptions {
  readonly stage: Stage;
  readonly kernel: readonly string[];
  readonly intervals: readonly number[];
  /** Seconds that it may look at them. */
  readonly window: number;
  /** Root of procfs. */
  readonly proc: string;
  readonly signal: AbortSignal;
  /** Done meanwhile: what costs CPU time in this process disturbs no other's. */
  readonly meanwhile: () => Promise<void>;
}

/** Turns that each has in printing lines, one every five milliseconds, so that a bad moment is nobody's alone. */
const TURNS = 5;
const LINES_IN_A_TURN = 12;

/** Part of an interval that may be missing to a whole one. */
const TOLERANCE = 0.02;

/** Milliseconds in which V8 compiles what a watcher needs again and again. */
const WARM_UP = 1000;

/**
 * A watched command for each interval, all at the same time, since none does anything: what both of tracelet's processes
 * compute over a whole number of intervals, and how long lines take, against one that is not watched. An interval that is
 * longer than the window gets no share of CPU time.
 */
export async function quietCosts(options: QuietCostOptions): Promise<ReadonlyMap<number, QuietCost>> {
  const { stage, kernel, intervals, signal } = options;
  const start = (interval?: number) =>
    startKernel(stage, { kernel, processes: 1, signal, ...(interval === undefined ? {} : { interval }) });
  const bare = await start();
  const watched = await Promise.all(intervals.map(async (interval) => ({ interval, session: await start(interval) })));
  await wait(WARM_UP, undefined, { signal });
  const [, ...followed] = await Promise.all([
    options.meanwhile(),
    ...watched.map(({ session, interval }) => follow(session, interval, options)),
  ]);
  const latencies = await latenciesOf([bare, ...watched.map(({ session }) => session)]);
  // The newest samples are in the journal when the run is over.
  await Promise.all([bare, ...watched.map(({ session }) => session)].map((session) => session.finish()));
  const [base] = latencies;
  const costs = new Map<number, QuietCost>();
  for (const [index, { interval, session }] of watched.entries()) {
    const latency = latencies[index + 1];
    const lineLatency = latency === undefined || base === undefined ? undefined : latency - base;
    const readings = followed[index] ?? [];
    const cpuPercent = shareOver(readings, interval);
    const record = session.session.store === undefined ? undefined : await readRecord(session.session.store);
    const samples = (record?.samples ?? []).map(({ timestamp }) => timestamp);
    const betweenPercent = percentBetween(readings, samples, interval);
    const memoryRss = record === undefined ? undefined : mostMemory(record);
    costs.set(interval, {
      ...(cpuPercent === undefined ? {} : { cpuPercent }),
      ...(betweenPercent === undefined ? {} : { betweenPercent }),
      ...(memoryRss === undefined ? {} : { memoryRss }),
      ...(lineLatency === undefined ? {} : { lineLatency }),
    });
  }
  return costs;
}

async function follow(
  { session }: KernelSession,
  interval: number,
  { window: seconds, proc, signal }: QuietCostOptions,
): Promise<CpuReading[]> {
  const watcher = session.store === undefined ? undefined : (await readRecord(session.store))?.watcherPid;
  return watcher === undefined ? [] : followCpu({ proc, pids: [session.pid, watcher], seconds, interval, signal });
}

/** In percent of one core, over as many whole intervals as there are. */
function shareOver(readings: readonly CpuReading[], interval: number): number | undefined {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const intervals = Math.floor((last.at - first.at) / 1000 / interval + TOLERANCE);
  const end = readings.findLast(({ at }) => at <= first.at + 1000 * (intervals + TOLERANCE) * interval);
  return intervals === 0 || end === undefined ? undefined : (100 * (end.cpu - first.cpu)) / (end.at - first.at);
}

/** The median of each in milliseconds. One prints after the other: lines would get in each other's way. */
async function latenciesOf(sessions: readonly KernelSession[]): Promise<(number | undefined)[]> {
  const latencies = sessions.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [index, session] of sessions.entries()) {
      latencies[index]?.push(...(await session.print(LINES_IN_A_TURN)));
    }
  }
  return latencies.map(median);
}
