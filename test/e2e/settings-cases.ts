import { expect } from "vitest";
import { SETTINGS, type SettingName } from "../../src/settings/table.ts";
import type { Ended, JournalLine } from "../support/tracelet.ts";

/** Where a value is given, the strongest first. */
export const PLACES = ["flag", "variable", "tracelet.toml", "pyproject.toml", "default"] as const;
export type Place = (typeof PLACES)[number];

/** A run as somebody sees it who only has its folder and its terminal. */
export interface Seen {
  readonly ended: Ended;
  readonly store: string;
  readonly header: JournalLine;
  readonly journal: readonly JournalLine[];
  readonly uploads: readonly { readonly backend: string; readonly state: string }[];
}

export interface Case {
  /** How the setting is given in each place; each differs from the next, so that it shows which place won. */
  readonly flag: readonly string[];
  readonly variable: string;
  /** A value of TOML. */
  readonly own: string;
  readonly shared: string;
  /** What shows in a run, and what it is for each place. `undefined`: the value of that place shows nowhere. */
  readonly look: (seen: Seen) => unknown;
  readonly shows: readonly [flag: unknown, variable: unknown, own: unknown, shared: unknown, byDefault: unknown];
}

const sampled =
  (key: string) =>
  (seen: Seen): boolean =>
    seen.journal.some(
      (record) =>
        (record.type === "sample" && Object.hasOwn(record["metrics"] as object, key)) ||
        // Asked for, and not to be had on this machine.
        (record.type === "unavailable" && (record["metrics"] as string[]).includes(key)),
    );

const listed = ({ journal }: Seen): number | undefined => {
  const table = journal.find(({ type }) => type === "sample")?.["processes"];
  return Array.isArray(table) ? table.length : undefined;
};

const text = (setting: SettingName, byDefault: unknown): Case => ({
  flag: [`--${SETTINGS[setting].flag}`, "by flag"],
  variable: "by variable",
  own: '"by tracelet.toml"',
  shared: '"by pyproject.toml"',
  look: ({ header }) => header[setting],
  shows: ["by flag", "by variable", "by tracelet.toml", "by pyproject.toml", byDefault],
});

const pairs = (setting: "param" | "tag"): Case => ({
  flag: [`--${setting}`, "from=flag"],
  variable: "from=variable",
  own: '{ from = "tracelet.toml" }',
  shared: '{ from = "pyproject.toml" }',
  look: ({ header }) => header[`${setting}s`],
  shows: [{ from: "flag" }, { from: "variable" }, { from: "tracelet.toml" }, { from: "pyproject.toml" }, {}],
});

/** Which of these the run has recorded. */
const recorded =
  (...names: string[]) =>
  ({ journal }: Seen): string[] => {
    const keys = journal.flatMap(({ type, metrics }) => (type === "metrics" ? Object.keys(metrics as object) : []));
    return names.filter((name) => keys.includes(name));
  };

/** A switch whose every place says the opposite of the next. */
const onOff = (setting: SettingName, byDefault: boolean, look: Case["look"]): Case => ({
  flag: [byDefault ? `--${SETTINGS[setting].flag}` : `--no-${SETTINGS[setting].flag}`],
  variable: String(!byDefault),
  own: String(byDefault),
  shared: String(!byDefault),
  look,
  shows: [byDefault, !byDefault, byDefault, !byDefault, byDefault],
});

export const CASES: Readonly<Record<SettingName, Case>> = {
  project: text("project", expect.stringMatching(/^tracelet-settings-/)),
  name: text("name", expect.stringMatching(/^[a-z]+-[a-z]+-\d+$/)),
  backend: {
    flag: ["--backend", "null"],
    variable: "null,mlflow",
    own: '["null"]',
    shared: '["mlflow"]',
    look: ({ header }) => header["backends"],
    shows: [["null"], ["null", "mlflow"], ["null"], ["mlflow"], []],
  },
  // Only the null backend is ever reached: what is uploaded to it is.
  upload: {
    flag: ["--upload", "exit"],
    variable: "never",
    own: '"live"',
    shared: '"never"',
    look: ({ uploads }) => uploads.map(({ state }) => state),
    shows: [["done"], [], ["done"], [], []],
  },
  // Shows with a server that does not answer only: see below.
  upload_timeout: {
    flag: ["--upload-timeout", "1"],
    variable: "2",
    own: "3",
    shared: "4",
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  thin: onOff("thin", true, ({ header }) => header["thin"]),
  // Shows with a wandb command only: see test/e2e/wandb.test.ts.
  wandb_sync: {
    flag: ["--wandb-sync"],
    variable: "true",
    own: "true",
    shared: "true",
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  // Shows with the tensorboard backend only: see tensorboard.test.ts.
  tensorboard_dir: {
    flag: ["--tensorboard-dir", "by-flag"],
    variable: "by-variable",
    own: '"by-tracelet.toml"',
    shared: '"by-pyproject.toml"',
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  artifact: {
    flag: ["--artifact", "by-flag.txt", "--artifact", "{a,b}.txt"],
    variable: "by-variable.txt,out/*.pt",
    own: '["by-tracelet.toml"]',
    shared: '["by-pyproject.toml"]',
    look: ({ header }) => header["artifacts"],
    shows: [
      ["by-flag.txt", "{a,b}.txt"],
      ["by-variable.txt", "out/*.pt"],
      ["by-tracelet.toml"],
      ["by-pyproject.toml"],
      undefined,
    ],
  },
  metrics_interval: {
    flag: ["--interval", "auto"],
    variable: "0.5",
    own: "0.25",
    shared: "7",
    look: ({ header }) => header["interval"],
    shows: ["auto", 0.5, 0.25, 7, 10],
  },
  // Shows when sampling costs more than that only: see interval-auto.test.ts.
  interval_budget: {
    flag: ["--interval-budget", "0.5%"],
    variable: "2",
    own: "3.5",
    shared: '"4 %"',
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  track_system: onOff("track_system", true, sampled("cpu_percent")),
  track_gpu: onOff("track_gpu", true, sampled("gpu_count")),
  // A number that no GPU has shows on every machine, where GPUs are sampled.
  gpus: {
    flag: ["--gpus", "901"],
    variable: "902",
    own: "903",
    shared: '["904"]',
    look: ({ journal }) =>
      journal.map(({ reason }) => /^gpus is '(\d+)'/.exec(String(reason))?.[1]).find((number) => number !== undefined),
    shows: ["901", undefined, "903", undefined, undefined],
  },
  track_disk: onOff("track_disk", true, sampled("disk_total")),
  track_network: onOff("track_network", true, sampled("network_bytes_sent")),
  // Without metrics `alert` would show nothing: see metric-rules.test.ts.
  track_metrics: {
    flag: ["--track-metrics"],
    variable: "true",
    own: "true",
    shared: "true",
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  include: {
    flag: ["loss", "psnr", "wer", "acc"].flatMap((glob) => ["--include", glob]),
    variable: "loss,psnr,wer,bleu",
    own: '["lo*", "psn?", "wer", "acc"]',
    shared: '["loss", "psnr", "wer", "bl*"]',
    look: recorded("acc", "bleu"),
    shows: [["acc"], ["bleu"], ["acc"], ["bleu"], ["acc", "bleu"]],
  },
  exclude: {
    flag: ["--exclude", "*psnr"],
    variable: "wer",
    own: '["ps?r"]',
    shared: '["we*"]',
    look: recorded("psnr", "wer"),
    shows: [["wer"], ["psnr"], ["wer"], ["psnr"], ["psnr", "wer"]],
  },
  include_per_cpu: onOff("include_per_cpu", false, sampled("cpu_core_0_percent")),
  // `--processes 2` sets this and the next.
  include_processes: {
    flag: ["--processes", "2"],
    variable: "true",
    own: "false",
    shared: "true",
    look: (seen) => listed(seen) !== undefined,
    shows: [true, true, false, true, false],
  },
  process_limit: {
    flag: [],
    variable: "3",
    own: "1",
    shared: "1",
    look: listed,
    shows: [2, 3, undefined, 1, undefined],
  },
  alert: {
    flag: ["--alert", "loss > 1"],
    variable: "loss > 2",
    own: '["loss > 3"]',
    shared: '["loss > 4"]',
    look: ({ journal }) => journal.filter(({ metric }) => metric === "loss").map(({ threshold }) => threshold),
    shows: [[1], [2], [3], [4], []],
  },
  // The loss is above the threshold of the setting `alert`, in each place.
  fail_on: {
    flag: ["--fail-on", "warning"],
    variable: "critical",
    own: '"warning"',
    shared: '"critical"',
    look: ({ ended }) => /check failed: 1 alert from (\w+) on/.exec(ended.errors)?.[1],
    shows: ["warning", "critical", "warning", "critical", undefined],
  },
  require: {
    flag: ["--require", "acc > 1"],
    variable: "acc > 2",
    own: '["acc > 3"]',
    shared: '["acc > 4"]',
    look: ({ ended }) => /acc > (\d) is required/.exec(ended.errors)?.[1],
    shows: ["1", "2", "3", "4", undefined],
  },
  param: pairs("param"),
  tag: pairs("tag"),
  dir: {
    flag: ["--dir", "by-flag"],
    variable: "by-variable",
    own: '"by-own-file"',
    shared: '"by-shared-file"',
    look: ({ store }) => store,
    shows: ["by-flag", "by-variable", "by-own-file", "by-shared-file", ".tracelet"],
  },
  // Shows with more output than that only: see log-limit.test.ts.
  log_limit: {
    flag: ["--log-limit", "1MB"],
    variable: "2 MiB",
    own: "3000000",
    shared: '"none"',
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  // Anything but the summary is neither of the two, and shown.
  quiet: onOff("quiet", false, ({ ended }) => {
    // Why a run ends with status 3 is neither.
    const errors = ended.errors.replaceAll(/^tracelet: (check failed|exit status 3): .*\n/gm, "");
    return errors === "" || (!errors.includes("kept in") && errors);
  }),
  unbuffered: onOff("unbuffered", true, ({ ended }) => ended.stdout.includes("unbuffered is 1")),
  // Shows when there are signals only: see signals.test.ts.
  forward_signals: {
    flag: ["--forward-signals", "always"],
    variable: "never",
    own: '"auto"',
    shared: '"always"',
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  // Shows when the wrapper is killed only: see wrapper-death.test.ts.
  on_wrapper_death: {
    flag: ["--on-wrapper-death", "terminate"],
    variable: "continue",
    own: '"terminate"',
    shared: '"continue"',
    look: () => undefined,
    shows: [undefined, undefined, undefined, undefined, undefined],
  },
  pty: {
    // Where it is a terminal PYTHONUNBUFFERED is not set: so these differ from those of `unbuffered`.
    flag: ["--pty", "never"],
    variable: "always",
    own: '"never"',
    shared: '"always"',
    look: ({ ended }) => ended.stdout.includes("stdout is a terminal"),
    shows: [false, true, false, true, false],
  },
  ignore_hup: onOff("ignore_hup", false, ({ ended }) => ended.stdout.includes("hang-up is ignored")),
};
