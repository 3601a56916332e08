import { resolve } from "node:path";
import type { RunHeader } from "../model/run.ts";
import type { Left } from "../model/view.ts";
import { formatCount } from "../model/format.ts";
import { printable, shellCommand } from "./printable.ts";
import { ownLine } from "./warnings.ts";

export interface FailedUpload {
  readonly backend: string;
  readonly reason: string;
  readonly hint: string | undefined;
  readonly left: Left;
  readonly header: Pick<RunHeader, "id" | "cwd">;
  /** The store's folder, absolute. */
  readonly dir: string;
  /** Says whether this is a job of somebody else's machine. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An upload ended before everything was there: what is left, and how to fetch it. */
export function uploadFailed({ backend, reason, hint, left, header, dir, env }: FailedUpload): string {
  const advice = hint === undefined ? "" : ` (${hint})`;
  const why = printable(reason + advice);
  return ownLine(`not uploaded to ${backend}: ${why}; ${leftWords(left)} left; ${howTo(header, dir, env)}`);
}

/** What became of the user's own `wandb sync`, and what to type where it failed. */
export function wandbSynced(
  outcome: { readonly url: string | undefined } | { readonly failure: string },
  command: readonly string[],
): string {
  if ("failure" in outcome) {
    const why = printable(outcome.failure);
    return ownLine(`not uploaded by wandb sync: ${why}; to try again, type: ${shellCommand(command)}`);
  }
  return ownLine(`uploaded by wandb sync${outcome.url === undefined ? "" : ` to ${printable(outcome.url)}`}`);
}

/** What is left of a run, as the subject of a sentence with its verb. */
export function leftWords({ points, filesLeft }: Left): string {
  if (points > 0) return `${formatCount(points, "point")} ${points === 1 ? "is" : "are"}`;
  return filesLeft ? "the run's end and its files are" : "the run's end is";
}

/**
 * Where a person typed the command, the same terminal will do. A job's own machine is gone or out of reach when somebody
 * reads this: then the folder counts.
 */
function howTo(header: FailedUpload["header"], dir: string, env: FailedUpload["env"]): string {
  const here = retryCommand(header.id, dir, header.cwd);
  if (env["SLURM_JOB_ID"]) {
    return `to try again from a node that reaches the server, type: ${retryCommand(header.id, dir)}`;
  }
  const isCi = /^(true|1)$/i.test(env["CI"] ?? "");
  if (!isCi) return `to try again, type: ${here}`;
  return `to try again, keep the folder ${printable(dir)} with the job's artifacts and type in it: tracelet sync --dir . ${header.id}`;
}

/**
 * What to type to upload a run, fit for a shell in `cwd`.
 * @param dir the store's folder, absolute
 * @param cwd left out: fit for any shell
 */
export function retryCommand(runId: string, dir: string, cwd?: string): string {
  if (cwd !== undefined && resolve(dir) === resolve(cwd, ".tracelet")) return `tracelet sync ${runId}`;
  return shellCommand(["tracelet", "sync", "--dir", dir, runId]);
}
