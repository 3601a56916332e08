/**
 * How a run stands. `orphaned`: the wrapper is gone, and the child goes on. `finished`: exit status 0. `failed`: another
 * exit status. `killed`: ended by a signal. `crashed`: tracelet itself ended before the child, so how the child ended is
 * not known.
 */
export type RunStatus = "running" | "orphaned" | "finished" | "failed" | "killed" | "crashed";

/** What is known of a run when it starts: the first record of its journal. */
export interface RunHeader {
  /** Unique, sorts by time: `20261122-201530-k3f9`. */
  readonly id: string;
  readonly name: string;
  readonly project: string;
  /** The command as typed after `--`, but for the values of flags that are named like credentials. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly host: string;
  readonly user?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Version of tracelet. */
  readonly tracelet: string;
  /** The commit the code was at, where the folder is a git checkout. */
  readonly git?: { readonly commit: string; readonly branch?: string; readonly repository?: string };
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds between samples. */
  readonly interval: number | "auto";
  /** The backends this run is to be uploaded to. */
  readonly backends: readonly string[];
  /** The run that this one goes on with: in every tracker the two are one. `first` is where the chain began. */
  readonly resumes?: { readonly run: string; readonly first: string };
  /** Remote runs that were there before and that this one joins, by backend. */
  readonly joins?: Readonly<Record<string, string>>;
  /** Where backends that write files of this machine have this run, by backend; absolute. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Files of the user's to upload at the end: paths and patterns, relative ones from `cwd`. */
  readonly artifacts?: readonly string[];
  /** Long system series are thinned on their way to a tracker. Absent in runs from before there was such a thing. */
  readonly thin?: boolean;
}

/** How a run ended. */
export interface RunEnd {
  readonly status: Exclude<RunStatus, "running" | "orphaned">;
  /** When the wrapper saw the child end, in milliseconds since the epoch; for a crashed run, when it was last seen. */
  readonly ended: number;
  /** The child's exit status; absent when a signal ended it or nothing is known. */
  readonly exitCode?: number;
  /** The signal that ended the child. */
  readonly signal?: string;
}

/** Which of the child's streams something came from. */
export type StreamName = "stdout" | "stderr";

/** Where a training metric came from: a stream, or the file that `TRACELET_METRICS` names. */
export type MetricSource = StreamName | "channel";
