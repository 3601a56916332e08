import type { RunEnd, RunHeader, StreamName } from "./run.ts";
import type { Settings } from "./settings.ts";

/** Descriptors at which the watcher finds the read ends of the child's output, and the user's terminal. */
export const HELD_DESCRIPTORS: Readonly<Record<StreamName | "terminal", number>> = {
  stdout: 4,
  stderr: 5,
  terminal: 6,
};

/** How often a watcher says that it is alive, in milliseconds. */
export const ALIVE_MS = 10_000;

/** What the watcher needs to know; sent first, and again to a watcher that takes over. */
export interface WatchOrder {
  /** The run directory. */
  readonly directory: string;
  readonly header: RunHeader;
  readonly settings: Settings;
  readonly childPid: number;
  /** When that process was started, as src/journal/process-identity.ts reads it; tells it from a later one. */
  readonly childStarted?: string;
  /** Milliseconds by which the wall clock was set forward since the run began; see src/watch/run-clock.ts. */
  readonly skew?: number;
  /** When the child was launched, milliseconds since the epoch. */
  readonly launched: number;
  /** Whether the user reads our lines on a terminal. */
  readonly terminal: boolean;
  /** The streams whose read ends were handed over. */
  readonly held: readonly StreamName[];
  /** Watchers of this run that native code has ended before: a library of a GPU driver, most likely. */
  readonly nativeCrashes?: number;
}

/** What the wrapper did not keep of the child's output. */
export interface OutputGap {
  readonly bytes: number;
  readonly reason: string;
  /** Where that is known: the first of the bytes, and the one behind the last, counted from the start of the output. */
  readonly from?: number;
  readonly to?: number;
}

/** What the wrapper has done to the user's terminal. Modes are `struct termios` in base64. */
export interface TerminalOrder {
  /** Absent while the terminal is as the user had it. */
  readonly modes?: { readonly saved: string; readonly raw: string };
  /** What to write to it, so that the child's screen is gone. */
  readonly reset: string;
}

/** What the wrapper knows of the end of a run. */
export interface WrapperEnd {
  readonly end: RunEnd;
  readonly gaps: readonly OutputGap[];
  /** Signals that the child was sent because a rule asked for it. */
  readonly sent: readonly NodeJS.Signals[];
  /** The last signal that the wrapper itself was sent while the child ran. */
  readonly received?: NodeJS.Signals;
}

/** Wrapper to watcher. */
export type WrapperMessage =
  | { readonly type: "watch"; readonly order: WatchOrder }
  /** The output log has grown. */
  | { readonly type: "output" }
  /** Nobody reads this stream any more: close its read end, so that the child learns of it as it would unwrapped. */
  | { readonly type: "release"; readonly stream: StreamName }
  /** The child has ended and the output log is complete. */
  | ({ readonly type: "end" } & WrapperEnd)
  /** How the user's terminal is to be put in order if the wrapper should be killed. */
  | { readonly type: "terminal"; readonly state: TerminalOrder }
  /** TSTP has come: the child was told, and the wrapper is about to stop itself. */
  | { readonly type: "stopping" }
  /** CONT has come. */
  | { readonly type: "resumed" }
  /** The user wants to go: leave what is not uploaded to `tracelet sync`. */
  | { readonly type: "hurry" };

/** Watcher to wrapper. */
export type WatcherMessage =
  /** It has its order, and holds the read ends: from now on it can let go of them. */
  | { readonly type: "ready" }
  /** A line for the user; the wrapper owns the terminal. */
  | { readonly type: "notice"; readonly text: string }
  /** The disk takes no records, for this reason; what waits is written when it does. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "released"; readonly stream: StreamName }
  /** Its event loop turns: said every `ALIVE_MS`. */
  | { readonly type: "alive" }
  /** A rule asks for it: the command is to get this signal, if it is still there. */
  | { readonly type: "signal"; readonly signal: NodeJS.Signals }
  /** The output is looked at for metrics up to this byte, and what was found is in the journal. */
  | { readonly type: "read"; readonly offset: number }
  /**
   * The ending has come a step further: a sample was taken, output was read, a server has acknowledged something. Never
   * sent for the mere passing of time: a wrapper that hears none of these for a while gives the watcher up.
   */
  | { readonly type: "progress" }
  /** Everything is written. `summary` is what the user reads last; `failed` is what speaks against the run, if anything. */
  | { readonly type: "done"; readonly summary: string; readonly failed: readonly string[] };
