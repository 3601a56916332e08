/** What watching costs at one interval, as `tracelet overhead --json` has it. What could not be measured is absent. */
export interface IntervalCost {
  /** Seconds between two samples. */
  readonly interval: number;
  /** Seconds that the watched work took, the median of its runs. */
  readonly seconds: number;
  /** How much longer the work took than without tracelet beside it, in percent. Noise can make it negative. */
  readonly slowdown_percent: number;
  /** Where the slowdown lies with a confidence of 95 %; absent where a single pair says nothing of that. */
  readonly ci95?: readonly [low: number, high: number];
  /** Samples that the work was seen to go on around, where the slowdown is made from that. */
  readonly samples?: number;
  /** Milliseconds of the work's time that each of them took. */
  readonly sample_ms?: number;
  /** Pairs of a baseline and a watched run. */
  readonly pairs: number;
  /** The slowdown by these pairs, where it is not the one above. */
  readonly paired_percent?: number;
  readonly paired_ci95?: readonly [low: number, high: number];
  /** CPU time of wrapper and watcher in percent of one core. */
  readonly tracelet_cpu_percent?: number;
  /** Bytes of resident memory of wrapper and watcher; pages that they share count once for each. */
  readonly tracelet_memory_rss?: number;
  /** Milliseconds that tracelet adds to the way of a line, the median. */
  readonly line_latency_ms?: number;
}

/** What one reading of a probe costs. */
export interface ProbeCost {
  readonly id: string;
  /** Milliseconds of CPU time. Programs that a probe starts are not in it. */
  readonly cpu_ms: number;
}

/** What `tracelet overhead` found. */
export interface Overhead {
  /** Seconds that the work takes without tracelet, the median of its runs. */
  readonly baseline_seconds: number;
  /** By interval, the shortest first. */
  readonly intervals: readonly IntervalCost[];
  readonly probes: readonly ProbeCost[];
  readonly budget_percent: number;
  /** Seconds: the shortest of the intervals whose slowdown is surely within the budget; absent where none is. */
  readonly recommended_interval?: number;
  /** Seconds, by the rule that others use: 30 where the slowdown at the shortest interval is over 5 %, else 5. */
  readonly classic_interval: number;
  /** Seconds that `tracelet run` takes before the command starts and after it has ended, whatever the interval. */
  readonly once_seconds?: number;
  /** The work: the two kernels of tracelet's own, or the command as typed. */
  readonly command?: readonly string[];
  /** Processes of the kernels that work at the same time; absent for a command. */
  readonly workers?: number;
}

/** How far a measurement has come. */
export interface OverheadProgress {
  readonly what: "probes" | "calibration" | "warm-up" | "samples" | "rounds";
  /** Seconds since it began. */
  readonly elapsed: number;
  /** Seconds that it is to take. */
  readonly time: number;
  /** Rounds that are done; a round has one baseline run and one for each interval. */
  readonly rounds: number;
  /** Percentage points on either side of the least certain slowdown, once known. */
  readonly uncertainty?: number;
}
