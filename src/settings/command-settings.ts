import type { SettingSpec } from "./setting-spec.ts";

/** How the command is started and relayed, and what is kept of its output. */
export const COMMAND_SETTINGS = {
  log_limit: {
    kind: "size",
    flag: "log-limit",
    placeholder: "SIZE",
    choices: ["none"],
    minimum: 1_000_000,
    maximum: 1_000_000_000_000_000,
    default: 1024 ** 3,
    defaultText: "1GiB",
    description: "The most that is kept of the command's output, or `none` for all; its beginning and its end stay.",
    example: "500MB",
  },
  quiet: {
    kind: "boolean",
    flag: "quiet",
    default: false,
    description: "Print no summary and no alerts.",
    example: "true",
  },
  unbuffered: {
    kind: "boolean",
    flag: "unbuffered",
    default: true,
    description: "Set PYTHONUNBUFFERED=1 for the command, so that Python's lines arrive when they are printed.",
    example: "false",
  },
  forward_signals: {
    kind: "choice",
    flag: "forward-signals",
    placeholder: "auto|always|never",
    choices: ["auto", "always", "never"],
    default: "auto",
    description:
      "Which signals reach the command through tracelet: those it has not got from the terminal already, all, or none.",
    example: "never",
  },
  on_wrapper_death: {
    kind: "choice",
    flag: "on-wrapper-death",
    placeholder: "continue|terminate",
    choices: ["continue", "terminate"],
    default: "continue",
    description:
      "What becomes of the command when tracelet itself is killed: it goes on and is recorded to its end, or it gets TERM.",
    example: "terminate",
  },
  pty: {
    kind: "choice",
    flag: "pty",
    placeholder: "auto|always|never",
    choices: ["auto", "always", "never"],
    default: "auto",
    description:
      "Which of the command's output streams are a terminal: those that are one for tracelet, both, or neither.",
    example: "never",
  },
  ignore_hup: {
    kind: "boolean",
    flag: "ignore-hup",
    default: false,
    description:
      "Let tracelet and the command go on after a hang-up, as under nohup, which is noticed where it can be.",
    example: "true",
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;
