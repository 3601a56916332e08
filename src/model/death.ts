/** What a command may have died of. `unknown`: nothing shows it. */
export type Cause =
  | "out of memory"
  | "out of GPU memory"
  | "error"
  | "signal"
  | "disk full"
  | "shared memory full"
  | "stopped by a rule"
  | "unknown";

/** One thing that the evidence supports. */
export interface Finding {
  readonly cause: Cause;
  /** One lower-case sentence with the evidence in it. */
  readonly text: string;
}

/** Why a command died, as far as that shows. */
export interface Death {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The most specific first. */
  readonly findings: readonly Finding[];
  /** The last lines of the output that say something about it. */
  readonly output: readonly string[];
}

/** Readings of a short time, once a second or at the interval, whichever is shorter. */
export interface Closeup {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** What it was kept for: `critical alert` or `abnormal end`. */
  readonly reason: string;
  readonly samples: readonly { readonly timestamp: number; readonly metrics: Readonly<Record<string, number>> }[];
}
