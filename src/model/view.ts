import type { Rejection } from "./backend.ts";
import type { ActionTaken, Alert, Comparison } from "./alert.ts";
import type { Closeup, Death } from "./death.ts";
import type { Finding } from "./finding.ts";
import type { Unavailable } from "./metric.ts";
import type { JournalNumber } from "./record.ts";
import type { MetricSource, RunEnd, RunHeader, RunStatus } from "./run.ts";

/** One line of the list of runs. */
export interface RunSummaryRow {
  readonly id: string;
  /** Empty where the journal's first record cannot be read. */
  readonly name: string;
  readonly project: string;
  readonly status: RunStatus;
  /** The child of an orphaned run. */
  readonly child_pid?: number;
  /** Absent while the run is going on, when a signal ended it, or when nothing is known. */
  readonly exit_code?: number;
  readonly signal?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Milliseconds since the epoch; absent where no end was recorded. */
  readonly ended?: number;
}

/** A training metric over a whole run. */
export interface MetricSummary {
  /** All points, NaN included. */
  readonly count: number;
  /** How many points were NaN. */
  readonly nan: number;
  readonly first: number;
  readonly firstStep: number;
  readonly last: number;
  readonly lastStep: number;
  /** Absent where every point was NaN. */
  readonly min?: number;
  readonly minStep?: number;
  readonly max?: number;
  readonly maxStep?: number;
  /**
   * Means over equal numbers of points, at most 64, the oldest first; absent where most of the points were not finite.
   * Kept for the first metrics only.
   */
  readonly course?: readonly (number | undefined)[];
}

/** A system series over a whole run. */
export interface SeriesSummary {
  readonly count: number;
  readonly last: number;
  /** Over time: a reading counts as long as the time that it is about. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** The time that the readings are about, in seconds. */
  readonly seconds: number;
}

/** What the command's GPUs came to over a run. */
export interface GpuTotals {
  /** GPUs, and MIG devices, of the command. */
  readonly count: number;
  /** Their number times the hours of the run. */
  readonly hours: number;
  /** What they drew between the first and the last sample. */
  readonly joules?: number;
  /** Share of the time between samples in which they were below 5 % of utilization, over all of them. */
  readonly idlePercent?: number;
  /** Bytes: the most that one of them had in use. */
  readonly peakMemory?: number;
  /** The same as a share of that GPU's memory. */
  readonly peakMemoryPercent?: number;
}

/** One time in which an alert rule held: from the first firing to the resolution. */
export interface AlertEpisode {
  /** See `AlertRule.text`. */
  readonly rule: string;
  readonly metric: string;
  /** What was read when it fired, or when it grew critical; absent where there was nothing to read. */
  readonly value?: number;
  readonly step?: number;
  /** See `AlertRule.phrase`. */
  readonly phrase: string;
  /** Of a threshold. */
  readonly comparison?: Comparison;
  readonly threshold?: number;
  /** The highest it came to. */
  readonly severity: Alert["severity"];
  readonly state: "firing" | "resolved";
  /** When it began, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** When it was over, in milliseconds since the epoch. */
  readonly ended?: number;
  /** The rule is one of tracelet's own. */
  readonly builtIn?: true;
}

/** How far the metrics of one stream are in the journal. One line may give several records, all with its offset. */
export interface RecordedOutput {
  /** Highest offset in the output log behind a line that gave metrics; 0 without one. */
  readonly offset: number;
  /** Records that have this offset. */
  readonly records: number;
}

/** Something a bound dropped. */
export interface Gap {
  readonly timestamp: number;
  readonly what: string;
  readonly reason: string;
  readonly bytes?: number;
  /** Where that is known: which bytes of the output, `to` being the one behind the last. */
  readonly from?: number;
  readonly to?: number;
}

/** A piece of a journal that could not be read. */
export interface Damage {
  /** Where in the file it begins, in bytes. */
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}

/** How far the upload to one backend has come. */
export interface UploadSummary {
  readonly backend: string;
  /** The uploader's own word: `pending`, `done`, `failed` … */
  readonly state: string;
  /** Where a person can look at the run: an address or a folder. */
  readonly url?: string;
  /** What to type to look at it, or to bring it on from there: a program and its arguments. */
  readonly command?: readonly string[];
  /** Points the backend has acknowledged, training and system together. */
  readonly uploaded?: number;
  /** Entries that the backend refused for good, where there are any. */
  readonly rejected?: number;
  /** The first of them, with the reasons; `upload-<backend>.json` has a hundred. */
  readonly refusals?: readonly Rejection[];
  readonly error?: string;
}

/** Everything a reader wants to know of a run without going through its points again. */
export interface RunView {
  readonly header: RunHeader;
  readonly status: RunStatus;
  /** Absent while the run is going on, and where no end was recorded. */
  readonly end?: RunEnd;
  /** The run directory, absolute. */
  readonly directory: string;
  /** Timestamp of the newest record, in milliseconds since the epoch. */
  readonly lastSeen: number;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** What this machine is, as recorded once. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** Training metrics by key, in the order in which they appeared. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** System series by key. */
  readonly system: Readonly<Record<string, SeriesSummary>>;
  /** Absent where the command had no GPU, or none that could be read. */
  readonly gpu?: GpuTotals;
  /** Readings of the machine. */
  readonly samples: number;
  /** Seconds between them: of `--interval auto` the newest; absent where nothing says what that came to. */
  readonly interval?: number;
  /** The `index` the next sample has to have. */
  readonly nextSample: number;
  /** How far the metrics of each stream, and of the channel, are recorded. */
  readonly recorded: Readonly<Record<MetricSource, RecordedOutput>>;
  /** The child of an orphaned run. */
  readonly childPid?: number;
  /** When the child was launched, in milliseconds since the epoch; absent where no watcher got to record it. */
  readonly launched?: number;
  /** The newest episodes; `alertCount` counts all of them. */
  readonly alerts: readonly AlertEpisode[];
  readonly alertCount: { readonly all: number; readonly critical: number };
  /** Highest `cpu_percent` an alert was raised for. */
  readonly maxCpuAlert?: number;
  /** The last word on each rule and series whose condition holds: where a watcher that takes over goes on. */
  readonly openAlerts: readonly Alert[];
  /** What was done because of alerts, begun and ended. */
  readonly actions: readonly ActionTaken[];
  /** What was kept of the time before something. */
  readonly closeups: readonly (Omit<Closeup, "samples"> & { readonly samples: number })[];
  /** Why the command died; absent where it did not, or nobody was there to look. */
  readonly death?: Death;
  readonly unavailable: readonly (Unavailable & { readonly probe: string })[];
  readonly gaps: readonly Gap[];
  readonly damage: readonly Damage[];
  readonly uploads: readonly UploadSummary[];
  /** The verdict; absent where nobody has asked for it. */
  readonly findings?: readonly Finding[];
}

/** What a backend does not have of a run yet. */
export interface Left {
  /** Points in the journal, before any thinning. */
  readonly points: number;
  /** Everything is there, the end and the files too. */
  readonly isComplete: boolean;
  /** No file was sent. */
  readonly filesLeft: boolean;
  /** Entries that the backend refused for good. */
  readonly rejected: number;
}

/** What `tracelet sync` did for one run and one backend. */
export interface SyncRow {
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  /**
   * `unchanged`: everything was there already. `running`: the rest follows when the run ends. `missing`: nothing was
   * tried, and there is something to send.
   */
  readonly state: "uploaded" | "unchanged" | "running" | "failed" | "missing";
  /** Points that were brought over now, or that are still to be. */
  readonly sent: number;
  /** Entries that the backend refused for good, over all attempts. */
  readonly rejected: number;
  readonly url?: string;
  readonly error?: string;
}

/** How far `tracelet sync` is. */
export interface SyncProgress {
  /** 0 to 1, by the bytes of the journals. */
  readonly fraction: number;
  readonly runs: number;
  /** Runs that it is through with. */
  readonly ended: number;
}

/** One point of a run as `tracelet export` writes it. */
export interface ExportPoint {
  readonly name: string;
  /** What is not finite may be a number or, as in the journal, text. */
  readonly value: JournalNumber;
  /** The step of a training metric; the index of a sample. */
  readonly step: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  readonly source: "training" | "system";
}
