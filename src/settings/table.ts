import { COMMAND_SETTINGS } from "./command-settings.ts";
import type { SettingSpec } from "./setting-spec.ts";

export type { SettingSpec };

/** Longest time setting in seconds: one day, well below the 24 days at which a timer of Node would fire at once. */
const ONE_DAY = 86_400;

/** Every setting by its name in files. The variable is `TRACELET_` and the name in capitals. */
export const SETTINGS = {
  project: {
    kind: "string",
    flag: "project",
    placeholder: "NAME",
    defaultText: "the folder's name",
    description: "The experiment that the run belongs to.",
    example: "mnist",
  },
  name: {
    kind: "string",
    flag: "name",
    placeholder: "NAME",
    defaultText: "generated",
    description: "The name of the run.",
    example: "baseline",
  },
  backend: {
    kind: "list",
    flag: "backend",
    placeholder: "A,B",
    default: [],
    description: "The trackers that the run is uploaded to; without one the run stays on this machine.",
    example: "mlflow",
  },
  upload: {
    kind: "choice",
    flag: "upload",
    placeholder: "exit|live|never",
    choices: ["exit", "live", "never"],
    default: "exit",
    description: "When the run is uploaded: after the command has ended, while it runs, or only by `tracelet sync`.",
    example: "live",
  },
  upload_timeout: {
    kind: "number",
    flag: "upload-timeout",
    placeholder: "SECONDS",
    maximum: ONE_DAY,
    default: 30,
    description: "Seconds without an acknowledged batch after which the upload gives up.",
    example: "60",
  },
  thin: {
    kind: "boolean",
    flag: "thin",
    default: true,
    description:
      "Upload mean and maximum of growing windows of a system series beyond its first 2,000 samples, not each sample.",
    example: "false",
  },
  wandb_sync: {
    kind: "boolean",
    flag: "wandb-sync",
    default: false,
    description: "Have `wandb sync` upload what `--backend wandb` has written when the command has ended.",
    example: "true",
  },
  tensorboard_dir: {
    kind: "string",
    flag: "tensorboard-dir",
    placeholder: "FOLDER",
    default: "runs/{name}",
    description:
      "Where `--backend tensorboard` writes a run; `{name}`, `{project}` and `{id}` stand for the run's own.",
    example: "'runs/{project}/{name}'",
  },
  artifact: {
    kind: "list",
    flag: "artifact",
    placeholder: "PATH",
    default: [],
    description: "A file, a folder or a pattern such as `'checkpoints/*.pt'`, to upload when the command has ended.",
    example: "'checkpoints/*.pt'",
  },
  metrics_interval: {
    kind: "number",
    flag: "interval",
    placeholder: "SECONDS",
    choices: ["auto"],
    maximum: ONE_DAY,
    default: 10,
    description: "Seconds between two samples of the machine, or `auto`: 5 to 30 by its size.",
    example: "5",
  },
  interval_budget: {
    kind: "percent",
    flag: "interval-budget",
    placeholder: "PERCENT",
    maximum: 100,
    default: 1,
    defaultText: "1%",
    description: "The share of one core above which `--interval auto` samples less often, up to every 60 seconds.",
    example: "0.5%",
  },
  track_system: {
    kind: "boolean",
    flag: "track-system",
    default: true,
    description: "Sample CPU, memory and the process table.",
    example: "false",
  },
  track_gpu: {
    kind: "boolean",
    flag: "track-gpu",
    default: true,
    description: "Sample the GPUs.",
    example: "false",
  },
  gpus: {
    kind: "string",
    flag: "gpus",
    placeholder: "job|all|LIST",
    choices: ["job", "all"],
    default: "job",
    description:
      "The GPUs that are sampled: those that the command can see, all of the machine, or some by number or UUID.",
    example: "0,1",
  },
  track_disk: {
    kind: "boolean",
    flag: "track-disk",
    default: true,
    description: "Sample disk space and disk traffic.",
    example: "false",
  },
  track_network: {
    kind: "boolean",
    flag: "track-network",
    default: true,
    description: "Sample network traffic.",
    example: "false",
  },
  track_metrics: {
    kind: "boolean",
    flag: "track-metrics",
    default: true,
    description: "Look for metrics in the command's output.",
    example: "false",
  },
  include: {
    kind: "list",
    flag: "include",
    placeholder: "GLOB",
    default: [],
    defaultText: "all",
    description: "The metrics of the output that count, by their names.",
    example: "val/*",
  },
  exclude: {
    kind: "list",
    flag: "exclude",
    placeholder: "GLOB",
    default: [],
    description: "Metrics of the output that do not count, by their names.",
    example: "*_time",
  },
  include_per_cpu: {
    kind: "boolean",
    flag: "per-cpu",
    default: false,
    description: "Sample every CPU core by itself as well.",
    example: "true",
  },
  include_processes: {
    kind: "boolean",
    flag: "processes",
    placeholder: "N",
    default: false,
    description: "Keep the top processes with each sample; `--processes 0` switches this off.",
    example: "true",
  },
  process_limit: {
    kind: "number",
    flag: "processes",
    placeholder: "N",
    whole: true,
    maximum: 1000,
    default: 5,
    description: "How many processes are kept when they are kept at all.",
    example: "10",
  },
  alert: {
    kind: "list",
    flag: "alert",
    placeholder: "RULE",
    default: [],
    defaultText: "the built-in rules",
    description:
      "A rule on a metric and what to do; it replaces the weaker rules of its kind for the same metric and leaves the others.",
    example: "memory_percent > 75",
  },
  fail_on: {
    kind: "choice",
    flag: "fail-on",
    placeholder: "warning|critical",
    choices: ["warning", "critical"],
    defaultText: "nothing",
    description: "The alerts that make a command that succeeded end with exit status 3, from this severity on.",
    example: "critical",
  },
  require: {
    kind: "list",
    flag: "require",
    placeholder: "CONDITION",
    default: [],
    description: "What the finished run has to fulfil; otherwise a command that succeeded ends with exit status 3.",
    example: "val_acc >= 0.97",
  },
  param: {
    kind: "map",
    flag: "param",
    placeholder: "KEY=VALUE",
    default: [],
    description: "A param of the run.",
    example: "lr=3e-4",
  },
  tag: {
    kind: "map",
    flag: "tag",
    placeholder: "KEY=VALUE",
    default: [],
    description: "A tag of the run.",
    example: "team=vision",
  },
  dir: {
    kind: "string",
    flag: "dir",
    placeholder: "FOLDER",
    default: ".tracelet",
    description: "The folder that runs are kept in; a relative one in a file is meant from the file's folder.",
    example: ".tracelet",
  },
  ...COMMAND_SETTINGS,
} as const satisfies Readonly<Record<string, SettingSpec>>;

/** The name of a setting as files have it. */
export type SettingName = keyof typeof SETTINGS;

/** The settings in the order of the table. */
export function settingNames(): SettingName[] {
  return Object.keys(SETTINGS).filter(isSettingName);
}

/** Whether a key of a file is a setting. */
export function isSettingName(key: string): key is SettingName {
  return Object.hasOwn(SETTINGS, key);
}

/** The entry of a setting, without the narrow types of the literal. */
export function specOf(name: SettingName): SettingSpec {
  return SETTINGS[name];
}

/** The environment variable of a setting: `TRACELET_METRICS_INTERVAL`. */
export function variableOf(name: SettingName): string {
  return `TRACELET_${name.toUpperCase()}`;
}

/** The flag of a setting as it is typed: `--interval`. */
export function flagOf(name: SettingName): string {
  return `--${SETTINGS[name].flag}`;
}
