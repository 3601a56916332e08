import { UserError } from "../model/error.ts";

/** What the variables of W&B's own client say; see docs/backends/wandb.md. */
export interface WandbSettings {
  /** Nothing is to be written. */
  readonly isDisabled: boolean;
  /** Where the folder `wandb` is to be; absent for the run's folder. */
  readonly dir: string | undefined;
  readonly entity: string | undefined;
  readonly project: string | undefined;
  readonly name: string | undefined;
  readonly notes: string | undefined;
  readonly tags: readonly string[];
  readonly group: string | undefined;
  readonly jobType: string | undefined;
  /** What the page is to say instead of what was found. */
  readonly host: string | undefined;
  readonly user: string | undefined;
  readonly program: string | undefined;
  /** Nothing of the checkout is told, but for what the next two say. */
  readonly isGitDisabled: boolean;
  readonly gitCommit: string | undefined;
  readonly gitRemote: string | undefined;
}

/** Longer ones are refused by W&B. */
export const LONGEST_TAG = 64;
const LONGEST_PROJECT = 128;

/** Characters that no name of a run or a project may have. */
const FORBIDDEN = /[/\\#?%:]/;

/** Throws a `UserError` for what W&B would refuse. */
export function readWandbSettings(environment: Readonly<Record<string, string | undefined>>): WandbSettings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const tags = (read("WANDB_TAGS") ?? "").split(",").map((tag) => tag.trim());
  const tooLong = tags.find((tag) => tag.length > LONGEST_TAG);
  if (tooLong !== undefined) {
    throw new UserError(`WANDB_TAGS has "${tooLong}", which is longer than ${LONGEST_TAG} characters: shorten it`);
  }
  refuse("WANDB_RUN_ID", read("WANDB_RUN_ID"), LONGEST_PROJECT);
  refuse("WANDB_PROJECT", read("WANDB_PROJECT"), LONGEST_PROJECT);
  return {
    isDisabled: /^disabled$/i.test(read("WANDB_MODE") ?? ""),
    dir: read("WANDB_DIR"),
    entity: read("WANDB_ENTITY"),
    project: read("WANDB_PROJECT"),
    name: read("WANDB_NAME"),
    notes: read("WANDB_NOTES"),
    tags: tags.filter((tag) => tag !== ""),
    group: read("WANDB_RUN_GROUP"),
    jobType: read("WANDB_JOB_TYPE"),
    host: read("WANDB_HOST"),
    user: read("WANDB_USERNAME"),
    program: read("WANDB_PROGRAM"),
    isGitDisabled: /^(1|true|yes|y|on|t)$/i.test(read("WANDB_DISABLE_GIT") ?? ""),
    gitCommit: read("WANDB_GIT_COMMIT"),
    gitRemote: withoutLogin(read("WANDB_GIT_REMOTE_URL")),
  };
}

/** The name of a project with what W&B refuses replaced. */
export function legalProject(name: string): string {
  return name.replaceAll(new RegExp(FORBIDDEN, "g"), "-").slice(0, LONGEST_PROJECT);
}

/** An address as it may be shown. */
function withoutLogin(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

function refuse(variable: string, value: string | undefined, longest: number): void {
  if (value === undefined) return;
  const character = FORBIDDEN.exec(value)?.[0];
  if (character !== undefined) {
    throw new UserError(`${variable} is "${value}", and W&B allows no "${character}" in it: use - or _ instead`);
  }
  if (value.length > longest) {
    throw new UserError(`${variable} has ${value.length} characters, and W&B allows ${longest}: shorten it`);
  }
}
