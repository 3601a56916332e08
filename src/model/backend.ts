import type { Alert } from "./alert.ts";
import type { Death } from "./death.ts";
import type { Finding } from "./finding.ts";
import type { RunEnd, RunHeader, StreamName } from "./run.ts";
import type { AlertEpisode, GpuTotals } from "./view.ts";

/** Most entries one `write` may carry. */
export interface BatchLimits {
  readonly metrics: number;
  readonly params: number;
  readonly tags: number;
}

/**
 * Training metrics that share a step on their way to a backend, mostly those of one line. A key may come again in a later
 * row, also of the same step.
 */
export interface MetricRow {
  /** A whole or fractional number as printed, or counted. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** By key. Any of them may be NaN or infinite. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** One reading of the machine on its way to a backend, under tracelet's own keys: the backend translates. */
export interface SystemSample {
  readonly index: number;
  readonly timestamp: number;
  /** Of a sample that stands for several: their means. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Their maxima; absent where the sample stands for itself. */
  readonly max?: Readonly<Record<string, number>>;
}

/** What one `write` carries. The same batch twice does no harm. */
export interface Batch {
  readonly metrics: readonly MetricRow[];
  readonly system: readonly SystemSample[];
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Episodes that began or grew more severe; absent without one. Not counted in the limits. */
  readonly alerts?: readonly Alert[];
  /** What the machine is, where it was found out; see src/probes/inventory.ts. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** A piece of what the command printed. */
export interface OutputText {
  readonly stream: StreamName;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** As it came, with its escape codes: neither a line nor whole lines. */
  readonly text: string;
}

/** One entry a backend refused for good. */
export interface Rejection {
  /** The metric key, param or tag. */
  readonly what: string;
  /** The server's own words. */
  readonly reason: string;
}

export interface WriteResult {
  readonly rejected: readonly Rejection[];
  /** The run behind this batch, where that is another: the next call gets it, and it is kept together with the cursor. */
  readonly remote?: RemoteRun;
}

/** The run as the backend knows it; kept with the cursor, so that a later session finds the same remote run. */
export interface RemoteRun {
  readonly remoteId: string;
  /** Where a person can look at it, without credentials: an address or a folder. */
  readonly url?: string;
  /** What to type to look at it, or to bring it on from there: a program and its arguments. */
  readonly command?: readonly string[];
  /**
   * Of a backend that writes a file: how many bytes of it hold what was acknowledged. What is behind them was never
   * acknowledged, and the next write replaces it: so a write that was cut off, or that comes again, leaves no trace.
   */
  readonly position?: number;
  /** Other runs write to it as well, so files of one name would replace each other. */
  readonly shared?: boolean;
  /** What else the backend needs to find the run again; plain JSON. */
  readonly detail: Readonly<Record<string, string>>;
}

/** A file to keep with the run. */
export interface Artifact {
  /** Where it is on this machine. */
  readonly path: string;
  /** Its name in the tracker. */
  readonly name: string;
}

/** What a finished run came to: mean and maximum of what matters, for the trackers that show params beside a run. */
export interface RunTotals {
  readonly cpuPercent?: { readonly mean: number; readonly max: number };
  readonly memoryPercent?: { readonly mean: number; readonly max: number };
  readonly alerts: number;
  readonly criticalAlerts: number;
  /** Highest `cpu_percent` value that an alert was raised for. */
  readonly maxCpuAlert?: number;
  /** The newest episodes of alert rules. */
  readonly episodes?: readonly AlertEpisode[];
  /** The verdict; empty where there is nothing to say. */
  readonly findings?: readonly Finding[];
  /** Why the command died, where it did. */
  readonly death?: Death;
  /** `failed` when system metrics were asked for and `cpu_percent` or `memory_percent` could not be read. */
  readonly monitoring: "enabled" | "disabled" | "failed";
  /** Why monitoring failed. */
  readonly monitoringError?: string;
  readonly cpuCores?: number;
  /** Bytes. */
  readonly memoryTotal?: number;
  /** Of the command's GPUs. */
  readonly gpu?: GpuTotals;
}

/**
 * A tracker that runs are uploaded to. The same run id always leads to the same remote run.
 * Errors are `BackendError`s; anything else is a fault of ours.
 */
export interface Backend {
  readonly id: string;
  /** Where it sends to, without credentials: what one address has is not known to be at another. */
  readonly target?: string;
  readonly limits: BatchLimits;
  /** Writes files of this machine and asks no network: it is kept up to date while the run goes on, unless uploads are off. */
  readonly isLocal?: true;
  /**
   * Finds the remote run of this header or makes it. `known` is what an earlier call returned. Another `remoteId` or another
   * `position` than the known one says that nothing of what was sent is there any more.
   */
  openRun(run: RunHeader, known: RemoteRun | undefined, signal: AbortSignal): Promise<RemoteRun>;
  write(run: RemoteRun, batch: Batch, signal: AbortSignal): Promise<WriteResult>;
  /** What the command printed, of a backend that has a place for it; without one it gets the output log as a file. */
  writeOutput?(run: RemoteRun, output: readonly OutputText[], signal: AbortSignal): Promise<WriteResult>;
  /** `onProgress` is called whenever the server has taken more of the file. */
  uploadArtifact(run: RemoteRun, file: Artifact, signal: AbortSignal, onProgress?: () => void): Promise<void>;
  /** Writes the totals and the final status. A local backend has all files of the run by then. */
  endRun(run: RemoteRun, end: RunEnd, totals: RunTotals, signal: AbortSignal): Promise<void>;
  /** Asks for something harmless: whether the tracker is there and lets us in. Absent where there is nobody to ask. */
  check?(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface BackendErrorOptions {
  readonly retryable: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
  readonly retryAfter?: number;
  readonly absent?: boolean;
}

/** A backend did not do what was asked. */
export class BackendError extends Error {
  /** Whether the same request may succeed later: no connection, a time-out, 429, 5xx. */
  readonly retryable: boolean;
  /** What to do about it, in a few words. */
  readonly hint: string | undefined;
  /** Milliseconds before which the server does not want to be asked again. */
  readonly retryAfter: number | undefined;
  /** Nobody listens at the address: known at once, and mostly still so in a while. */
  readonly absent: boolean;

  constructor(message: string, options: BackendErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "BackendError";
    this.retryable = options.retryable;
    this.hint = options.hint;
    this.retryAfter = options.retryAfter;
    this.absent = options.absent ?? false;
  }
}
