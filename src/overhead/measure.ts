import { setTimeout as wait } from "node:timers/promises";
import type { IntervalCost, Overhead, OverheadProgress, ProbeCost } from "../model/overhead.ts";
import type { Host } from "../model/probe.ts";
import { createCommandTimer, createKernelTimer, type WorkTimer } from "./work-timer.ts";
import { probeCosts } from "./probe-costs.ts";
import { type QuietCost, quietCosts } from "./quiet-cost.ts";
import { recommend } from "./recommend.ts";
import { type Rounds, timeRounds } from "./rounds.ts";
import { openStage, type Stage } from "./stage.ts";
import { type SampleSlowdown, slowdownsOfSamples } from "./sample-slowdown.ts";
import { median, slowdownOf } from "./statistics.ts";
import { traceSamples } from "./trace-samples.ts";

export interface OverheadOptions {
  /** What starts tracelet: a program and its first arguments. */
  readonly tracelet: readonly string[];
  /** What starts the kernel. */
  readonly kernel: readonly string[];
  /** Processes of the kernel that work at the same time. */
  readonly workers: number;
  /** Measured instead of the kernels. */
  readonly command?: readonly string[];
  /** The folder that the command runs in. */
  readonly cwd: string;
  /** Seconds. */
  readonly intervals: readonly number[];
  /** Seconds after which nothing new is begun. */
  readonly time: number;
  /** Percent. */
  readonly budget: number;
  readonly host: Host;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds of CPU time of this process so far. */
  readonly cpuTime: () => number;
  /** Ends everything at once: what is under way fails, and nothing stays behind. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: OverheadProgress) => void;
}

/** Share of the time for what tracelet takes beside a command that waits. */
const QUIET_SHARE = 0.2;

/** Share of the time in which the kernels are watched around samples. */
const TRACED_SHARE = 0.5;

/** Percentage points on either side that are good enough of what is seen around samples. */
const GOOD_AROUND_SAMPLES = 0.05;

/** Percentage points on either side; nobody chooses an interval by less. */
const GOOD_ENOUGH = 0.2;

/**
 * Measures what watching costs on this machine, in about the time that it has. Runs of the real `tracelet run` in stores of
 * their own, which are removed.
 * @throws UserError for a command that fails
 */
export async function measureOverhead(options: OverheadOptions): Promise<Overhead> {
  const { intervals, time, signal, budget, host } = options;
  const started = host.now();
  const elapsed = () => (host.now() - started) / 1000;
  const tell = (what: OverheadProgress["what"], rounds = 0, uncertainty?: number) =>
    options.onProgress({
      what,
      elapsed: elapsed(),
      time,
      rounds,
      ...(uncertainty === undefined ? {} : { uncertainty }),
    });
  const stage = await openStage(options);
  try {
    tell(options.command === undefined ? "calibration" : "warm-up");
    const timer = await workTimer(stage, options, (1 - QUIET_SHARE) * time);
    tell("probes");
    let probes: readonly ProbeCost[] = [];
    const quiet = await quietCosts({
      ...options,
      stage,
      proc: host.proc,
      window: Math.min(QUIET_SHARE * time, 2 * Math.max(...intervals)),
      meanwhile: async () => {
        probes = await probeCosts(host, { ...options, wait: (ms) => wait(ms, undefined, { signal }) });
      },
    });
    const around = await slowdownsAroundSamples(stage, options, quiet, () => tell("samples"));
    tell("rounds");
    const timed = await timeRounds({
      intervals,
      time: (arm) => timer.time(arm),
      now: elapsed,
      deadline: time,
      goodEnough: GOOD_ENOUGH,
      onRound: (rounds, uncertainty) => tell("rounds", rounds, uncertainty),
    });
    const costs = intervals.map((interval) =>
      costOf(interval, timed, timer, quiet.get(interval), around.get(interval)),
    );
    const once = median(timer.once());
    return {
      baseline_seconds: median(timed.baseline) ?? 0,
      intervals: costs,
      probes,
      budget_percent: budget,
      ...recommend(costs, budget),
      ...(once === undefined ? {} : { once_seconds: once }),
      ...(options.command === undefined ? { workers: options.workers } : { command: options.command }),
    };
  } finally {
    await stage.close();
  }
}

function workTimer(stage: Stage, options: OverheadOptions, left: number): Promise<WorkTimer> {
  const { command, cwd, kernel, workers, signal, intervals } = options;
  if (command !== undefined) return createCommandTimer(stage, { command, cwd, intervals, left });
  return createKernelTimer(stage, { kernel, processes: workers, signal });
}

/** The kernels tell how they get on; of a command nothing is known but when it is through. */
async function slowdownsAroundSamples(
  stage: Stage,
  options: OverheadOptions,
  quiet: ReadonlyMap<number, QuietCost>,
  onTurn: () => void,
): Promise<ReadonlyMap<number, SampleSlowdown>> {
  const { command, kernel, workers, signal, intervals, time } = options;
  if (command !== undefined) return new Map();
  onTurn();
  const traced = await traceSamples({
    stage,
    kernel,
    processes: workers,
    signal,
    intervals,
    onTurn,
    time: TRACED_SHARE * time,
    goodEnough: GOOD_AROUND_SAMPLES,
  });
  const seen = Array.from(traced, ([interval, lost]) => {
    const between = quiet.get(interval)?.betweenPercent;
    return { interval, lost, ...(between === undefined ? {} : { between }) };
  });
  return slowdownsOfSamples(seen, workers);
}

function costOf(
  interval: number,
  { pairs }: Rounds,
  timer: WorkTimer,
  quiet: QuietCost = {},
  around?: SampleSlowdown,
): IntervalCost {
  const own = pairs.get(interval) ?? [];
  const paired = slowdownOf(own);
  const { percent, ci95 } = around ?? paired;
  const { cpuPercent = quiet.cpuPercent, memoryRss = quiet.memoryRss } = timer.seen(interval);
  return {
    interval,
    seconds: median(own.map(({ watched }) => watched)) ?? 0,
    slowdown_percent: percent,
    ...(ci95 === undefined ? {} : { ci95 }),
    ...(around === undefined ? {} : { samples: around.samples, sample_ms: around.lost }),
    pairs: own.length,
    ...(around === undefined ? {} : { paired_percent: paired.percent }),
    ...(around === undefined || paired.ci95 === undefined ? {} : { paired_ci95: paired.ci95 }),
    ...(cpuPercent === undefined ? {} : { tracelet_cpu_percent: cpuPercent }),
    ...(memoryRss === undefined ? {} : { tracelet_memory_rss: memoryRss }),
    ...(quiet.lineLatency === undefined ? {} : { line_latency_ms: quiet.lineLatency }),
  };
}
