import type { AlertRule, Severity, WebhookSettings } from "./alert.ts";
import type { GpuChoice } from "./probe.ts";
import type { Requirement } from "./requirement.ts";

/** When a run is uploaded: after the child's exit, while it runs, or only when `tracelet sync` is typed. */
export type UploadMode = "exit" | "live" | "never";

/** Which signals are passed on to the child: those that it has not got from the terminal already, all, or none. */
/** What becomes of the child when the wrapper was killed. */
export type OrphanFate = "continue" | "terminate";

export type ForwardMode = "auto" | "always" | "never";

/** Which of the child's output streams are a pseudo-terminal: those that are a terminal for us, both, or neither. */
export type PtyMode = "auto" | "always" | "never";

/** A probe of the user's own, from `[[probe]]` in a settings file. */
export type CustomProbe = {
  /** What its keys begin with. */
  readonly name: string;
  /** Seconds from one reading to the next. */
  readonly interval: number;
  /** Seconds after which a reading is given up. */
  readonly timeout: number;
  /** The folder of the settings file. */
  readonly cwd: string;
} & (
  | { /** A program and its arguments. */ readonly command: readonly string[] }
  | { /** Absolute path of an ES module. */ readonly module: string }
);

/** A rule of the user's own for finding metrics, from `[[metric]]` in a settings file. */
export interface MetricRule {
  /** Where it stands, for messages: `[[metric]] number 1 in tracelet.toml`. */
  readonly label: string;
  /** A regular expression with groups, or a template like `loss {loss} acc {acc}%`. Not looked at yet. */
  readonly pattern: string;
  /** The metric's name, where the group does not say it. */
  readonly name?: string;
  /** The group that is the step. */
  readonly step?: string;
}

/** Every setting of a run, validated. The table in `src/settings` says where each comes from. */
export interface Settings {
  readonly project: string;
  /** Absent when the user gave none: the run then gets a generated one. */
  readonly name?: string;
  readonly backend: readonly string[];
  readonly upload: UploadMode;
  /** Seconds without an acknowledged batch after which an upload gives up. */
  readonly uploadTimeout: number;
  /** Seconds between samples, or `auto`. */
  readonly metricsInterval: number | "auto";
  /** Percent of a core that sampling may take before `auto` samples less often. */
  readonly intervalBudget: number;
  readonly trackSystem: boolean;
  readonly trackGpu: boolean;
  readonly gpus: GpuChoice;
  readonly trackDisk: boolean;
  readonly trackNetwork: boolean;
  /** Whether metrics are looked for in the output. */
  readonly trackMetrics: boolean;
  /** Globs; where there are some, no metric of the output counts whose name matches none of them. */
  readonly include: readonly string[];
  /** Globs; no metric of the output counts whose name matches one of them. */
  readonly exclude: readonly string[];
  readonly includePerCpu: boolean;
  readonly includeProcesses: boolean;
  /** How many processes a table lists. */
  readonly processLimit: number;
  /** Whether long system series are thinned on their way to a tracker. */
  readonly thin: boolean;
  /** Whether the user's own `wandb sync` uploads what the wandb backend has written. */
  readonly wandbSync: boolean;
  /** The folder of a run's event files, absolute; `{name}`, `{project}` and `{id}` in it stand for the run's. */
  readonly tensorboardDir: string;
  /** Paths and patterns of files to upload when the run has ended. */
  readonly artifact: readonly string[];
  /** The user's rules; the built-in ones are no setting. */
  readonly alert: readonly AlertRule[];
  /** Alerts from this severity on make the run a failure; absent for none. */
  readonly failOn?: Exclude<Severity, "info">;
  /** What the finished run has to fulfil. */
  readonly require: readonly Requirement[];
  readonly param: Readonly<Record<string, string>>;
  readonly tag: Readonly<Record<string, string>>;
  /** The store's folder, absolute. */
  readonly dir: string;
  /** Bytes of the output log and its index that are kept, or `none` for no limit. */
  readonly logLimit: number | "none";
  readonly quiet: boolean;
  /** Whether PYTHONUNBUFFERED=1 is set for the child, so that Python's lines arrive when they are printed. */
  readonly unbuffered: boolean;
  readonly forwardSignals: ForwardMode;
  /** What the watcher does with the child when the wrapper was killed. */
  readonly onWrapperDeath: OrphanFate;
  readonly pty: PtyMode;
  /** Whether a hang-up is ignored, by tracelet and by the child, as under nohup. */
  readonly ignoreHup: boolean;
  /** Only files have these. */
  readonly probe: readonly CustomProbe[];
  readonly webhook?: WebhookSettings;
  /** Only files have these. */
  readonly metric: readonly MetricRule[];
}
