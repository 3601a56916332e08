import type { MetricSpec, Reading, Unavailable } from "./metric.ts";

/** The machine as a probe sees it. Roots and clocks come in from outside, so that a test can hand in a tree of files. */
export interface Host {
  /** Root of procfs; `/proc` in production. */
  readonly proc: string;
  /** Root of sysfs; `/sys` in production. */
  readonly sys: string;
  readonly platform: NodeJS.Platform;
  /** Milliseconds of a clock that never goes back; only differences mean anything. */
  now(): number;
  /** A folder on the file system that the run writes to: what `disk_total` and its like are about. */
  readonly diskPath: string;
  /** Where programs put temporary files: what `tmp_total` and its like are about; `/tmp` in production. */
  readonly tmpPath: string;
  /** Where programs share memory: what `shm_total` and its like are about; `/dev/shm` in production. */
  readonly shmPath: string;
  /** Absent: no driver is asked but those that /proc and /sys show. */
  readonly gpu?: GpuSurroundings;
}

/** Which GPUs are read: those that the command can see, all, or these, by index or UUID. */
export type GpuChoice = "job" | "all" | readonly string[];

/** Where GPU drivers are looked for, and whose GPUs count. */
export interface GpuSurroundings {
  /** Root of device files; `/dev` in production. */
  readonly dev: string;
  /** The command's environment: CUDA_VISIBLE_DEVICES and its like, and the PATH that nvidia-smi is looked for on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly choice: GpuChoice;
  /** NVML's library instead of the usual ones. */
  readonly nvmlLibrary?: string;
  /** Milliseconds to wait for drivers before going on without them until they answer; left out, not long. */
  readonly patience?: number;
  readonly shared: SharedThings;
}

/** Things that are opened once for all that need them at the same time. */
export interface SharedThings {
  /** Opens a thing, or gives the one that is open under this key. It is closed when all have released it. */
  take<Thing>(key: string, open: () => Thing, close: (thing: Thing) => void): { thing: Thing; release(): void };
}

/** What is being watched, as far as it is known: the child and everything below it. */
export interface Workload {
  /** Process id of the child; absent in a snapshot. */
  readonly pid?: number;
  /** The run's id, which everything that the child starts has in its environment; absent in a snapshot. */
  readonly runId?: string;
  /** tracelet's own processes: watcher and wrapper. Their cost is reported apart and is no part of the workload. */
  readonly ownPids: readonly number[];
}

/** One process of the table that `--processes N` asks for. */
export interface ProcessEntry {
  readonly pid: number;
  readonly name: string;
  /** psutil's word for the state: `running`, `sleeping`, `disk-sleep`, `zombie` … */
  readonly status: string;
  /** Percent of one core since the last reading; absent at the first. */
  readonly cpu_percent?: number;
  /** Resident set size in bytes. */
  readonly memory_rss: number;
  /** Resident set size as percent of the machine's memory. */
  readonly memory_percent: number;
}

/** One thing that can be measured: what, from where, in which unit. One file each in `src/probes`. */
export interface Probe {
  readonly id: string;
  readonly metrics: readonly MetricSpec[];
  /** Called once. Descriptors that are opened here stay open. `Unavailable` carries the reason and a hint. */
  open(host: Host): Promise<OpenProbe | Unavailable>;
}

/** A probe that is open. */
export interface OpenProbe {
  /** Keys of this probe that this machine cannot tell, found out when it was opened; it may grow. */
  readonly unavailable?: readonly Unavailable[];
  /** How it reads here, where there are several ways: short sentences for `tracelet doctor`. */
  readonly notes?: readonly string[];
  /**
   * Reads everything once. A key that could not be read this time is left out. Percentages and rates are over the time
   * since the last call (the first call has `open` as its start). Throws when the whole probe failed this time.
   */
  sample(workload: Workload): readonly Reading[] | Promise<readonly Reading[]>;
  close(): void;
}

/** Tells an open probe from the reason why there is none. */
export function isUnavailable(opened: OpenProbe | Unavailable): opened is Unavailable {
  return "state" in opened;
}
