import { COMMAND_SETTINGS } from "./command-settings.ts";
import { ONE_DAY, type SettingSpec } from "./setting-spec.ts";
import { UPLOAD_SETTINGS } from "./upload-settings.ts";

export type { SettingSpec };

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
  ...UPLOAD_SETTINGS,
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
