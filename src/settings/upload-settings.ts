import { ONE_DAY, type SettingSpec } from "./setting-spec.ts";

/** The settings of what leaves a run, by their names in files: where it goes, when and how much of it. */
export const UPLOAD_SETTINGS = {
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
} as const satisfies Readonly<Record<string, SettingSpec>>;
